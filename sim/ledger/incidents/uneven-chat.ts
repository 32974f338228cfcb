import { EVIDENCE_AT_MOST, type IncidentResult, type IncidentWatch } from '../check.ts';
import { counted, inSeconds } from '../evidence.ts';
import type { History, Visit } from '../history.ts';
import { isUnsound } from './stretches.ts';

const MESSAGES_FROM = 10;
const LATE_FROM = 3;
const LATE_FROM_SHARE = 0.02;
/** A room whose median visit has more late messages than this was slow for all, for a while at least: that is a matter of `chat_lag`. */
const MEDIAN_AT_MOST_SHARE = 0.005;
/** Where it was, only so many times what three of four visits had at most is uneven. */
const TIMES_THE_OTHERS = 2;
const VISITS_FROM = 3;
/** Who was there for so much of a visit is compared with it; so many who came before it, after it, and at any time are looked at. */
const TOGETHER_FROM_SHARE = 0.8;
const NEIGHBOURS = 250;

interface Measured {
  readonly visit: Visit;
  readonly received: number;
  readonly late: number;
}

export const unevenChat: IncidentWatch = {
  id: 'uneven_chat',
  title: 'Chat late for some',
  meaning:
    'Visits to which at least 3 messages, and 2 % of at least 10, came a second or more after they were published, while the median visit of the same room had next to none: one shard lags. Where all had some, more than twice as many as three quarters of the visits had at most; and the same beside those alone who were there for most of that time. From 3 such visits in a room on; visits in which the generator could not keep up do not count.',
  watch(history) {
    const { id, title } = this;
    const rooms = measuredByRoom(history);
    if (rooms.size === 0) return nothing(id, title, history);
    const evidence: string[] = [];
    let count = 0;
    for (const [roomId, visits] of rooms) {
      const lagging = laggingOf(visits);
      if (lagging.length < VISITS_FROM) continue;
      count += lagging.length;
      const fromMs = lagging.reduce((least, { visit }) => Math.min(least, visit.enteredMs), Infinity);
      evidence.push(`${roomId}: ${lagging.length} of ${visits.length} visits, the first from ${inSeconds(fromMs)} on`);
      evidence.push(...lagging.slice(0, Math.max(0, EVIDENCE_AT_MOST - evidence.length)).map(words));
    }
    const detail =
      count === 0
        ? 'Chat was as fast for each viewer as for the others.'
        : `${counted(count, 'visit')} got chat late while most of the room did not.`;
    return { id, title, count, detail, evidence: evidence.slice(0, EVIDENCE_AT_MOST) };
  },
};

function measuredByRoom(history: History): Map<string, Measured[]> {
  const rooms = new Map<string, Measured[]>();
  for (const visit of history.visits) {
    const { end, enteredMs, roomId } = visit;
    if (end === null || end.lateMessages === null || end.received < MESSAGES_FROM) continue;
    if (isUnsound(history, enteredMs, end.atMs)) continue;
    const measured = { visit, received: end.received, late: end.lateMessages };
    const room = rooms.get(roomId);
    if (room) room.push(measured);
    else rooms.set(roomId, [measured]);
  }
  return rooms;
}

function laggingOf(visits: readonly Measured[]): Measured[] {
  const expected = expectedOf(visits);
  const inOrder = visits.toSorted((a, b) => a.visit.enteredMs - b.visit.enteredMs);
  return inOrder.filter((one, i) => isLagging(one, expected) && isLagging(one, expectedOf(withIt(inOrder, i))));
}

/** Late messages of a visit that nothing is wrong with: `Infinity` where there is none to compare with. */
function expectedOf(visits: readonly Measured[]): number {
  if (visits.length < VISITS_FROM) return Infinity;
  const shares = Float64Array.from(visits, shareOf).sort();
  const isSlow = shares[shares.length >> 1] > MEDIAN_AT_MOST_SHARE;
  // By number: a visit that was short, and all of it while the room was slow, has the highest share and no more messages than others.
  return isSlow ? TIMES_THE_OTHERS * usualLate(visits) : 0;
}

function isLagging({ late, received }: Measured, expected: number): boolean {
  return late >= expected + LATE_FROM && late - expected >= LATE_FROM_SHARE * received;
}

/**
 * Others who were there for most of the time that this one was: of those who came just before and after it, and of a sample of all. A room that
 * was slow for those is not uneven, though most visits of the evening were at other times.
 */
function withIt(inOrder: readonly Measured[], at: number): Measured[] {
  const { visit } = inOrder[at];
  const others = new Set(inOrder.slice(Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS + 1));
  const apart = Math.ceil(inOrder.length / NEIGHBOURS);
  for (let i = 0; i < inOrder.length; i += apart) others.add(inOrder[i]);
  others.delete(inOrder[at]);
  return [...others].filter((other) => isThereWith(visit, other.visit));
}

function isThereWith(visit: Visit, other: Visit): boolean {
  const untilMs = visit.end?.atMs ?? visit.enteredMs;
  const together = Math.min(untilMs, other.end?.atMs ?? untilMs) - Math.max(visit.enteredMs, other.enteredMs);
  return together >= TOGETHER_FROM_SHARE * (untilMs - visit.enteredMs);
}

/** Three of four visits had no more late messages. */
function usualLate(visits: readonly Measured[]): number {
  const late = Float64Array.from(visits, (visit) => visit.late).sort();
  return late[Math.floor(0.75 * late.length)];
}

function shareOf({ late, received }: Measured): number {
  return late / received;
}

function words({ visit, received, late }: Measured): string {
  return `${visit.viewerId} in ${visit.roomId}, from ${inSeconds(visit.enteredMs)}: ${late} of ${received} messages late`;
}

/** No visit was measured for long enough: without any visit there was nothing to be uneven. */
function nothing(id: string, title: string, { visits }: History): IncidentResult {
  const wasMeasured = visits.length === 0 || visits.some(({ end }) => end !== null && end.lateMessages !== null);
  const detail = wasMeasured ? 'No visit got enough chat to compare.' : 'The lag of chat was not measured.';
  return { id, title, count: wasMeasured ? 0 : null, detail, evidence: [] };
}
