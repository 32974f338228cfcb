/** Commands that follow from a plan: the same again, and what one would do next. */

import type { PlanResult } from '../../sim/plan-result.ts';
import { durationArgument } from '../format.ts';
import { shellLine } from '../reproduce.ts';

/** Same scenario, engine, runs, scale, seed, overrides, and what it was asked besides. */
export function planCommand({ scenario, plan }: PlanResult): string {
  const { sweep, compareWith, sensitivity } = plan.asked;
  const words = ['flashcrowd', 'plan', scenario.file, '--runs', String(plan.runs)];
  words.push('--engine', plan.engine, '--seed', plan.seed, ...changes(plan.scale, scenario.overrides));
  if (sweep !== null) words.push('--sweep', sweep);
  if (compareWith !== null) words.push('--compare', compareWith);
  if (sensitivity !== null) words.push('--sensitivity', `${Number((sensitivity * 100).toPrecision(12))}%`);
  return shellLine(words);
}

/** Viewers that one machine holds with ease. */
const REHEARSED_VIEWERS = 2500;
const LEAD_MS = 20_000;
const WINDOW_MS = 60_000;

/** A minute about the busiest step, against a real backend, at a size that one machine holds. */
export function rehearseCommand({ scenario, plan, figures, series }: PlanResult): string {
  const busiest = busiestStep(requestsOf(series)) ?? busiestStep(series.rows.viewers.p50) ?? 0;
  const leadMs = Math.round(series.startMs + busiest * series.stepMs) - LEAD_MS;
  const fromMs = Math.max(0, leadMs - (leadMs % 1000));
  const forMs = Math.min(WINDOW_MS, Math.max(1000, scenario.durationMs - fromMs));
  const peak = figures.peakViewers.p95;
  const shrink = peak > REHEARSED_VIEWERS ? REHEARSED_VIEWERS / peak : 1;
  const scale = Number((plan.scale * shrink).toPrecision(1));
  const words = ['flashcrowd', 'run', scenario.file, '--from', durationArgument(fromMs), '--for'];
  words.push(durationArgument(forMs), '--seed', plan.seed, ...changes(scale, scenario.overrides));
  return shellLine(words);
}

export function sensitivityCommand({ scenario, plan }: PlanResult): string {
  return shellLine(['flashcrowd', 'plan', scenario.file, '--sensitivity', ...changes(plan.scale, scenario.overrides)]);
}

function changes(scale: number, overrides: readonly string[]): string[] {
  const words = scale === 1 ? [] : ['--scale', String(scale)];
  return words.concat(overrides.flatMap((override) => ['--set', override]));
}

/** Of all endpoints, in the median: what a backend feels, orders or not. */
function requestsOf({ rows }: PlanResult['series']): number[] {
  const endpoints = [rows.viewRequests, rows.cartRequests, rows.checkoutRequests, rows.payRequests];
  return rows.viewRequests.p50.map((_value, step) => endpoints.reduce((sum, { p50 }) => sum + p50[step], 0));
}

function busiestStep(row: readonly number[]): number | null {
  let busiest: number | null = null;
  row.forEach((value, step) => {
    if (value > 0 && (busiest === null || value > row[busiest])) busiest = step;
  });
  return busiest;
}
