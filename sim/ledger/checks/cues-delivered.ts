import type { Checker, CheckResult } from '../check.ts';
import { counted, Findings, inSeconds, settle } from '../evidence.ts';
import type { GivenCue, History, Visit } from '../history.ts';
import { isEnded, unseen, visitCase, visitWords } from '../presence.ts';

export const cuesDelivered: Checker = {
  id: 'cues_delivered',
  title: 'Cues reached everyone who was there',
  promise:
    'Each cue that the backend carried out was seen by every viewer of its room who came at least 1 s before the host gave it and stayed until 2 s after the backend had answered (5 s, when its worker was killed then). Raids are no messages. A cue without a definite answer is owed to nobody; nor is one to a viewer who left while the generator could not keep up.',
  check,
};

const IN_BEFORE_MS = 1000;
const STAYS_MS = 2000;

interface OwedCue {
  readonly cue: GivenCue;
  /** It is owed to who came by then... */
  readonly inByMs: number;
  /** ...and stayed until then. */
  readonly untilMs: number;
}

function check(history: History): CheckResult | null {
  if (history.target.cues === 'clock') return null;
  const owed = owedCues(history);
  if (owed.length === 0 || (history.visits.length === 0 && history.gaps.length === 0)) return null;
  const findings = new Findings();
  const missedBy = new Map<string, number>();
  const seen = new Map<readonly string[], ReadonlySet<string>>();
  let deliveries = 0;
  for (const visit of history.visits) {
    if (!isEnded(visit)) continue;
    const { cueIds, atMs } = visit.end;
    let shown = seen.get(cueIds);
    if (!shown) seen.set(cueIds, (shown = new Set(cueIds)));
    for (const { cue, inByMs, untilMs } of owed) {
      // The cues stand in order of time.
      if (inByMs > atMs) break;
      if (visit.enteredMs > inByMs || atMs < untilMs || !isFor(cue, visit)) continue;
      deliveries++;
      if (shown.has(cue.id)) continue;
      missedBy.set(cue.id, (missedBy.get(cue.id) ?? 0) + 1);
      findings.add(
        1,
        () => `${cueWords(cue)} at ${inSeconds(cue.sentMs)} was never seen by ${visitWords(visit)}`,
        () => visitCase(history, visit, momentsOf(cue)),
      );
    }
  }
  const missing = unseen(history);
  if (deliveries === 0 && missing === null) return null;
  const missed =
    missedBy.size === 0 ? '' : `: ${[...missedBy].map(([id, viewers]) => `${id} by ${viewers}`).join(', ')}`;
  return settle(cuesDelivered, findings, {
    acceptable: `${counted(owed.length, 'cue')} seen by everyone who was there: ${counted(deliveries, 'delivery', 'deliveries')}`,
    detail: `${deliveries - findings.violations} of ${counted(deliveries, 'delivery', 'deliveries')} of ${counted(owed.length, 'cue')} seen, ${findings.violations} missed${missed}.`,
    missing,
  });
}

/** Those that viewers must have seen, in order of time. */
function owedCues(history: History): OwedCue[] {
  return history.cues
    .flatMap((cue) => {
      if (cue.status !== 'done' || cue.answeredMs === null || cue.kind === 'raid') return [];
      return [{ cue, inByMs: cue.sentMs - IN_BEFORE_MS, untilMs: readBy(history, cue.answeredMs + STAYS_MS) }];
    })
    .toSorted((a, b) => a.inByMs - b.inByMs);
}

/** A generator that lags has read by then what came before: a stretch that is invalid does not count. */
function readBy({ invalid }: History, untilMs: number): number {
  return invalid.reduce(
    (until, stretch) =>
      stretch.fromMs <= until && stretch.untilMs > until - STAYS_MS
        ? Math.max(until, stretch.untilMs + STAYS_MS)
        : until,
    untilMs,
  );
}

function isFor({ roomId }: GivenCue, visit: Visit): boolean {
  return roomId === null || roomId === visit.roomId;
}

function cueWords({ id, kind, productId }: GivenCue): string {
  return `${id} (${kind}${productId === null ? '' : ` of ${productId}`})`;
}

function momentsOf(cue: GivenCue): { atMs: number | null; text: string }[] {
  return [
    { atMs: cue.sentMs, text: `the host gives ${cueWords(cue)}` },
    { atMs: cue.answeredMs, text: `the backend says that ${cue.id} is done` },
  ];
}
