import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { Rows } from '../../../sim/crowd/rows.ts';
import { Recorder } from '../../../sim/live/recorder.ts';
import type { DoneMessage, SecondMessage } from '../../../sim/live/messages.ts';
import { COUNTER } from '../../../sim/metrics/series.ts';
import { OwnMonitor } from '../../../sim/run/health/monitor.ts';
import { RecordingFile } from '../../../sim/run/shards/recording-file.ts';
import {
  RECORDING_FILE,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type EndEntry,
  type RecordingHeader,
} from '../../../sim/run/shards/recording.ts';
import { rulesOf, watchedKeys } from '../../../sim/run/tally.ts';
import { factsOf } from '../../../sim/run/target-facts.ts';
import { scenarioWithTitle, type ScenarioInput } from '../../../sim/scenario/schema/scenario.ts';
import { compiled } from '../../crowd/help.ts';
import { stubAt } from '../stub-target.ts';

/** Recordings of shards that were never played. */

export const INPUT: ScenarioInput = {
  name: 'recorded',
  duration: '1m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 10 } },
  show: [{ at: '11s', cue: 'pin', product: 'mug' }],
  thresholds: { orders: 'count>0', chat_lag: 'p(99)<250' },
};
const { target: _target, ...SCENARIO } = scenarioWithTitle.parse(INPUT);
export const COMPILED = compiled(INPUT);
export const FROM_MS = 10_000;
export const FOR_MS = 5000;
const START_MS = Date.parse('2026-11-27T12:00:00Z');

export function header(shard: number, other: Partial<RecordingHeader> = {}): RecordingHeader {
  return {
    format: RECORDING_FORMAT,
    version: RECORDING_VERSION,
    runId: 'abcdef012345',
    shard,
    shards: 3,
    workers: 1,
    startAtEpochMs: START_MS,
    tool: { version: '0.1.0', node: 'v20.0.0', platform: 'linux x64', cores: 2 },
    scenario: SCENARIO,
    file: 'recorded.yaml',
    overrides: [],
    seed: '1',
    scale: 1,
    fromMs: FROM_MS,
    forMs: FOR_MS,
    probeShare: 1,
    faults: {},
    allowInvalid: false,
    targetWords: [],
    startedAt: '2026-11-27T11:59:00.000Z',
    ...other,
  };
}

export const COMPLETE: EndEntry = {
  k: 'end',
  ending: { kind: 'complete' },
  endedAtMs: null,
  playedMs: FOR_MS,
  endedAt: '2026-11-27T12:00:30.000Z',
  historyLost: 0,
  cues: [],
};

/** What one worker measured: an order and a lag in each second. */
export class FakeWorker {
  private readonly rows = new Rows(1);
  private readonly recorder: Recorder;

  constructor() {
    const keys = watchedKeys(rulesOf(SCENARIO.thresholds));
    this.recorder = new Recorder(COMPILED, keys, () => this.rows, { monitor: new OwnMonitor() });
    this.recorder.counting = true;
  }

  second(index: number, viewers: number, lagMs: number): SecondMessage {
    const { recorder } = this;
    recorder.set.counter('orders').add(1, recorder.tagsOf(0, 0, 0, FROM_MS));
    recorder.series.add(COUNTER.orders, 1);
    recorder.set.trend('chat_lag').record(lagMs, recorder.tagsOf(0, 0, -1, FROM_MS));
    recorder.series.chatLag.record(lagMs);
    return recorder.take(index, viewers);
  }

  done(viewers: number): DoneMessage {
    return {
      type: 'done',
      last: this.recorder.take(FOR_MS / 1000 - 1, viewers),
      historyLost: 0,
      compressed: false,
      selfDigest: { hi: 1, lo: 2, count: 3 },
      reactionDigest: { hi: 0, lo: 0, count: 0 },
      health: {
        peakViewers: viewers,
        cpuSeconds: 1,
        maxRssMiB: 50,
        delays: { lateStart: null, loopDelay: null, receiveWait: null },
      },
    };
  }
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashcrowd-shards-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Recorded {
  readonly header?: Partial<RecordingHeader>;
  /** Seconds that are in it; default: all. Without the last, it breaks off. */
  readonly seconds?: number;
  /** The last message of the room that its viewers saw. */
  readonly lastSeq?: number;
}

/** The folder of a shard with 10 viewers, each of whose lags is 10 ms times its number. */
export function recordShard(
  shard: number,
  { header: other, seconds = FOR_MS / 1000, lastSeq = 0 }: Recorded = {},
): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'history'));
  const recording = new RecordingFile(path.join(folder, RECORDING_FILE));
  const worker = new FakeWorker();
  recording.begin(header(shard, other));
  recording.write({ k: 'begun', pids: [100 + shard], target: factsOf(stubAt('http://127.0.0.1:1')) });
  recording.write({ k: 'said', w: 0, m: { type: 'ready', connected: 10, failed: 0 } });
  recording.write({ k: 'go', zeroEpochMs: START_MS, rampMs: 100, late: 0 });
  for (let second = 0; second < seconds; second++)
    recording.write({ k: 'said', w: 0, m: worker.second(second, 10, 10 * shard) });
  if (seconds * 1000 < FOR_MS) {
    recording.flush();
    return folder;
  }
  recording.write({ k: 'said', w: 0, m: { type: 'drained', playedMs: FOR_MS, lastSeq: { main: lastSeq } } });
  recording.write({ k: 'said', w: 0, m: worker.done(10) });
  recording.end(COMPLETE);
  return folder;
}
