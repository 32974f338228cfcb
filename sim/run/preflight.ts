import { readFileSync } from 'node:fs';
import type { CompiledScenario } from '../crowd/compiled.ts';
import { FlashcrowdError } from '../errors.ts';
import type { Target } from '../targets/target.ts';
import { HttpClient } from './http.ts';
import { SHOP_CONNECTIONS } from './worker.ts';

const REACH_WITHIN_MS = 4500;
const TRY_EVERY_MS = 250;
/** Modules, logs, the IPC channel, and sockets that are closing while others open. */
const SPARE_FILES = 200;
/** Expected viewers are a mean; bursts of arrivals go above it. */
const HEADROOM = 1.25;

/** Sockets that one worker may have open at once in this window. */
export function filesNeeded(compiled: CompiledScenario, fromMs: number, forMs: number, workers: number): number {
  const step = compiled.audienceStepMs;
  const first = Math.max(0, Math.floor(fromMs / step) - 1);
  const window = compiled.audience.subarray(first, Math.ceil((fromMs + forMs) / step) + 1);
  const peak = window.reduce((most, viewers) => Math.max(most, viewers), 0);
  return Math.ceil((peak * HEADROOM) / workers) + SHOP_CONNECTIONS + SPARE_FILES;
}

/**
 * Says before the run when a process could not hold its viewers. An embedded stub is a process of its own that holds all of them.
 * Throws FlashcrowdError TOO_FEW_FILES.
 */
export function checkFiles(compiled: CompiledScenario, fromMs: number, forMs: number, workers: number, embedded: boolean, limit = fileLimit()): void {
  const needed = filesNeeded(compiled, fromMs, forMs, workers);
  const stub = embedded ? filesNeeded(compiled, fromMs, forMs, 1) : 0;
  const most = Math.max(needed, stub);
  if (most <= limit) return;
  const scale = Math.max(0.001, Math.floor(((compiled.scale * limit) / most) * 1000) / 1000);
  const remedies = [`ulimit -n ${Math.ceil(most / 1024) * 1024}`, `--scale ${scale}`];
  if (stub <= limit) remedies.push(`--workers ${Math.ceil((needed * workers) / Math.max(1, limit - SHOP_CONNECTIONS - SPARE_FILES))}`);
  const who = stub > needed ? 'The embedded stub' : `Each of ${workers} worker${workers === 1 ? '' : 's'}`;
  throw new FlashcrowdError('TOO_FEW_FILES', `${who} may need ${most} open files in this window, and the limit is ${limit}.`, [
    { path: '', message: 'too few file descriptors', expected: `at least ${most}`, hint: `try one of: ${remedies.join(', ')}` },
  ]);
}

/** The soft limit of this process, which Node raises to the hard one when it starts. Unlimited where there is no /proc. */
function fileLimit(): number {
  try {
    const line = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return line ? Number(line[1].replace('unlimited', 'Infinity')) : Infinity;
  } catch {
    return Infinity;
  }
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
      why = 'answer' in result ? `it answered ${result.answer.status}` : REASONS[result.failure];
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
  } finally {
    await http.destroy();
  }
  if (stop.aborted) return;
  throw new FlashcrowdError('TARGET_UNREACHABLE', `${target.name} at ${target.baseUrl} cannot be reached: ${why}.`);
}

const REASONS = { refused: 'the connection was refused', timeout: 'it did not answer in time', broken: 'the connection broke' } as const;
