import type { Books } from './books.ts';
import type { CheckResult } from './check.ts';

const ID = 'no_oversell';
const TITLE = 'Units sold never exceed stock';

/**
 * Sold units by the backend's own orders against the units that were ever on the shelf (`stockedUnits`, as the host
 * stocked them, by product) and, for products sold in batches only, against the sum of the batches (`offeredUnits`). The
 * backend's stock counters are not believed: a shop that oversells has wrong ones. Without books the verdict is unknown.
 */
export function checkOversell(
  books: Books | null,
  stockedUnits: ReadonlyMap<string, number>,
  offeredUnits: ReadonlyMap<string, number> = new Map(),
): CheckResult {
  if (books === null) return unknown('The backend has no books that could be read.');
  const evidence: string[] = [];
  let violations = 0;
  let sold = 0;
  for (const [productId, stocked] of stockedUnits) {
    const offered = offeredUnits.get(productId) ?? Infinity;
    const soldHere = unitsPaid(books, productId);
    sold += soldHere;
    const tooMany = soldHere - Math.min(stocked, offered);
    if (tooMany <= 0) continue;
    violations += tooMany;
    const bound = offered < stocked ? `${offered} ever on offer` : `${stocked} ever in stock`;
    evidence.push(`${productId}: ${soldHere} units in paid orders, ${bound}, ${tooMany} too many`);
  }
  const onOffer = offeredUnits.size > 0 ? `${total(offeredUnits)} on offer and ` : '';
  return {
    id: ID,
    title: TITLE,
    status: violations > 0 ? 'fail' : 'pass',
    violations,
    detail: `${sold} units sold of ${onOffer}${total(stockedUnits)} in stock${violations > 0 ? `, ${violations} too many` : ''}.`,
    evidence,
  };
}

function total(units: ReadonlyMap<string, number>): number {
  return [...units.values()].reduce((sum, one) => sum + one, 0);
}

function unitsPaid(books: Books, productId: string): number {
  return books.orders
    .filter((order) => order.productId === productId && order.status === 'paid')
    .reduce((sum, order) => sum + order.units, 0);
}

function unknown(detail: string): CheckResult {
  return { id: ID, title: TITLE, status: 'unknown', violations: null, detail, evidence: [] };
}
