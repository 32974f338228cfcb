import { epochMs } from '../live/clock.ts';
import type { ThresholdRule } from '../metrics/thresholds.ts';
import type { Ending } from './verdict.ts';

/** Why a run ended early, if it did: the first reason counts. */
export class EarlyEnd {
  ending: Exclude<Ending, { kind: 'complete' }> | null = null;
  /** Event time. */
  atMs: number | null = null;
  /** The thresholds that ended it. */
  rules: readonly ThresholdRule[] = [];
  /** Resolves with the first reason. */
  readonly happened: Promise<void>;
  private resolve: () => void = () => undefined;

  constructor() {
    this.happened = new Promise((resolve) => (this.resolve = resolve));
  }

  because(ending: Exclude<Ending, { kind: 'complete' }>, atMs: number, rules: readonly ThresholdRule[] = []): void {
    if (this.ending) return;
    this.ending = ending;
    this.atMs = atMs;
    this.rules = rules;
    this.resolve();
  }
}

/** Resolves at that moment, epoch ms, or when something else happens before it. */
export async function atMoment(epoch: number, before: Promise<unknown>): Promise<void> {
  // Timers may fire a little early: look again.
  for (let leftMs = epoch - epochMs(), over = false; leftMs > 0 && !over; leftMs = epoch - epochMs()) {
    let timer: NodeJS.Timeout | undefined;
    const due = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, Math.min(leftMs, 2 ** 30), false)));
    over = await Promise.race([due, before.then(() => true)]);
    clearTimeout(timer);
  }
}

/** Waits for `promise`, but neither longer than `ms` nor past an abort. */
export async function within(ms: number, promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, late, aborted(signal)]);
  clearTimeout(timer);
}

/** The value, or null when the abort comes first. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return Promise.race([promise, aborted(signal).then(() => null)]);
}

/** Resolves when it is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
