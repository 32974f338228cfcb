import type { Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import {
  buyerCase,
  counted,
  eventTime,
  Findings,
  inSeconds,
  lostHistory,
  NO_BOOKS,
  settle,
  unknown,
} from '../evidence.ts';
import type { History } from '../history.ts';
import { uncertainPays } from '../paying.ts';
import { viewOf } from '../views.ts';

export const holdsResolved: Checker = {
  id: 'holds_resolved',
  title: 'Holds that ended give their units back',
  promise:
    'Every hold on stock in the books: none may still be held when it had ended more than 5 s before the books were read. A payment of its buyer without a definite answer may keep a hold for up to 130 s. Left out while no hold has ended, and some are still held: then nothing can be said yet.',
  check,
};

const GRACE_MS = 5000;
/** A payment that broke off in the middle is taken up again by then: two minutes at a gateway, and some. */
const PAYMENT_GRACE_MS = 130_000;
const ACCEPTABLE = `no hold still held ${inSeconds(GRACE_MS)} after its end`;

function check(history: History, books: Books | null): CheckResult | null {
  if (history.show.products.length === 0) return null;
  if (books === null) return unknown(holdsResolved, ACCEPTABLE, NO_BOOKS);
  const { reservations, readAtEpochMs } = books;
  if (reservations === null) return unknown(holdsResolved, ACCEPTABLE, 'The books have no list of holds.');
  // There is nothing to resolve in a shop that holds nothing.
  if (reservations.length === 0) return null;
  if (readAtEpochMs === null) return unknown(holdsResolved, ACCEPTABLE, 'It is not known when the books were read.');

  const findings = new Findings();
  let stuckUnits = 0;
  let paying = 0;
  let ended = 0;
  let lasting = 0;
  let unseen = 0;
  const payments = new PaymentsUnderWay(history);
  for (const { id, buyerId, productId, units, expiresAtEpochMs, status } of reservations) {
    const lateMs = readAtEpochMs - expiresAtEpochMs;
    if (status === 'released') ended++;
    if (status !== 'held') continue;
    if (lateMs <= GRACE_MS) {
      lasting++;
      continue;
    }
    ended++;
    if (lateMs <= PAYMENT_GRACE_MS) {
      if (payments.mayHold(buyerId, productId)) {
        paying++;
        continue;
      }
      // Whether a payment keeps it nobody knows of what a lost worker did last, or of a stranger.
      if (history.gaps.length > 0) {
        unseen++;
        continue;
      }
      if (!books.exclusive && !viewOf(history).knows(buyerId)) continue;
    }
    stuckUnits += units;
    const words = `${id} of ${buyerId}: ${counted(units, 'unit')} of ${productId} still held ${inSeconds(lateMs)} after the hold ended`;
    findings.add(
      1,
      () => words,
      () =>
        buyerCase(history, books, `${id} of ${buyerId} (${productId})`, { buyerId, productId }, [
          {
            atMs: eventTime(history, expiresAtEpochMs),
            text: `books: the hold ${id} on ${counted(units, 'unit')} ends`,
          },
          { atMs: eventTime(history, readAtEpochMs), text: `books read: ${id} is still held` },
        ]),
    );
  }
  // A pass would be one by default: whether holds end is not known before one has.
  if (ended === 0 && unseen === 0 && lasting > 0) return null;
  const { violations } = findings;
  const stuck = violations === 0 ? 'none stuck' : `${violations} stuck with ${counted(stuckUnits, 'unit')}`;
  const kept = paying === 0 ? '' : `, ${paying} kept by a payment without an answer`;
  const yet = lasting === 0 ? '' : `, ${lasting} not over yet`;
  const detail = `${counted(reservations.length, 'hold')}, ${stuck}${kept}${yet}.`;
  return settle(holdsResolved, findings, {
    acceptable: ACCEPTABLE,
    detail,
    missing: unseen > 0 ? lostHistory(history) : null,
  });
}

/** Payments that nobody heard the end of: each may keep one hold. */
class PaymentsUnderWay {
  private readonly history: History;
  private readonly left = new Map<string, number>();

  constructor(history: History) {
    this.history = history;
  }

  mayHold(buyerId: string, productId: string): boolean {
    const key = JSON.stringify([buyerId, productId]);
    const left = this.left.get(key) ?? this.of(buyerId, productId);
    this.left.set(key, left - 1);
    return left > 0;
  }

  private of(buyerId: string, productId: string): number {
    const purchases = viewOf(this.history).byViewer.of(buyerId);
    return uncertainPays(purchases.filter((purchase) => purchase.productId === productId)).length;
  }
}
