import type { Books } from './books.ts';
import type { CheckResult } from './check.ts';

const ID = 'no_oversell';
const TITLE = 'Units sold never exceed stock';

/**
 * Sold units by the backend's own orders against the units that were ever on the shelf (`stockedUnits`, as the host
 * stocked them, by product). The backend's stock counters are not believed: a shop that oversells has wrong ones.
 * Without books the verdict is unknown.
 */
export function checkOversell(books: Books | null, stockedUnits: ReadonlyMap<string, number>): CheckResult {
  if (books === null) return unknown('The backend has no books that could be read.');
  const evidence: string[] = [];
  let violations = 0;
  let sold = 0;
  for (const [productId, stocked] of stockedUnits) {
    const soldHere = unitsPaid(books, productId);
    sold += soldHere;
    if (soldHere <= stocked) continue;
    violations += soldHere - stocked;
    evidence.push(
      `${productId}: ${soldHere} units in paid orders, ${stocked} ever in stock, ${soldHere - stocked} too many`,
    );
  }
  const total = [...stockedUnits.values()].reduce((sum, units) => sum + units, 0);
  return {
    id: ID,
    title: TITLE,
    status: violations > 0 ? 'fail' : 'pass',
    violations,
    detail: `${sold} units sold of ${total} in stock${violations > 0 ? `, ${violations} too many` : ''}.`,
    evidence,
  };
}

function unitsPaid(books: Books, productId: string): number {
  return books.orders
    .filter((order) => order.productId === productId && order.status === 'paid')
    .reduce((sum, order) => sum + order.units, 0);
}

function unknown(detail: string): CheckResult {
  return { id: ID, title: TITLE, status: 'unknown', violations: null, detail, evidence: [] };
}
