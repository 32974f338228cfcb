import type { EngineName } from '../../sim/plan-result.ts';

/** The options of `flashcrowd plan`, as commander hands them over. */
export interface PlanCommandOptions {
  readonly runs: number;
  readonly engine?: EngineName;
  readonly seed?: string;
  readonly scale: number;
  readonly set: readonly string[];
  readonly sweep?: string;
  readonly compare?: readonly string[];
  /** `true` when it was given without a share. */
  readonly sensitivity?: number | true;
  readonly workers?: number;
  readonly out?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}
