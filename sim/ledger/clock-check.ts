import type { Books } from './books.ts';
import { counted, eventTime, inSeconds } from './evidence.ts';
import type { History } from './history.ts';
import type { PaidTelling } from './tellings.ts';
import { booksViewOf, viewOf } from './views.ts';

/** How far the backend's clock may be from ours, and how long it may take to write down what it did, at the least. */
export const CLOCK_SLACK_MS = 1000;
export const SLACK_AT_MOST_MS = 10_000;
/** An offset as small as this is that of one clock. */
const SAME_CLOCK_MS = 250;
/** So many payments are enough to tell. */
const SAMPLE = 1000;

/** How far the backend's clock is ahead of ours: at least, at most. */
interface Offset {
  readonly leastMs: number;
  readonly mostMs: number;
  readonly charges: number;
}

/**
 * Checks that set the times of the books beside ours are only as good as the two clocks. Each charge was made between the sending of
 * its payment and the answer, so its time in the books bounds how far the clocks are apart.
 * @returns what to say when that may be more than CLOCK_SLACK_MS; `null` when it is not, or when no payment can tell.
 */
export function clocksApart(history: History, books: Books): string | null {
  const offset = clockOffset(history, books);
  if (offset === null || isOneClock(offset) || farthestMs(offset) <= CLOCK_SLACK_MS) return null;
  const { leastMs, mostMs, charges } = offset;
  const [nearMs, farMs] = leastMs > 0 ? [leastMs, mostMs] : [-mostMs, -leastMs];
  const way = leastMs > 0 ? 'ahead of' : 'behind';
  return `By ${counted(charges, 'charge')} the clock of the books is ${inSeconds(nearMs)} to ${inSeconds(farMs)} ${way} ours: the clocks are apart.`;
}

/**
 * How far a time in the books may be from when its effect was there, by our clock: a busy backend dates a movement when it begins to
 * work on a request, and it counts when that is done. So it is as long as the slowest answer of the run, from 1 s to 10 s, and what the
 * clocks are apart besides: where no payment tells, they may be as far apart as is allowed. Without books it is about cues and figures alone.
 */
export function slackMs(history: History, books: Books | null): number {
  const busyMs = Math.min(Math.max(CLOCK_SLACK_MS, viewOf(history).survey.answers.slowestMs), SLACK_AT_MOST_MS);
  if (books === null) return busyMs;
  const offset = clockOffset(history, books);
  if (offset === null) return busyMs + CLOCK_SLACK_MS;
  return isOneClock(offset) ? busyMs : busyMs + Math.min(farthestMs(offset), CLOCK_SLACK_MS);
}

/** By medians: a few wrong charges do not move them. `null`: no payment can tell. */
function clockOffset(history: History, books: Books): Offset | null {
  const least: number[] = [];
  const most: number[] = [];
  for (const telling of viewOf(history).tellings.paid) {
    const bounds = boundsBy(history, books, telling);
    if (bounds === null) continue;
    most.push(bounds.mostMs);
    if (least.push(bounds.leastMs) === SAMPLE) break;
  }
  if (least.length === 0) return null;
  return { leastMs: median(least), mostMs: median(most), charges: least.length };
}

function isOneClock({ leastMs, mostMs }: Offset): boolean {
  return leastMs <= SAME_CLOCK_MS && mostMs >= -SAME_CLOCK_MS;
}

function boundsBy(
  history: History,
  books: Books,
  { purchase, orderId, told }: PaidTelling,
): { leastMs: number; mostMs: number } | null {
  if (orderId === null) return null;
  const charge = booksViewOf(books)
    .paymentsByOrder.of(orderId)
    .find(({ id, status }) => status === 'captured' && (told.paymentId === null || told.paymentId === id));
  const firstPay = purchase.steps.find(({ kind }) => kind === 'pay');
  if (charge === undefined || charge.atEpochMs === null || firstPay === undefined) return null;
  const chargedMs = eventTime(history, charge.atEpochMs);
  return { leastMs: chargedMs - told.atMs, mostMs: chargedMs - firstPay.sentMs };
}

function farthestMs({ leastMs, mostMs }: Offset): number {
  return Math.max(Math.abs(leastMs), Math.abs(mostMs));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
