/**
 * The crowd against what one would write first: a binary heap of closures, with the same events. Interleaved rounds in
 * one process; the median ratio is what counts. Run with `npx tsx bench/crowd.ts`.
 */
import { Crowd } from '../sim/crowd/crowd.ts';
import { INTENT } from '../sim/crowd/intents.ts';
import { compileScenario } from '../sim/scenario/compile.ts';
import { loadScenario } from '../sim/scenario/load.ts';

const ROUNDS = 5;

interface Round {
  readonly events: number;
  readonly cpuSeconds: number;
}

function cpuSeconds(work: () => number): Round {
  const before = process.cpuUsage();
  const events = work();
  const used = process.cpuUsage(before);
  return { events, cpuSeconds: (used.user + used.system) / 1e6 };
}

const { scenario } = await loadScenario('creator-drop');
const compiled = compileScenario(scenario);

/** Six hours of creator-drop without its cues: arrivals, chats, likes, gifts, leaves. */
function crowd(): number {
  let events = 0;
  const all = new Crowd(compiled, { intent: () => void events++ }, { shard: 0, shards: 1, capacity: 16_384 });
  for (let t = 999; t < compiled.durationMs; t += 1000) all.step(t);
  return events;
}

/** The same intents, at the same times, as closures in a heap. */
const script: { due: number; next: number }[] = [];
{
  const last = new Map<number, number>();
  const record = (kind: number, row: number, due: number): void => {
    const i = script.push({ due, next: -1 }) - 1;
    const before = last.get(row);
    if (before !== undefined && kind !== INTENT.enter) script[before].next = i;
    last.set(row, i);
  };
  const all = new Crowd(compiled, { intent: record }, { shard: 0, shards: 1, capacity: 16_384 });
  for (let t = 999; t < compiled.durationMs; t += 1000) all.step(t);
}
const isFollowUp = new Set(script.map((event) => event.next));

function closures(): number {
  let events = 0;
  const heap: { due: number; run: () => void }[] = [];
  const push = (item: { due: number; run: () => void }): void => {
    let i = heap.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent].due <= item.due) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = item;
  };
  const pop = (): { due: number; run: () => void } => {
    const top = heap[0];
    const item = heap.pop()!;
    let i = 0;
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && heap[child + 1].due < heap[child].due) child++;
      if (heap[child].due >= item.due) break;
      heap[i] = heap[child];
      i = child;
    }
    if (heap.length > 0) heap[i] = item;
    return top;
  };
  const schedule = (i: number): void => {
    const { due, next } = script[i];
    push({
      due,
      run: () => {
        events++;
        if (next >= 0) schedule(next);
      },
    });
  };
  // Arrivals are known beforehand in both: here the heap holds only who is present, as the wheel does.
  for (let i = 0; i < script.length; i++) {
    if (isFollowUp.has(i)) continue;
    while (heap.length > 0 && heap[0].due <= script[i].due) pop().run();
    schedule(i);
  }
  while (heap.length > 0) pop().run();
  return events;
}

const rounds = Array.from({ length: ROUNDS + 1 }, () => ({
  ours: cpuSeconds(crowd),
  peer: cpuSeconds(closures),
})).slice(1);
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
const perSec = ({ events, cpuSeconds: cpu }: Round): number => events / cpu / 1e6;
const ours = median(rounds.map((round) => perSec(round.ours)));
const peer = median(rounds.map((round) => perSec(round.peer)));
const ratio = median(rounds.map((round) => perSec(round.ours) / perSec(round.peer)));
process.stdout
  .write(`creator-drop, 6 h, ${rounds[0].ours.events} intents, ${ROUNDS} rounds each, million intents per CPU-second

  crowd (draws every decision)              ${ours.toFixed(2)}
  heap of closures (times given, no draws)  ${peer.toFixed(2)}
  ratio, median of the rounds               ${ratio.toFixed(2)}
`);
