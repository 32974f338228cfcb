import type { History, Show } from './history.ts';
import { viewOf } from './views.ts';

type ShowProduct = Show['products'][number];

/** Units that the host put on a shelf: the stock at the start of the window and every restock of it. */
export interface Stocked {
  /** Without the restocks that got no answer. */
  readonly certainUnits: number;
  /** With them. */
  readonly mostUnits: number;
  /** Of those, restocks that a person was to do: nobody knows whether they were done. */
  readonly manualUnits: number;
}

export function stockedUnits(history: History, product: ShowProduct): Stocked {
  let certainUnits = product.stockUnits;
  let mostUnits = product.stockUnits;
  let manualUnits = 0;
  for (const { kind, units, status, manual } of viewOf(history).cuesOf(product.id)) {
    if (kind !== 'restock') continue;
    mostUnits += units ?? 0;
    if (status === 'done') certainUnits += units ?? 0;
    if (manual === true) manualUnits += units ?? 0;
  }
  return { certainUnits, mostUnits, manualUnits };
}

/**
 * The most units that were on offer in batches, for a product that was sold in batches only: what the drop that was open at the
 * start still offered, and the drops of the window. `null`: it was on sale without a bound, or its backend knows no drops. Drops that got no
 * answer count in full.
 */
export function offeredUnits(history: History, product: ShowProduct): number | null {
  if (!product.dropped) return null;
  const drops = viewOf(history)
    .cuesOf(product.id)
    .filter(({ kind }) => kind === 'drop');
  let offered = product.offeredUnits ?? 0;
  for (const { units, manual } of drops) {
    if (units === null || manual === true) return null;
    offered += units;
  }
  return product.isOpen && product.offeredUnits === null ? null : offered;
}
