/** A line of a chart as data, and its figures in words. */

import { count, measure } from '../format.ts';
import type { ColorName } from './palette.ts';

export interface StripLine {
  readonly label: string;
  readonly color: ColorName;
  /** Filled down to zero. */
  readonly area: boolean;
  readonly dashed: boolean;
  readonly values: readonly (number | null)[];
  /** Filled around the line, step by step; absent when the line stands for itself. */
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** Steps of its own when they may be longer than those of the charts: a value holds to the end of its step. */
  readonly steps?: { readonly stepMs: number; readonly startMs: number };
  /** Not drawn until its entry in the legend is pressed. */
  readonly off?: boolean;
  /** What stands in the legend while no moment is chosen: the extreme that matters. */
  readonly rest: string;
}

/** The highest value that was measured, and the first step that has it. */
export function highest(values: readonly (number | null)[]): { value: number; index: number } | null {
  let most: { value: number; index: number } | null = null;
  values.forEach((value, index) => {
    if (value !== null && (most === null || value > most.value)) most = { value, index };
  });
  return most;
}

export function figure(value: number, unit: string): string {
  if (unit === 'ms') return `${measure(value)} ms`;
  return Number.isInteger(value) ? count(value) : measure(value);
}

/** Six digits are more than a screen can show; the rest would only make the file larger. */
export function tidy(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}
