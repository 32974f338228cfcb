import type { ResultOptions } from './result-options.ts';
import type { ShardOptions } from './shard-options.ts';
import type { ShopOptions } from './shop-options.ts';
import type { TargetOptions } from './target-options.ts';
import type { WindowOptions } from './window-options.ts';

/** The options of `flashcrowd run`, as commander hands them over. */
export interface RunCommandOptions extends TargetOptions, WindowOptions, ShardOptions, ShopOptions, ResultOptions {
  readonly workers: number;
  /** 0 to 1. */
  readonly probes: number;
  readonly localAddresses: readonly string[];
}
