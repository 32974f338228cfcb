import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Bins } from '../bins.ts';
import type { Habits } from './habits.ts';
import type { Population } from './populations.ts';
import { stillThere } from './residual.ts';

/** A limit beyond this is never met. */
const MOST = 64;

/**
 * How many of those present have how many units of a product with a limit per buyer, held or bought. As expected numbers: between two
 * cues of the product they leave as all those do who were there at the first.
 */
export class Buyers {
  /** By product and persona: expected buyers with 1, 2, ... units, or nothing where no limit is ever met. */
  private readonly held: readonly (readonly Float64Array[])[];
  /** By cue and persona: of those there at the last cue of this product, the share that still is. */
  private readonly kept: ReadonlyMap<number, Float64Array>;

  constructor(scenario: CompiledScenario, populations: readonly Population[], habits: readonly Habits[], bins: Bins) {
    const kept = new Map<number, Float64Array>();
    const cuesOf = scenario.products.map((_, product) =>
      scenario.cues.flatMap((cue, i) => (cue.product === product && cue.interest > 0 ? [i] : [])),
    );
    this.held = scenario.products.map(({ perBuyer }, product) => {
      const cues = cuesOf[product];
      if (perBuyer === null || perBuyer > MOST) return [];
      for (let i = 1; i < cues.length; i++) {
        const [fromMs, toMs] = [scenario.cues[cues[i - 1]].atMs, scenario.cues[cues[i]].atMs];
        const shares = habits.map(({ index }) =>
          stillThere(
            populations.filter(({ persona }) => persona === index),
            bins,
            fromMs,
            toMs,
          ),
        );
        kept.set(cues[i], Float64Array.from(shares));
      }
      return habits.map(() => new Float64Array(perBuyer + 1));
    });
    this.kept = kept;
  }

  reset(): void {
    for (const personas of this.held) for (const held of personas) held.fill(0);
  }

  /** A cue comes for `present` viewers of a persona. Returns the share of them that has so many units; null without a limit. */
  at(cue: number, product: number, persona: number, present: number): Float64Array | null {
    if (this.held[product].length === 0) return null;
    const held = this.held[product][persona];
    const kept = this.kept.get(cue);
    if (kept !== undefined) for (let u = 1; u < held.length; u++) held[u] *= kept[persona];
    const shares = new Float64Array(held.length);
    let rest = 1;
    for (let u = 1; u < held.length; u++) {
      shares[u] = present > 0 ? Math.min(rest, held[u] / present) : 0;
      rest -= shares[u];
    }
    shares[0] = rest;
    return shares;
  }

  /** `buyers` who had units as `heldP` says get `units` more each. */
  got(product: number, persona: number, heldP: Float64Array | null, units: number, buyers: number): void {
    if (this.held[product].length === 0 || buyers === 0) return;
    const held = this.held[product][persona];
    const allowed = heldP === null ? 1 : allowedShare(heldP, units);
    for (let u = 0; u + units < held.length; u++) {
      const came = heldP === null ? (u === 0 ? buyers : 0) : allowed > 0 ? (buyers * heldP[u]) / allowed : 0;
      if (u > 0) held[u] = Math.max(0, held[u] - came);
      held[u + units] += came;
    }
  }

  /** Units came back from buyers of `units` each. */
  gaveBack(product: number, persona: number, units: number, buyers: number): void {
    const held = this.held[product][persona];
    if (held !== undefined && units < held.length) held[units] = Math.max(0, held[units] - buyers);
  }

  /** Share of orders of so many units that the limit forbids. */
  refusedP(product: number, heldP: Float64Array | null, units: number): number {
    const personas = this.held[product];
    if (personas.length === 0) return 0;
    if (heldP === null) return units < personas[0].length ? 0 : 1;
    return 1 - allowedShare(heldP, units);
  }
}

function allowedShare(heldP: Float64Array, units: number): number {
  let sum = 0;
  for (let u = 0; u + units < heldP.length; u++) sum += heldP[u];
  return sum;
}
