import type { Books } from '../../sim/ledger/books.ts';
import type { History, Purchase, StepKind } from '../../sim/ledger/history.ts';
import { viewOf } from '../../sim/ledger/views.ts';

/** How far the times of the books are from those of the run. */
export interface ClockOffset {
  /** Above zero: the books are ahead. */
  readonly offsetMs: number;
  /** A time of the books may be off by so much more. */
  readonly slackMs: number;
  readonly isMeasured: boolean;
}

/** Clocks of a shop and of a generator may differ by so much. */
export const CLOCKS_DIFFER_MS = 60_000;
/** Around an offset that was measured: answers may be slow, and a shop may write late. */
const MEASURED_SLACK_MS = 5000;
const ORDERS_AT_LEAST = 3;
/** So many orders are enough to tell. */
const SAMPLE = 1000;
/** A shop dates an order when it is made, or when it is paid. */
const DATED_BY: readonly StepKind[] = ['checkout', 'pay'];

/**
 * Measures the offset on orders that both sides name: the time in the books less the middle of the request that its buyer was told of
 * it by. Of checkouts and payments it takes those that the times lie closer around, for buyers take their time between the two.
 * The slack is twice the range of the middle half when that is more than 5 s: times may be cut to minutes.
 * @returns without three such orders, no offset and a slack of a minute
 */
export function clockOffset(history: History, books: Books): ClockOffset {
  const aheadMs = new Map(DATED_BY.map((kind) => [kind, [] as number[]]));
  const { firstTold } = viewOf(history).tellings;
  let seen = 0;
  for (const { id, buyerId, atEpochMs } of books.orders) {
    const purchase = atEpochMs === null ? undefined : firstTold.get(id);
    if (purchase === undefined || atEpochMs === null || purchase.viewerId !== buyerId) continue;
    for (const kind of DATED_BY) {
      const middleMs = middleOf(purchase, kind, id);
      if (middleMs !== null) aheadMs.get(kind)?.push(atEpochMs - history.epochOffsetMs - middleMs);
    }
    if (++seen === SAMPLE) break;
  }
  const measured = [...aheadMs.values()].filter((some) => some.length >= ORDERS_AT_LEAST).map(spreadOf);
  if (measured.length === 0) return { offsetMs: 0, slackMs: CLOCKS_DIFFER_MS, isMeasured: false };
  const { medianMs, spreadMs } = measured.reduce((best, one) => (one.spreadMs < best.spreadMs ? one : best));
  return { offsetMs: medianMs, slackMs: Math.max(MEASURED_SLACK_MS, 2 * spreadMs), isMeasured: true };
}

/** Event time. Only a first try: the answer to a later one may be that of the first. */
function middleOf({ steps }: Purchase, kind: StepKind, orderId: string): number | null {
  const step = steps.find((one) => one.kind === kind && one.attempt === 0 && one.told?.orderId === orderId);
  return step?.told ? (step.sentMs + step.told.atMs) / 2 : null;
}

/** `spreadMs`: the range of the middle half. */
function spreadOf(valuesMs: readonly number[]): { medianMs: number; spreadMs: number } {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)];
  return { medianMs: at(0.5), spreadMs: at(0.75) - at(0.25) };
}
