import { utc } from '../../reports/format.ts';
import type { Books } from '../../sim/ledger/books.ts';
import type { History } from '../../sim/ledger/history.ts';
import { viewOf } from '../../sim/ledger/views.ts';
import { CLOCKS_DIFFER_MS, clockOffset } from './clock-offset.ts';

/** When what is of the run can have happened: epoch ms of the books' clock, both included. */
export interface RunWindow {
  readonly sinceEpochMs: number;
  readonly untilEpochMs: number;
}

export type Side = 'before' | 'during' | 'after';

/**
 * From the first moment of the run to its end (drain and reading of the books included) and a hold time more: until then holds end,
 * and what was under way is written down. With the slack of the clocks on both sides.
 * @returns words that say why, when the times of the export cannot be those of the run: then nobody knows what is of the run
 */
export function windowOf(history: History, books: Books): RunWindow | string {
  const { offsetMs, slackMs, isMeasured } = clockOffset(history, books);
  const { fromMs, untilMs, epochOffsetMs, show } = history;
  const window = {
    sinceEpochMs: fromMs + epochOffsetMs + offsetMs - slackMs,
    untilEpochMs: untilMs + epochOffsetMs + offsetMs + show.holdMs + slackMs,
  };
  // When the clocks agree on most orders, one that is far away had its time changed later.
  if (isMeasured && Math.abs(offsetMs) <= CLOCKS_DIFFER_MS) return window;
  const { firstTold } = viewOf(history).tellings;
  const told = books.orders.find(
    ({ id, atEpochMs }) =>
      firstTold.has(id) && atEpochMs !== null && (isMeasured || sideOf(window, atEpochMs) !== 'during'),
  );
  if (told?.atEpochMs == null) return window;
  const at = moment(told.atEpochMs);
  const began = moment(fromMs + epochOffsetMs);
  return `Order ${told.id} is one that this run was told of, but is dated ${at}; the run began at ${began}. The times of the export may be of another zone: no order is left out for its time.`;
}

/** What has no time may be of the run. */
export function sideOf({ sinceEpochMs, untilEpochMs }: RunWindow, atEpochMs: number | null): Side {
  if (atEpochMs === null) return 'during';
  if (atEpochMs < sinceEpochMs) return 'before';
  return atEpochMs > untilEpochMs ? 'after' : 'during';
}

export function moment(epochMs: number): string {
  return utc(new Date(epochMs).toISOString());
}
