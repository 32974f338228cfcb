import type { EngineName } from '../plan-result.ts';
import type { PlanWindow } from './engine.ts';

/** How a plan is made. All of it has a default. */
export interface PlanOptions extends PlanHooks {
  /** Monte Carlo runs, 1 to 10,000. Default 200. */
  readonly runs?: number;
  /** Another seed than that of the scenario: the decimal digits of a 64-bit unsigned integer. */
  readonly seed?: string;
  /** Multiplies audience, stock and backend alike. Above 0, at most 100; default 1. */
  readonly scale?: number;
  /** Default: by the size of the event. */
  readonly engine?: EngineName;
  /** Processes that play the runs; the plan does not hang on it. 1: this one, and for long runs one in its place. Default: as many as there are cores. */
  readonly workers?: number;
  /** Changes to the scenario as `path=value`; also to the one that it is compared with. */
  readonly set?: readonly string[];
  /** Plays the scenario for every value of one path: `products.serum.stock=10k..100k:10`, or `a,b,c` after the sign. */
  readonly sweep?: string;
  /** The file or the name of another scenario, played with the same random numbers: `--compare` of the command. */
  readonly compareWith?: string;
  /** Ranks the assumptions: each is lowered and raised by this share, above 0 and below 1. `true`: by a fifth. */
  readonly sensitivity?: number | boolean;
  /** What of the event counts; it is always played from its start. Default: all of it. */
  readonly window?: PlanWindow;
  /** What `run` would run on; without it, sizing does not say how many of them it needs. */
  readonly machine?: Machine;
}

/** What goes on while a plan is made. */
export interface PlanHooks {
  /** Aborting keeps the runs that are done: the result is marked partial. */
  readonly signal?: AbortSignal;
  /** After every run. */
  readonly onProgress?: (progress: PlanProgress) => void;
}

export interface Machine {
  readonly cores: number;
  /** Open files that one process may have. */
  readonly openFiles: number;
}

export interface PlanProgress {
  /** Runs of everything that was asked for. */
  readonly done: number;
  readonly total: number;
  /** What is being played: `runs`, `serum.yaml`, `stock = 20000`, `personas.fan.dwell lowered`. */
  readonly stage: string;
}

export const DEFAULT_RUNS = 200;
export const MOST_RUNS = 10_000;
export const DEFAULT_SENSITIVITY = 0.2;
/** A sensitivity compares means of many variants with common random numbers: fewer runs will do. */
export const SENSITIVITY_RUNS = 20;
