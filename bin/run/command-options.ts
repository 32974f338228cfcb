import type { FaultChoice } from '../fault-option.ts';
import type { ShardOptions } from './shard-options.ts';
import type { TargetOptions } from './target-options.ts';
import type { WindowOptions } from './window-options.ts';

/** The options of `flashcrowd run`, as commander hands them over. */
export interface RunCommandOptions extends TargetOptions, WindowOptions, ShardOptions {
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
