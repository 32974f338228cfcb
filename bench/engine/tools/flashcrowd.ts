/** One worker of this engine; the bench is its coordinator. */
import { stubConfig } from '../../../sim/targets/index.ts';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Histogram } from '../../../sim/metrics/histogram.ts';
import { COUNTER, SERIES_HISTOGRAMS } from '../../../sim/metrics/series.ts';
import { Beacon } from '../../../sim/run/health/beacon.ts';
import type { SecondMessage } from '../../../sim/live/messages.ts';
import type { FromWorker, ToWorker, WorkerSetup } from '../../../sim/run/messages.ts';
import { BULK_EVERY_MS } from '../../../sim/run/options.ts';
import { ended, hasEnded, start } from '../children.ts';
import { idleScenario, idleSnapshot } from '../idle-crowd.ts';
import { here, TSX_ARGS } from '../places.ts';
import { quiet, sleep } from '../processes.ts';
import type { Count, Tool, Watching, WatchJob } from './tool.ts';

const WINDOW_MS = 600_000;
const HEAR_AT_MOST_MS = 90_000;
const CHAT_LAG = SERIES_HISTOGRAMS.indexOf('chatLag');

type Heard = FromWorker | { readonly type: 'loaded' };

/** The coordinator's end of one worker. */
class WorkerLine {
  readonly child: ChildProcess;
  private readonly heard = new Map<Heard['type'], Heard>();
  private handled = 0;
  private readonly lags = new Histogram();

  constructor() {
    this.child = start('client', process.execPath, [...TSX_ARGS, here('clients/worker.ts')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.child.on('message', (message: Heard) => {
      this.heard.set(message.type, message);
      if (message.type === 'second') this.count(message);
      else if (message.type === 'done') this.count(message.last);
    });
  }

  tell(message: ToWorker): void {
    this.child.send(message, () => undefined);
  }

  async hear<T extends Heard['type']>(type: T): Promise<Extract<Heard, { type: T }>> {
    for (const until = performance.now() + HEAR_AT_MOST_MS; !this.heard.has(type); await sleep(5))
      if (hasEnded(this.child) || performance.now() > until) throw new Error(`the worker never said "${type}"`);
    return this.heard.get(type) as Extract<Heard, { type: T }>;
  }

  counted(): Count {
    return { handled: this.handled, lagP99Ms: this.lags.quantile(0.99) };
  }

  private count({ report }: SecondMessage): void {
    this.handled += report.counters[COUNTER.chatReceived];
    this.lags.addSparse(report.histograms[CHAT_LAG]);
  }
}

async function watch(job: WatchJob): Promise<Watching> {
  const worker = new WorkerLine();
  await worker.hear('loaded');
  await quiet(worker.child.pid!);
  // Every worker of a run has one, to measure how long frames wait.
  const beacon = await Beacon.open();
  let before = 0;
  const historyFolder = mkdtempSync(path.join(tmpdir(), 'flashcrowd-bench-'));
  return {
    pid: worker.child.pid!,
    connect: async () => {
      worker.tell({ ...setup(job, historyFolder), beacon: beacon?.setup ?? null });
      const { connected } = await worker.hear('ready');
      if (connected < job.viewers) throw new Error(`flashcrowd connected ${connected} of ${job.viewers} viewers`);
    },
    go: async () => {
      worker.tell({ type: 'go', atEpochMs: performance.timeOrigin + performance.now() + 200 });
      await sleep(300);
    },
    begin: async () => {
      // The report of the second in which the warm-up ended has come by then.
      await sleep(1200);
      before = worker.counted().handled;
    },
    finish: async () => {
      worker.tell({ type: 'stop' });
      const { lastSeq } = await worker.hear('drained');
      worker.tell({ type: 'close', lastSeq });
      await worker.hear('done');
      const { handled, lagP99Ms } = worker.counted();
      return { handled: handled - before, lagP99Ms };
    },
    end: async () => {
      beacon?.close();
      if (worker.child.connected) worker.child.disconnect();
      await ended(worker.child);
      rmSync(historyFolder, { recursive: true });
    },
  };
}

function setup({ server, viewers, rooms, probeShare }: WatchJob, historyFolder: string): WorkerSetup {
  return {
    type: 'setup',
    scenario: idleScenario(rooms),
    target: stubConfig(server.httpUrl),
    userAgent: 'flashcrowd/bench',
    joinsPerSec: null,
    hosts: null,
    videoHosts: [],
    videoConnections: 0,
    shard: 0,
    shards: 1,
    runId: 'bench',
    historyFolder,
    fromMs: 0,
    forMs: WINDOW_MS,
    snapshot: idleSnapshot(viewers, rooms),
    shopConnections: 8,
    probeShare,
    bulkEveryMs: BULK_EVERY_MS,
    localAddresses: [],
    watch: [],
    beacon: null,
  };
}

/** A worker in its window, with nobody in it. */
async function idle(server: WatchJob['server']): Promise<Watching> {
  const watching = await watch({ server, viewers: 0, rooms: 1, probeShare: 1 });
  await watching.connect();
  await watching.go();
  return watching;
}

export const flashcrowd: Tool = {
  name: 'flashcrowd',
  label: 'flashcrowd, one worker',
  missing: null,
  viewersAtMost: Infinity,
  watch,
  idle,
};
