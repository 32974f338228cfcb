import type { CompiledScenario, CompiledSource } from '../../crowd/compiled.ts';
import { BIN_MS, type Bins } from '../bins.ts';
import { stayTable, type StayTable } from './stay-table.ts';

/** The viewers of one persona in one room: what is counted together. */
export interface Population {
  readonly room: number;
  readonly persona: number;
  /** Expected arrivals in each bin. Sources and personas split Poisson arrivals into Poisson arrivals, so the sum is all there is. */
  readonly arrivals: Float64Array;
  readonly stay: StayTable;
}

/** Those of whom anybody is expected. */
export function populations(scenario: CompiledScenario, bins: Bins, untilMs: number): Population[] {
  const found = new Map<number, Population>();
  const stays = new Map<number, StayTable>();
  for (const source of scenario.sources) {
    const arrivals = arrivalsByBin(source, bins, untilMs);
    source.mixPersona.forEach((persona, k) => {
      const share = (source.mixUpTo[k] - (k > 0 ? source.mixUpTo[k - 1] : 0)) / 4294967296;
      const { dwellTable } = scenario.personas[persona];
      if (!stays.has(dwellTable)) stays.set(dwellTable, stayTable(scenario.tables[dwellTable], bins.count));
      const key = source.room * scenario.personas.length + persona;
      const population = found.get(key) ?? {
        room: source.room,
        persona,
        arrivals: new Float64Array(bins.count),
        stay: stays.get(dwellTable) as StayTable,
      };
      found.set(key, population);
      for (let bin = 0; bin < bins.count; bin++) population.arrivals[bin] += share * arrivals[bin];
    });
  }
  return [...found.values()];
}

/** Differences of the cumulative curve; nothing arrives from `untilMs` on. */
function arrivalsByBin({ timesMs, cumulative }: CompiledSource, bins: Bins, untilMs: number): Float64Array {
  const arrivals = new Float64Array(bins.count);
  let segment = 0;
  const upTo = (atMs: number): number => {
    while (segment < timesMs.length - 2 && timesMs[segment + 1] < atMs) segment++;
    const spanMs = timesMs[segment + 1] - timesMs[segment];
    const share = spanMs > 0 ? (atMs - timesMs[segment]) / spanMs : 1;
    return cumulative[segment] + Math.min(1, Math.max(0, share)) * (cumulative[segment + 1] - cumulative[segment]);
  };
  if (timesMs.length < 2) return arrivals;
  let before = upTo(bins.originMs);
  for (let bin = 0; bin < bins.count; bin++) {
    const after = upTo(Math.min(untilMs, bins.originMs + (bin + 1) * BIN_MS));
    arrivals[bin] = Math.max(0, after - before);
    before = after;
  }
  return arrivals;
}
