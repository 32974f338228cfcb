import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Histogram } from '../metrics/histogram.ts';
import type { EngineName } from '../plan-result.ts';
import type { Bins } from './bins.ts';

/** What of the event is played: always from its start, because stock and crowd at `fromMs` come from what was before. */
export interface PlanWindow {
  /** Event time in ms; figures count from here ... */
  readonly fromMs: number;
  /** ... to here. */
  readonly untilMs: number;
  /**
   * What a run does that begins at `fromMs`: all carts are back on the shelf, nobody has bought anything, and whoever is in the middle
   * of a purchase begins it again with the product page. Cohorts leave it out.
   */
  readonly restarts?: boolean;
}

/** Products whose stock is kept over time. */
export const TRACKED_PRODUCTS = 6;

/** One Monte Carlo run, as an engine leaves it. The arrays are the engine's own: the next run overwrites them. */
export interface EngineRun {
  readonly bins: Bins;
  /** By product, in the window. */
  readonly products: ProductTotals;
  /** By cue: from the opening of a drop to the moment its units were gone, ms; NaN when they were not, and for other cues. */
  readonly soldOutAfterMs: Float64Array;
  /** By endpoint: response times of the window as viewers saw them, ms; without requests that were refused. */
  readonly responseMs: readonly Histogram[];
  /** By endpoint, in the window: requests that were refused, given up or waited for in vain. */
  readonly failed: Float64Array;
  /** Of these, those that were refused at once. */
  readonly refused: Float64Array;
  /** What viewers did in all, as the crowd counts intents. */
  readonly events: number;
}

export const PRODUCT_FIELDS = [
  'clicked',
  'carted',
  'checkedOut',
  'paid',
  'units',
  'gmvMinor',
  'lostSoldOut',
  'lostSlow',
] as const;
export type ProductField = (typeof PRODUCT_FIELDS)[number];
export type ProductTotals = Readonly<Record<ProductField, Float64Array>> & {
  /** When the whole stock was first gone, event time; NaN when it never was. */
  readonly soldOutAtMs: Float64Array;
};

export interface Engine {
  readonly name: EngineName;
  /** Plays the event once. The same seed gives the same run. */
  play(seedHi: number, seedLo: number): EngineRun;
}

export type MakeEngine = (scenario: CompiledScenario, window: PlanWindow) => Engine;
