/** One `flashcrowd run` of one worker, or one `flashcrowd k6 run` of one k6: the same scenario, and what its window cost. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { EXIT } from '../../sim/errors.ts';
import type { RunResult, SeriesName } from '../../sim/result.ts';
import { ended, hasEnded, start } from '../engine/children.ts';
import { Meter } from './meter.ts';
import { FLASHCROWD } from './places.ts';
import type { Shop } from './shop.ts';

export const ENGINES = ['run', 'k6'] as const;
export type Engine = (typeof ENGINES)[number];

/** A start, a ramp, and an end beside the window. */
const BESIDES_AT_MOST_MS = 45_000;

export interface Play {
  /** A file, or the name of a shipped scenario. */
  readonly scenario: string;
  readonly fromText: string;
  readonly forSec: number;
  /** Whole seconds at the start of the window that do not count: code that has not run yet is slow. */
  readonly warmUpSec: number;
  /** More words of the command line: `--scale`, `--set`. */
  readonly words: readonly string[];
  /** Of k6 only: `--vus`, `--viewers-per-vu`. */
  readonly podWords?: readonly string[];
}

/** Of the window without its warm-up, unless it says otherwise. */
export interface Played {
  readonly sec: number;
  /** Chat messages, to all viewers together; in so many frames, with what else the room says. */
  readonly messages: number;
  readonly frames: number;
  readonly joins: number;
  /** Mean of the seconds. */
  readonly viewers: number;
  readonly vus: number;
  readonly generatorSec: number;
  readonly coordinatorSec: number;
  /** CPU of the generator from its start to the start of the window, warm-up not included. */
  readonly untilWindowSec: number;
  /** At the end of the window. */
  readonly rssKiB: number;
  /** Of the whole window. */
  readonly lagP99Ms: number;
  /**
   * How late the engine was at most where counting begins or ends. What it has not read by then is counted on the wrong side, while its CPU is not: with
   * much of that, messages for a second of CPU say nothing.
   */
  readonly behindMs: number;
  /** Of the machine's cores: what nobody of this bench used. */
  readonly othersShare: number;
  /** What makes the figures doubtful. */
  readonly doubts: readonly string[];
}

/** Throws Error when there is no result, after `atMostMs` at the latest. */
export async function play(engine: Engine, what: Play, shop: Shop, atMostMs: number): Promise<Played> {
  const out = await mkdtemp(path.join(tmpdir(), 'flashcrowd-engines-'));
  const args = engine === 'run' ? ['run', '--workers', '1'] : ['k6', 'run', ...(what.podWords ?? [])];
  const window = ['--from', what.fromText, '--for', `${what.forSec}s`];
  const ways = ['--target', shop.url, '--no-plan', '--quiet', '--out', out];
  const child = start(
    'server',
    process.execPath,
    [FLASHCROWD, ...args, what.scenario, ...window, ...what.words, ...ways],
    {
      stdio: 'ignore',
      env: { ...process.env, FLASHCROWD_ADMIN_TOKEN: shop.adminToken },
    },
  );
  const meter = new Meter(child.pid!);
  const onExit = (): void => meter.end();
  process.once('exit', onExit);
  try {
    await ended(child, Math.min(atMostMs, BESIDES_AT_MOST_MS + what.forSec * 1000));
    const result = JSON.parse(await readFile(path.join(out, 'result.json'), 'utf8')) as RunResult;
    return figures(result, await windowBegan(out, result), meter, what);
  } catch (error) {
    throw new Error(`${engine} left no result (exit code ${child.exitCode}): ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    meter.end();
    process.off('exit', onExit);
    if (!hasEnded(child)) child.kill('SIGKILL');
    await rm(out, { recursive: true, force: true });
  }
}

/** The history says to the millisecond what the result says of its event time. */
async function windowBegan(out: string, { run }: RunResult): Promise<number> {
  const text = await readFile(path.join(out, 'history', 'host.ndjson'), 'utf8');
  const go = /"e":"go","epochOffsetMs":([\d.]+)/.exec(text)?.[1];
  if (go === undefined) throw new Error('the window never began');
  return Number(go) + run.fromMs;
}

function figures(result: RunResult, beganEpochMs: number, meter: Meter, { forSec, warmUpSec }: Play): Played {
  const from = beganEpochMs + warmUpSec * 1000;
  const until = beganEpochMs + forSec * 1000;
  const sec = forSec - warmUpSec;
  const sum = (name: SeriesName): number =>
    result.series.rows[name].slice(warmUpSec, forSec).reduce<number>((all, value) => all + (value ?? 0), 0);
  const lagMaxMs = result.series.rows.chatLagMaxMs;
  const generatorSec = meter.used('generatorSec', from, until);
  const others = meter.used('busySec', from, until) - meter.used('benchSec', from, until);
  const lag = result.metrics.chat_lag;
  return {
    sec,
    messages: sum('chatReceived'),
    frames: sum('framesReceived'),
    joins: sum('joins'),
    viewers: sum('viewers') / sec,
    vus: result.run.workers,
    generatorSec,
    coordinatorSec: meter.used('playSec', from, until) - generatorSec,
    untilWindowSec: meter.generatorSecUntil(beganEpochMs),
    rssKiB: meter.rssKiBAt(until),
    lagP99Ms: lag?.type === 'trend' ? lag.p99 : NaN,
    behindMs: Math.max(lagMaxMs[warmUpSec - 1] ?? 0, lagMaxMs[forSec - 1] ?? 0),
    othersShare: Math.max(0, others) / (sec * cpus().length),
    doubts: doubtsOf(result),
  };
}

function doubtsOf({ verdict, metrics, run }: RunResult): string[] {
  const delivery = metrics.chat_delivery;
  const { passed, thresholdsFailed } = EXIT;
  return [
    ...(verdict.exitCode === passed || verdict.exitCode === thresholdsFailed ? [] : [`**${verdict.status}**`]),
    ...(run.ramp.failed > 0 ? [`**${run.ramp.failed} not let in**`] : []),
    ...(delivery?.type === 'rate' && (delivery.rate ?? 1) < 1
      ? [`**${delivery.passes} of ${delivery.total} messages**`]
      : []),
  ];
}
