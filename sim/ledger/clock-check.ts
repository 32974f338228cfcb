import type { Books } from './books.ts';
import { eventTime } from './evidence.ts';
import type { History } from './history.ts';
import type { PaidTelling } from './tellings.ts';
import { booksViewOf, viewOf } from './views.ts';

/** How far the backend's clock may be from ours, and how long it may take to write down what it did. */
export const CLOCK_SLACK_MS = 1000;

/** So many payments are enough to tell. */
const SAMPLE = 1000;

/**
 * Checks that set the times of the books beside ours are only as good as the two clocks. Charges must lie between the sending of the
 * payment and its answer, give or take the slack: when most do not, the clocks are apart.
 * @returns what to say then; `null` when they agree, or when no payment can tell.
 */
export function clocksApart(history: History, books: Books): string | null {
  let seen = 0;
  let outside = 0;
  for (const telling of viewOf(history).tellings.paid) {
    const isInside = chargeIsInTime(history, books, telling);
    if (isInside === null) continue;
    seen++;
    if (!isInside) outside++;
    if (seen === SAMPLE) break;
  }
  if (outside * 2 <= seen) return null;
  return `${outside} of ${seen} charges in the books lie outside of the time in which they were asked for: the clocks are apart.`;
}

function chargeIsInTime(history: History, books: Books, { purchase, orderId, told }: PaidTelling): boolean | null {
  if (orderId === null) return null;
  const charge = booksViewOf(books)
    .paymentsByOrder.of(orderId)
    .find(({ id, status }) => status === 'captured' && (told.paymentId === null || told.paymentId === id));
  if (charge === undefined || charge.atEpochMs === null) return null;
  const atMs = eventTime(history, charge.atEpochMs);
  const firstPay = purchase.steps.find(({ kind }) => kind === 'pay');
  return firstPay !== undefined && atMs >= firstPay.sentMs - CLOCK_SLACK_MS && atMs <= told.atMs + CLOCK_SLACK_MS;
}
