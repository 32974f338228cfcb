import { expect } from 'vitest';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { makeAgents } from '../../sim/plan/agents/agents.ts';
import { makeCohorts } from '../../sim/plan/cohorts/cohorts.ts';
import { PRODUCT_FIELDS, type EngineRun, type MakeEngine, type PlanWindow } from '../../sim/plan/engine.ts';
import type { PlanRow } from '../../sim/plan-result.ts';

export type Figures = Record<string, (run: EngineRun) => number>;

export const whole = (scenario: CompiledScenario) => ({ fromMs: 0, untilMs: scenario.durationMs });
export const engineOf = (scenario: CompiledScenario, make: MakeEngine = makeCohorts) => make(scenario, whole(scenario));
export const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
export const total = (run: EngineRun, row: PlanRow): number => sum(run.bins.rows[row]);
export const peak = (run: EngineRun, row: PlanRow): number => Math.max(...run.bins.rows[row]);

/** Mean of a figure over some seeds, the standard error of that mean, and the standard deviation. */
export function meanOf(
  scenario: CompiledScenario,
  make: MakeEngine,
  runs: number,
  figures: Figures,
  window: PlanWindow = whole(scenario),
): Record<string, { mean: number; error: number; sd: number }> {
  const engine = make(scenario, window);
  const values: Record<string, number[]> = {};
  for (let i = 0; i < runs; i++) {
    const run = engine.play(i, 31 * i + 7);
    for (const [name, figure] of Object.entries(figures)) (values[name] ??= []).push(figure(run));
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, list]) => {
      const mean = sum(list) / list.length;
      const variance = sum(list.map((value) => (value - mean) ** 2)) / (list.length - 1);
      return [name, { mean, error: Math.sqrt(variance / list.length), sd: Math.sqrt(variance) }];
    }),
  );
}

export const FIGURES: Figures = {
  views: (run) => total(run, 'joins'),
  peakViewers: (run) => peak(run, 'viewers'),
  chatSent: (run) => total(run, 'chatSent'),
  likeBatches: (run) => total(run, 'likeBatches'),
  viewRequests: (run) => total(run, 'viewRequests'),
  clicked: (run) => run.products.clicked[0],
  carted: (run) => run.products.carted[0],
  checkedOut: (run) => run.products.checkedOut[0],
  paid: (run) => run.products.paid[0],
  gmvMinor: (run) => run.products.gmvMinor[0],
  lostSoldOut: (run) => run.products.lostSoldOut[0],
};

export const PRODUCT: Figures = Object.fromEntries(
  PRODUCT_FIELDS.map((field) => [field, (run: EngineRun) => run.products[field][0]]),
);

export function expectAgreement(
  scenario: CompiledScenario,
  figures = FIGURES,
  runs = 60,
  apartAtMost = 0.01,
  window?: PlanWindow,
): void {
  const agents = meanOf(scenario, makeAgents, runs, figures, window);
  const cohorts = meanOf(scenario, makeCohorts, runs, figures, window);
  for (const name of Object.keys(figures)) {
    const error = Math.hypot(agents[name].error, cohorts[name].error);
    const apart = Math.abs(cohorts[name].mean - agents[name].mean);
    expect(apart, `${name}: ${cohorts[name].mean} for ${agents[name].mean}`).toBeLessThanOrEqual(
      apartAtMost * agents[name].mean + 3.5 * error,
    );
  }
}
