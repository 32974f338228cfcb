import type { Exchange } from './exchange.ts';

/** `skipped`: the target does not do this, or what comes before it went wrong. */
export type StepStatus = 'ok' | 'failed' | 'unreachable' | 'skipped';

export interface StepReport {
  readonly name: string;
  readonly status: StepStatus;
  /** What came of it, in a line. */
  readonly detail: string;
  /** How to mend it; null: nothing to mend. */
  readonly remedy: string | null;
  readonly tookMs: number;
  readonly exchanges: readonly Exchange[];
}

/** What a step came to. */
export type Came = Pick<StepReport, 'status' | 'detail'> & { readonly remedy?: string };

/** One thing that a run measures, and whether it can be measured there. */
export interface Measure {
  readonly what: string;
  readonly can: 'yes' | 'no' | 'not seen';
  /** By what, or why not. */
  readonly how: string;
}

export interface CheckReport {
  readonly target: string;
  readonly ok: boolean;
  readonly steps: readonly StepReport[];
  readonly measures: readonly Measure[];
}
