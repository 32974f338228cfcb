import { counted } from '../../reports/format.ts';
import type { Books } from '../../sim/ledger/books.ts';
import type { History } from '../../sim/ledger/history.ts';

/** Whose orders they are, and whether the mapping can be right. */
export function ownershipNotes(history: History, { orders, exclusive }: Books): string[] {
  if (orders.length === 0) return ['The export holds no order of this run.'];
  const viewers = new Set([
    ...history.purchases.map(({ viewerId }) => viewerId),
    ...history.visits.map(({ viewerId }) => viewerId),
  ]);
  const products = new Set(history.show.products.map(({ id }) => id));
  const strange = orders.filter(({ buyerId }) => !viewers.has(buyerId));
  const foreign = orders.filter(({ productId }) => !products.has(productId));
  const notes: string[] = [];
  if (strange.length === orders.length) notes.push(nobodyKnown('buyer', strange[0].buyerId, viewers));
  else if (strange.length > 0) {
    const whose = exclusive
      ? 'the run does not know (--exclusive: they count as its own)'
      : 'the run does not know: somebody else’s';
    notes.push(`${counted(strange.length, 'order', 'orders')} of buyers whom ${whose}.`);
  }
  if (foreign.length === orders.length) notes.push(nobodyKnown('product', foreign[0].productId, products));
  else if (foreign.length > 0)
    notes.push(`${counted(foreign.length, 'order', 'orders')} of products that are not in the show.`);
  return notes;
}

function nobodyKnown(field: 'buyer' | 'product', inBooks: string, inRun: ReadonlySet<string>): string {
  const [example] = inRun;
  const known = example === undefined ? `the run has no ${field}` : `the run has ${field}s such as "${example}"`;
  return `No order has a ${field} of this run: the export says "${inBooks}", ${known}. If that is a wrong column, say --map orders.${field}=<column>.`;
}
