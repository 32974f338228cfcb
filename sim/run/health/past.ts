import type { CompiledHealth } from '../../crowd/compiled.ts';
import type { Delays, HealthSample } from '../../live/sample.ts';

/** What can be wrong in one second of a worker. */
type DelayKind = 'late' | 'blocked' | 'backlog';

/** Something that was past its bound. */
export interface Past {
  readonly kind: DelayKind | 'stall';
  readonly observedMs: number;
  readonly boundMs: number;
}

/** The delays that are past their bounds; at a bound is within it. */
export function delaysPast({ lateStart, loopDelay, receiveWait }: Delays, bounds: CompiledHealth): Past[] {
  const judged = [
    { kind: 'late', spread: lateStart, boundMs: bounds.lateStartP99Ms },
    { kind: 'blocked', spread: loopDelay, boundMs: bounds.loopDelayP99Ms },
    { kind: 'backlog', spread: receiveWait, boundMs: bounds.receiveWaitP99Ms },
  ] as const;
  return judged.flatMap(({ kind, spread, boundMs }) => {
    const observedMs = spread?.judgedMs ?? 0;
    return observedMs > boundMs ? [{ kind, observedMs, boundMs }] : [];
  });
}

/** Empty when the second was valid. */
export function pastIn(sample: HealthSample, bounds: CompiledHealth): Past[] {
  const past: Past[] = delaysPast(sample, bounds);
  if (sample.stallMs > bounds.stallMs) {
    past.push({ kind: 'stall', observedMs: sample.stallMs, boundMs: bounds.stallMs });
  }
  return past;
}

/** The one that is further past its bound. */
export function worsePast(a: Past, b: Past): Past {
  return b.observedMs / b.boundMs > a.observedMs / a.boundMs ? b : a;
}
