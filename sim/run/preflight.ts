import type { CompiledScenario } from '../crowd/compiled.ts';
import { FlashcrowdError } from '../errors.ts';
import type { Target } from '../targets/target.ts';
import { ownFileLimits } from './file-limits.ts';
import { HttpClient, type HttpResult } from './http.ts';

/** So that the command as a whole gives up within 5 s. */
const REACH_WITHIN_MS = 1500;
const TRY_EVERY_MS = 250;
/** Modules, logs, the IPC channel, and sockets that are closing while others open. */
const SPARE_FILES = 200;
/** Connections for shopping that a worker has at the least; with more files, as many as it has viewers. */
const MIN_SHOP_CONNECTIONS = 128;
/** As many as the command line takes. */
const MAX_WORKERS = 256;
/** Expected viewers are a mean; bursts of arrivals go above it. */
const HEADROOM = 1.25;

/** Files that a process needs however few viewers it holds. */
const FIXED_FILES = MIN_SHOP_CONNECTIONS + SPARE_FILES;

/** Files that one worker may have open at once in this window. */
export function filesNeeded(compiled: CompiledScenario, fromMs: number, forMs: number, workers: number): number {
  return Math.ceil(mostViewers(compiled, fromMs, forMs) / workers) + FIXED_FILES;
}

/**
 * Connections for shopping of one worker: a viewer each, as phones do, where the files suffice for it and, in an
 * embedded stub, for all workers together.
 */
export function shopConnections(
  compiled: CompiledScenario,
  fromMs: number,
  forMs: number,
  workers: number,
  limit = ownFileLimits()?.soft ?? Infinity,
): number {
  const viewers = mostViewers(compiled, fromMs, forMs);
  const free = Math.floor((limit - SPARE_FILES - viewers) / workers);
  return Math.max(MIN_SHOP_CONNECTIONS, Math.min(Math.ceil(viewers / workers), free));
}

function mostViewers(compiled: CompiledScenario, fromMs: number, forMs: number): number {
  const step = compiled.audienceStepMs;
  const first = Math.max(0, Math.floor(fromMs / step) - 1);
  const window = compiled.audience.subarray(first, Math.ceil((fromMs + forMs) / step) + 1);
  return HEADROOM * window.reduce((most, viewers) => Math.max(most, viewers), 0);
}

/**
 * Says before the run when a process could not hold its viewers. An embedded stub is a process of its own that holds all of them.
 * Throws FlashcrowdError TOO_FEW_FILES.
 */
export function checkFiles(
  compiled: CompiledScenario,
  fromMs: number,
  forMs: number,
  workers: number,
  embedded: boolean,
  limit = ownFileLimits()?.soft ?? Infinity,
): void {
  const viewers = mostViewers(compiled, fromMs, forMs);
  // A stub has the other end of every line: all viewers, and the connections of every worker.
  const fixed = embedded ? MIN_SHOP_CONNECTIONS * workers + SPARE_FILES : FIXED_FILES;
  const most = embedded ? Math.ceil(viewers) + fixed : filesNeeded(compiled, fromMs, forMs, workers);
  if (most <= limit) return;
  const remedies = [`ulimit -n ${Math.ceil(most / 1024) * 1024}`];
  const room = limit - fixed;
  const scale = Math.floor(((compiled.scale * room) / (most - fixed)) * 1000) / 1000;
  if (scale > 0) remedies.push(`--scale ${scale}`);
  const moreWorkers = Math.ceil(viewers / room);
  if (room > 0 && !embedded && moreWorkers <= MAX_WORKERS) remedies.push(`--workers ${moreWorkers}`);
  const who = embedded ? 'The embedded stub' : `Each of ${workers} worker${workers === 1 ? '' : 's'}`;
  throw new FlashcrowdError(
    'TOO_FEW_FILES',
    `${who} may need ${most} open files in this window, and the limit is ${limit}.`,
    [
      {
        path: '',
        message: 'too few file descriptors',
        expected: `at least ${most}`,
        hint: `try one of: ${remedies.join(', ')}`,
      },
    ],
  );
}

/** Waits a few seconds for the target to answer. Throws FlashcrowdError TARGET_UNREACHABLE. */
export async function reachTarget(target: Target, stop: AbortSignal): Promise<void> {
  const http = new HttpClient(target.baseUrl, 1);
  const until = performance.now() + REACH_WITHIN_MS;
  let why = '';
  try {
    while (performance.now() < until && !stop.aborted) {
      const result = await http.send(target.health(), Math.max(500, until - performance.now()));
      if ('answer' in result && result.answer.status < 300) return;
      why = whyNot(result);
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
  } finally {
    await http.destroy();
  }
  if (stop.aborted) return;
  throw new FlashcrowdError(
    'TARGET_UNREACHABLE',
    `${target.name} at ${target.baseUrl} cannot be reached: ${why}${why.endsWith('?') ? '' : '.'}`,
  );
}

function whyNot(result: HttpResult): string {
  if ('answer' in result) return `something answers there, with status ${result.answer.status}: is it the right URL?`;
  return result.code === 'ENOTFOUND' ? 'there is no such host' : REASONS[result.failure];
}

const REASONS = {
  refused: 'the connection was refused',
  timeout: 'it did not answer in time',
  broken: 'the connection broke',
} as const;
