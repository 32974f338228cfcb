import type { Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { caseOf, counted, eventTime, Findings, inSeconds, NO_BOOKS, settle, unknown } from '../evidence.ts';
import type { History } from '../history.ts';
import { booksViewOf, viewOf } from '../views.ts';

export const holdsResolved: Checker = {
  id: 'holds_resolved',
  title: 'Holds that ended give their units back',
  promise:
    'Every hold on stock in the books: none may still be held when it had ended more than 5 s before the books were read. A payment under way may keep a hold a little longer.',
  check,
};

const GRACE_MS = 5000;
const ACCEPTABLE = `no hold still held ${inSeconds(GRACE_MS)} after its end`;

function check(history: History, books: Books | null): CheckResult | null {
  if (history.show.products.length === 0) return null;
  if (books === null) return unknown(holdsResolved, ACCEPTABLE, NO_BOOKS);
  const { reservations, readAtEpochMs } = books;
  if (reservations === null) return unknown(holdsResolved, ACCEPTABLE, 'The books have no list of holds.');
  if (readAtEpochMs === null) return unknown(holdsResolved, ACCEPTABLE, 'It is not known when the books were read.');

  const findings = new Findings();
  let stuckUnits = 0;
  for (const { id, buyerId, productId, units, expiresAtEpochMs, status } of reservations) {
    const lateMs = readAtEpochMs - expiresAtEpochMs;
    if (status !== 'held' || lateMs <= GRACE_MS) continue;
    stuckUnits += units;
    const words = `${id} of ${buyerId}: ${counted(units, 'unit')} of ${productId} still held ${inSeconds(lateMs)} after the hold ended`;
    findings.add(
      1,
      () => words,
      () =>
        caseOf(history, books, `${id} of ${buyerId} (${productId})`, {
          purchases: viewOf(history)
            .byViewer.of(buyerId)
            .filter((purchase) => purchase.productId === productId),
          orders: booksViewOf(books)
            .ordersByBuyer.of(buyerId)
            .filter((order) => order.productId === productId),
          moments: [
            {
              atMs: eventTime(history, expiresAtEpochMs),
              text: `books: the hold ${id} on ${counted(units, 'unit')} ends`,
            },
            { atMs: eventTime(history, readAtEpochMs), text: `books read: ${id} is still held` },
          ],
        }),
    );
  }
  const { violations } = findings;
  const stuck = violations === 0 ? 'none stuck' : `${violations} stuck with ${counted(stuckUnits, 'unit')}`;
  const detail = `${counted(reservations.length, 'hold')}, ${stuck}.`;
  return settle(holdsResolved, findings, { acceptable: ACCEPTABLE, detail, missing: null });
}
