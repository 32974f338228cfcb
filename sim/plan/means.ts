import { KNOTS, survivalAtKnot } from '../crowd/quantile.ts';
import type { CompiledPersona, CompiledScenario } from '../crowd/compiled.ts';

/** Moments of what the scenario says, for arithmetic beside the simulation. */

/** Mean and variance of a quantile table; straight lines between its knots, as `quantile` draws. */
export function momentsOf(table: Float64Array): { readonly mean: number; readonly variance: number } {
  let mean = 0;
  let square = 0;
  for (let i = 0; i + 1 < KNOTS; i++) {
    const weight = survivalAtKnot(i) - survivalAtKnot(i + 1);
    const [a, b] = [table[i], table[i + 1]];
    mean += (weight * (a + b)) / 2;
    square += (weight * (a * a + a * b + b * b)) / 3;
  }
  const tail = survivalAtKnot(KNOTS - 1);
  const last = table[KNOTS - 1];
  mean += tail * last;
  square += tail * last * last;
  return { mean, variance: Math.max(0, square - mean * mean) };
}

/** Share of the expected views that are of each persona. */
export function personaShares({ sources, personas }: CompiledScenario): number[] {
  const views = personas.map(() => 0);
  for (const { cumulative, mixUpTo, mixPersona } of sources) {
    const size = cumulative.at(-1) ?? 0;
    mixPersona.forEach((persona, i) => {
      views[persona] += (size * (mixUpTo[i] - (i > 0 ? mixUpTo[i - 1] : 0))) / 4294967296;
    });
  }
  const total = views.reduce((sum, each) => sum + each, 0);
  return views.map((each) => (total > 0 ? each / total : 0));
}

/** Mean units of one order. */
export function meanUnits({ unitsUpTo, unitsCount }: CompiledPersona): number {
  return [...unitsCount].reduce(
    (sum, units, i) => sum + (units * (unitsUpTo[i] - (i > 0 ? unitsUpTo[i - 1] : 0))) / 4294967296,
    0,
  );
}
