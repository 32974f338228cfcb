import type { FaultChoice } from '../fault-option.ts';
import type { TargetOptions } from './target-options.ts';

/** The options of `flashcrowd run`, as commander hands them over. */
export interface RunCommandOptions extends TargetOptions {
  readonly scale: number;
  /** Parsed to ms. */
  readonly from: number;
  readonly for?: number;
  readonly seed?: string;
  readonly set: readonly string[];
  readonly workers: number;
  /** 0 to 1. */
  readonly probes: number;
  readonly localAddresses: readonly string[];
  readonly allowInvalid?: boolean;
  /** Faults of the bundled shop, with their rates; null: the default. */
  readonly fault: readonly FaultChoice[];
  readonly stubProcesses: number;
  readonly out?: string;
  /** False with `--no-plan`. */
  readonly plan: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}
