import type { CompiledCue } from '../crowd/compiled.ts';
import type { Findings } from './findings.ts';

/** What the host put on the shelf, by product: the stock at the start of the window, and every restock. */
export function stockedUnits(findings: Findings): Map<string, number> {
  const { warm, options } = findings;
  return new Map(
    options.compiled.products.map(({ id }, product) => {
      const restocked = given(findings, 'restock', product).reduce((sum, cue) => sum + (cue.units ?? 0), 0);
      return [id, warm.stockLeft[product] + restocked];
    }),
  );
}

/**
 * The units of all batches, for products that were sold in batches only: what the drop that was open at the start still offered,
 * and the drops of the window. A product with a drop that has no limit of its own is not in it.
 */
export function offeredUnits(findings: Findings): Map<string, number> {
  const { warm, options } = findings;
  const { products, cues } = options.compiled;
  const offered = new Map<string, number>();
  products.forEach(({ id, dropped }, product) => {
    if (!dropped || cues.some((cue) => cue.kind === 'drop' && cue.product === product && cue.units === null)) return;
    const batches = given(findings, 'drop', product).reduce((sum, cue) => sum + (cue.units ?? 0), 0);
    offered.set(id, (warm.offeredUnits[product] ?? 0) + batches);
  });
  return offered;
}

/** Cues that the backend may have carried out: not those it refused. Without an answer, the acceptable set is wider. */
function given({ options, cues }: Findings, kind: CompiledCue['kind'], product: number): CompiledCue[] {
  return cues
    .filter((entry) => entry.sentMs !== null && !entry.refused)
    .map((entry) => options.compiled.cues[entry.index])
    .filter((cue) => cue.kind === kind && cue.product === product);
}
