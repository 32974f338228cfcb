import { describe, expect, it, onTestFinished } from 'vitest';
import { Rows } from '../../sim/crowd/rows.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import { COUNTER } from '../../sim/metrics/series.ts';
import type { ProgressSnapshot } from '../../sim/progress.ts';
import { EventClock } from '../../sim/live/clock.ts';
import type { Host } from '../../sim/live/host.ts';
import type { RunOptions } from '../../sim/run/options.ts';
import { Progress } from '../../sim/run/progress.ts';
import { Recorder } from '../../sim/live/recorder.ts';
import { OwnMonitor } from '../../sim/run/health/monitor.ts';
import { Tally, watchedKeys } from '../../sim/run/tally.ts';
import { scenarioWithTitle, type ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';

const INPUT: ScenarioInput = {
  name: 'tallied',
  duration: '1m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 10 } },
  show: [{ at: '11s', cue: 'pin', product: 'mug' }],
  thresholds: {
    orders: { threshold: 'count<5', abortOnFail: true, delayAbortEval: '2s' },
    'orders{product:mug}': 'count<100',
  },
};
const SCENARIO = compiled(INPUT);
const { thresholds } = scenarioWithTitle.parse(INPUT);
const FROM_MS = 10_000;
const FOR_MS = 5000;

const newTally = (shards: number): Tally => new Tally(SCENARIO, thresholds, shards, FROM_MS, FOR_MS);

/** What a worker would have recorded. */
class FakeWorker {
  private readonly rows = new Rows(1);
  private readonly recorder: Recorder;

  constructor(tally: Tally) {
    this.recorder = new Recorder(SCENARIO, watchedKeys(tally.rules), () => this.rows, { monitor: new OwnMonitor() });
    this.recorder.counting = true;
  }

  sells(orders: number): void {
    this.recorder.set.counter('orders').add(orders, this.recorder.tagsOf(0, 0, 0, FROM_MS));
    this.recorder.series.add(COUNTER.orders, orders);
    this.recorder.funnelAdd(0, 'paid', orders);
  }

  sees(left: number, atEpochMs: number): void {
    this.recorder.series.stock(0, left, atEpochMs);
  }

  second(index: number, viewers: number) {
    return this.recorder.take(index, viewers);
  }
}

describe('a tally', () => {
  it('adds up what the workers report, and a second is over when all have', () => {
    const tally = newTally(2);
    const [a, b] = [new FakeWorker(tally), new FakeWorker(tally)];
    a.sells(1);
    b.sells(2);
    tally.add(0, a.second(0, 10));
    expect(tally.lastSecond).toBe(-1);
    tally.add(1, b.second(0, 7));
    expect(tally.lastSecond).toBe(0);
    expect(tally.funnelOf(0, 'paid')).toBe(3);
    expect(tally.set.counter('orders').count).toBe(3);
    expect(tally.set.entry('orders{product:mug}').metric).toMatchObject({ count: 3 });
    expect(tally.series.at('orders', 0)).toBe(3);
    expect(tally.set.gauge('viewers')).toMatchObject({ last: 17, min: 17, max: 17 });
  });

  it('keeps what a worker said before it died, and waits for it no longer', () => {
    const tally = newTally(2);
    const [a, b] = [new FakeWorker(tally), new FakeWorker(tally)];
    b.sells(2);
    tally.add(0, a.second(0, 10));
    tally.add(1, b.second(0, 7));
    tally.add(0, a.second(1, 11));
    expect(tally.lastSecond).toBe(0);
    tally.series.endShard(1);
    expect(tally.lastSecond).toBe(1);
    expect(tally.series.at('viewers', 1)).toBe(11);
    expect(tally.set.counter('orders').count).toBe(2);
  });

  it('knows the last published stock, and every time it was gone', () => {
    const tally = newTally(1);
    const worker = new FakeWorker(tally);
    expect(tally.stockLeft(0)).toBeNull();
    worker.sees(0, 1000);
    tally.add(0, worker.second(0, 1));
    worker.sees(4, 2000);
    tally.add(0, worker.second(1, 1));
    expect(tally.stockLeft(0)).toBe(4);
    expect(tally.soldOutAtEpochMs).toEqual([[1000]]);
  });

  it('asks for an end only when the threshold fails and its delay is over', () => {
    const tally = newTally(1);
    const worker = new FakeWorker(tally);
    worker.sells(4);
    tally.add(0, worker.second(0, 1));
    expect(tally.toAbort(3000)).toEqual([]);
    worker.sells(1);
    tally.add(0, worker.second(1, 1));
    expect(tally.toAbort(1000)).toEqual([]);
    expect(tally.toAbort(2000).map((rule) => rule.parsed.metric)).toEqual(['orders']);
  });
});

describe('progress', () => {
  function watch(tally: Tally) {
    const seen: ProgressSnapshot[] = [];
    const noted: string[] = [];
    const options = {
      compiled: SCENARIO,
      fromMs: FROM_MS,
      forMs: FOR_MS,
      onProgress: (snapshot: ProgressSnapshot) => seen.push(snapshot),
      onNote: (line: string) => noted.push(line),
    } as unknown as RunOptions;
    const host = { cues: [{ index: 0, sentMs: null, answeredMs: null, status: 'not_reached' }] } as unknown as Host;
    const warm = warmStart(SCENARIO, FROM_MS);
    const progress = new Progress(options, tally, host, new EventClock(FROM_MS), warm);
    onTestFinished(() => progress.stop());
    return { progress, seen, noted, warm };
  }

  it('shows the crowd that is to come, then what the workers say', () => {
    const tally = newTally(1);
    const { progress, seen, warm } = watch(tally);
    progress.phase('warm-up');
    progress.ramp(3, 0, warm.snapshot.count);
    expect(seen.at(-1)).toMatchObject({ phase: 'connecting', viewersTarget: warm.snapshot.count, chatLagP99Ms: null });
    progress.running(() => undefined);
    const worker = new FakeWorker(tally);
    worker.sells(2);
    worker.sees(8, 1000);
    tally.add(0, worker.second(0, 9));
    progress.second();
    progress.phase('draining');
    expect(seen.at(-1)).toMatchObject({
      phase: 'draining',
      eventMs: FROM_MS,
      viewers: 9,
      ordersTotal: 2,
      ordersPerSec: 2,
      stock: [{ id: 'mug', left: 8, total: 10 }],
      nextCue: { label: 'pin:mug#1', inMs: 1000 },
      lastCue: null,
      thresholdsFailing: [],
    });
  });

  it('tells of thresholds that fail, and asks for an end once their delay is over', () => {
    const tally = newTally(1);
    const { progress, seen } = watch(tally);
    const worker = new FakeWorker(tally);
    const aborts: string[] = [];
    progress.running((rules) => aborts.push(...rules.map((rule) => rule.parsed.metric)));
    worker.sells(6);
    tally.add(0, worker.second(0, 9));
    progress.second();
    expect(aborts).toEqual([]);
    tally.add(0, worker.second(1, 9));
    progress.second();
    expect(aborts).toEqual(['orders']);
    progress.phase('draining');
    expect(seen.at(-1)!.thresholdsFailing).toEqual(['orders: count<5']);
  });

  it('notes a cue that the backend did not take, and shows it as the last one', () => {
    const { progress, seen, noted } = watch(newTally(1));
    progress.cue({ index: 0, sentMs: 1, answeredMs: 2, status: 'failed', refused: true, freeMs: 1 });
    expect(noted).toEqual(['cue pin:mug#1: the backend did not take it']);
    progress.phase('running');
    expect(seen.at(-1)!.lastCue).toBe('pin:mug#1');
  });
});
