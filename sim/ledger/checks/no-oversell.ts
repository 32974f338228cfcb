import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { counted, Findings, NO_BOOKS, orderCase, settle, unknown } from '../evidence.ts';
import type { History } from '../history.ts';
import { offeredUnits, stockedUnits } from '../supply.ts';
import { viewOf } from '../views.ts';

export const noOversell: Checker = {
  id: 'no_oversell',
  title: 'Units sold never exceed stock',
  promise:
    "Units of paid orders in the backend's books against the units that the host put on the shelf, by product, and against the sum of the batches where a product is sold in batches only. A restock or a drop that got no answer counts as done; a restock that a person was to do may not have been, and what only it would explain is unknown. The shop's own counters are not believed.",
  check,
};

function check(history: History, books: Books | null): CheckResult | null {
  const { products } = history.show;
  if (products.length === 0) return null;
  const supply = products.map((product) => {
    const { mostUnits, manualUnits } = stockedUnits(history, product);
    return { id: product.id, stocked: mostUnits, manualUnits, offered: offeredUnits(history, product) };
  });
  const bounds = supply.map(({ stocked, offered }) => Math.min(stocked, offered ?? Infinity));
  const acceptable = `0 to ${counted(sum(bounds), 'unit')} sold`;
  if (books === null) return unknown(noOversell, acceptable, NO_BOOKS);

  const soldUnits = paidUnits(books);
  const findings = new Findings();
  const vague: string[] = [];
  let sold = 0;
  supply.forEach(({ id, stocked, offered, manualUnits }, i) => {
    const soldHere = soldUnits.get(id) ?? 0;
    sold += soldHere;
    const tooMany = soldHere - bounds[i];
    if (tooMany <= 0 && tooMany > -manualUnits) vague.push(id);
    if (tooMany <= 0) return;
    const bound = offered !== null && offered < stocked ? `${offered} ever on offer` : `${stocked} ever in stock`;
    const beyond = ordersBeyond(books, id, bounds[i]);
    const first = beyond.length === 0 ? '' : `, from ${beyond[0].id} of ${beyond[0].buyerId} on`;
    findings.add(tooMany, () => `${id}: ${soldHere} units in paid orders, ${bound}, ${tooMany} too many${first}`);
    for (const order of beyond) {
      findings.show(() => orderCase(history, books, order, viewOf(history).byViewer.of(order.buyerId)));
    }
  });
  const batches = supply.flatMap(({ offered }) => (offered === null ? [] : [offered]));
  const onOffer = batches.length > 0 ? `${sum(batches)} on offer and ` : '';
  const tooMany = findings.violations > 0 ? `, ${findings.violations} too many` : '';
  const stocked = sum(supply.map((one) => one.stocked));
  const detail = `${counted(sold, 'unit')} sold of ${onOffer}${stocked} in stock${tooMany}.`;
  const missing =
    vague.length === 0
      ? null
      : `Whether ${vague.join(', ')} was restocked is not known: a person was to do it, and without that it was oversold.`;
  return settle(noOversell, findings, { acceptable, detail, missing });
}

function paidUnits(books: Books): Map<string, number> {
  const units = new Map<string, number>();
  for (const order of books.orders) {
    if (order.status === 'paid') units.set(order.productId, (units.get(order.productId) ?? 0) + order.units);
  }
  return units;
}

/** The orders that the shelf had no units for, when each took its units as it was made. */
function ordersBeyond(books: Books, productId: string, boundUnits: number): BookOrder[] {
  const paid = books.orders.filter((order) => order.productId === productId && order.status === 'paid');
  let taken = 0;
  return paid
    .toSorted((a, b) => (a.atEpochMs ?? 0) - (b.atEpochMs ?? 0))
    .filter(({ units }) => (taken += units) > boundUnits);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
