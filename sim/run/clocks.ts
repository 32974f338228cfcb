import { betweenClocks, type ClockFinding } from '../metrics/clock-bound.ts';
import type { ClockOfRun } from '../result.ts';
import type { Probed } from './clock-probe.ts';
import { judgeClock } from './clock-words.ts';

/** Of workers, in a sentence. */
const NAMED_AT_MOST = 5;

/** What is known of the clocks of a run: the backend's against that of each machine, and those of the machines against each other. */
export interface ClocksJudged {
  /** By machine; `null`: nobody asked, because it is the same clock or the shard left nothing. */
  readonly each: readonly (ClockOfRun | null)[];
  /** The widest of them; one that is not known is wider than any. `null`: nobody asked. */
  readonly worst: ClockOfRun | null;
  /** Lags from one machine to another can be believed. */
  readonly comparable: boolean;
  /** Sentences for the notes of a result. */
  readonly notes: readonly string[];
}

/** Workers elsewhere whose clocks nobody can set against ours; those that are not known, and those that contradict themselves. */
interface Astray {
  readonly kind: 'astray';
  readonly unknown: readonly number[];
  readonly contradictory: readonly number[];
}

type Seen = Probed | Astray;

/** `found`: by machine; `null`: not asked. */
export function judgeClocks(found: readonly (Seen | null)[]): ClocksJudged {
  const each = found.map((one) => one && clockOf(one));
  const known = each.filter((one) => one !== null);
  const apart = farApart(found);
  return {
    each,
    worst: known.length === 0 ? null : known.reduce((worst, one) => (widthOf(one) > widthOf(worst) ? one : worst)),
    comparable: known.every(({ comparable }) => comparable) && apart === null,
    notes: [...wordsOf(found), ...(apart === null ? [] : [apart])],
  };
}

/**
 * The backend's clock as each worker sees it that is elsewhere: `found` is as the coordinator sees it, null where they have the same; `ahead` is how
 * far the coordinator's is ahead of each, null where they have the same. They are judged by the one that is the furthest off; one of which it is not
 * known is further off than any. Without any: as the coordinator sees it.
 */
export function seenFrom(found: Probed | null, ahead: readonly (ClockFinding | null)[]): readonly (Seen | null)[] {
  if (found !== null && found.kind !== 'bounded') return [found];
  const [unknown, contradictory] = (['unknown', 'contradictory'] as const).map((kind) =>
    ahead.flatMap((one, worker) => (one?.kind === kind ? [worker + 1] : [])),
  );
  if (unknown.length + contradictory.length > 0) return [{ kind: 'astray', unknown, contradictory }];
  const spans = ahead.filter((one) => one?.kind === 'bounded');
  if (spans.length === 0) return [found];
  const { leastMs, mostMs } = found ?? { leastMs: 0, mostMs: 0 };
  const least = spans.reduce((sum, span) => Math.min(sum, span.leastMs), Infinity);
  const most = spans.reduce((sum, span) => Math.max(sum, span.mostMs), -Infinity);
  return [{ kind: 'bounded', leastMs: leastMs + least, mostMs: mostMs + most }];
}

/** The ledger allows for clocks that are so far apart. */
const LEDGER_SLACK_MS = 1000;

/**
 * Why what the viewers of several machines were told cannot be set against the books: a clock is certainly further off than the ledger allows for, and its
 * viewers' times are those of another moment. `null`: nothing says so.
 */
export function whyNotAgainstBooks({ each }: ClocksJudged): string | null {
  const off = each.flatMap((one, machine) => {
    if (one === null || one.leastMs === null || one.mostMs === null) return [];
    const atLeastMs = Math.max(one.leastMs, -one.mostMs);
    return atLeastMs > LEDGER_SLACK_MS ? [{ machine, atLeastMs }] : [];
  });
  const [worst] = off.toSorted((a, b) => b.atLeastMs - a.atLeastMs);
  if (worst === undefined) return null;
  const seconds = (worst.atLeastMs / 1000).toFixed(1);
  return `a clock of the machines that played it is at least ${seconds} s off (machine ${worst.machine + 1}): times of its viewers and of the books cannot be compared. Set the clocks by NTP`;
}

function clockOf(found: Seen): ClockOfRun {
  const { comparable } = judge(found);
  if (found.kind !== 'bounded') return { leastMs: null, mostMs: null, comparable };
  return { leastMs: found.leastMs, mostMs: found.mostMs, comparable };
}

function judge(seen: Seen): { readonly comparable: boolean; readonly sentence: string } {
  return seen.kind === 'astray' ? { comparable: false, sentence: astrayWords(seen) } : judgeClock(seen);
}

function astrayWords({ unknown, contradictory }: Astray): string {
  const words = [
    ...(unknown.length > 0
      ? [`How far the clock of ${workerWords(unknown)} is from the coordinator's is not known.`]
      : []),
    ...(contradictory.length > 0
      ? [
          `The clock of ${workerWords(contradictory)} moved against the coordinator's: it drifts, was set, or is not one clock.`,
        ]
      : []),
  ];
  return `${words.join(' ')} Lags are not comparable.`;
}

/** The first few, and how many more. */
function workerWords(workers: readonly number[]): string {
  const named = workers.slice(0, NAMED_AT_MOST).join(', ');
  const more = workers.length - NAMED_AT_MOST;
  return `${workers.length === 1 ? 'worker' : 'workers'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}

function widthOf({ leastMs, mostMs }: ClockOfRun): number {
  return leastMs === null || mostMs === null ? Infinity : Math.max(Math.abs(leastMs), Math.abs(mostMs));
}

/** The same words once, with the shards that they are about. */
function wordsOf(found: readonly (Seen | null)[]): string[] {
  const shardsBy = new Map<string, number[]>();
  found.forEach((one, machine) => {
    if (one === null) return;
    const { sentence } = judge(one);
    shardsBy.set(sentence, [...(shardsBy.get(sentence) ?? []), machine + 1]);
  });
  if (found.length === 1) return [...shardsBy.keys()];
  return [...shardsBy].map(([sentence, shards]) => `${shardWords(shards)}: ${sentence}`);
}

/** Why two machines cannot be compared, by the two that are the furthest apart; `null`: all can. */
function farApart(found: readonly (Seen | null)[]): string | null {
  const known = found.flatMap((one, machine) => (one?.kind === 'bounded' ? [{ one, machine }] : []));
  let worstMs = 0;
  let words: string | null = null;
  for (const a of known) {
    for (const b of known.slice(known.indexOf(a) + 1)) {
      const judged = judgeClock({ kind: 'bounded', ...betweenClocks(a.one, b.one) });
      if (judged.comparable || judged.worstMs === null || judged.worstMs <= worstMs) continue;
      worstMs = judged.worstMs;
      words = `The clocks of shard ${a.machine + 1} and shard ${b.machine + 1} may be ${Math.ceil(worstMs)} ms apart: lags between them are not comparable.`;
    }
  }
  return words;
}

function shardWords(shards: readonly number[]): string {
  return shards.length === 1 ? `Shard ${shards[0]}` : `Shards ${shards.join(', ')}`;
}
