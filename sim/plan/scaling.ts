import type { Scenario } from '../scenario/schema/scenario.ts';
import type { Dist } from '../scenario/schema/dist.ts';

/** How figures of each kind are lowered and raised. The way back from `factor` below 1 to whole numbers is down, above 1 up. */

/** Never beyond 100 %. */
export function scaleShare(share: number, factor: number): number {
  return Math.min(1, share * factor);
}

/** A count that is not zero changes by one at the least, and stays at `least` or above. */
export function scaleCount(count: number, factor: number, least = 0): number {
  if (count === 0) return 0;
  const scaled = count * factor;
  // The noise of binary fractions must not take a unit: 10 x 1.2 is 12.
  const exact = Math.abs(scaled - Math.round(scaled)) < 1e-6 ? Math.round(scaled) : scaled;
  return Math.max(least, factor < 1 ? Math.floor(exact) : Math.ceil(exact));
}

/** All times of the distribution. */
export function scaleDist(dist: Dist, factor: number): Dist {
  switch (dist.kind) {
    case 'fixed':
      return { ...dist, value: dist.value * factor };
    case 'exponential':
      return { ...dist, mean: dist.mean * factor };
    case 'lognormal':
      return { ...dist, median: dist.median * factor };
    case 'quantiles':
      return { ...dist, points: dist.points.map(({ p, value }) => ({ p, value: value * factor })) };
    case 'mix':
      return { ...dist, parts: dist.parts.map((part) => ({ ...part, dist: scaleDist(part.dist, factor) })) } as Dist;
  }
}

type Units = Scenario['personas'][string]['units'];

/** Moves orders to one unit more, or one less, until the mean is `factor` times what it was; an order has one unit or more. */
export function scaleUnits(units: Units, factor: number): Units {
  const total = units.reduce((sum, choice) => sum + choice.weight, 0);
  if (total === 0) return units;
  const mean = units.reduce((sum, choice) => sum + choice.units * choice.weight, 0) / total;
  const step = factor < 1 ? -1 : 1;
  const movable = units.filter((choice) => choice.units + step >= 1);
  const movableShare = movable.reduce((sum, choice) => sum + choice.weight, 0) / total;
  if (movableShare === 0) return units;
  const moved = Math.min(1, (mean * Math.abs(factor - 1)) / movableShare);
  const weights = new Map<number, number>();
  const add = (count: number, weight: number): void => void weights.set(count, (weights.get(count) ?? 0) + weight);
  for (const choice of units) {
    const part = movable.includes(choice) ? moved : 0;
    add(choice.units, choice.weight * (1 - part));
    add(choice.units + step, choice.weight * part);
  }
  return [...weights].filter(([, weight]) => weight > 0).map(([count, weight]) => ({ units: count, weight }));
}

type Source = Scenario['audience'][string];

/** Everybody whom a source brings, whatever shape it has. */
export function scaleSource(source: Source, factor: number): Source {
  switch (source.kind) {
    case 'push':
    case 'raid':
      return { ...source, size: scaleCount(source.size, factor) };
    case 'waves':
      return { ...source, waves: source.waves.map((wave) => ({ ...wave, size: scaleCount(wave.size, factor) })) };
    case 'paid':
    case 'steady':
      return source.size === undefined
        ? { ...source, rate: (source.rate ?? 0) * factor }
        : { ...source, size: scaleCount(source.size, factor) };
    case 'curve':
      return { ...source, rate: source.rate.map((point) => ({ ...point, rate: point.rate * factor })) };
  }
}
