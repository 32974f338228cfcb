import type { HistoryEvent } from '../../ledger/events.ts';

/** Where events go. */
export interface HistorySink {
  write(event: HistoryEvent): void;
}

/** A shard's part of the history. */
export interface HistoryPart extends HistorySink {
  /** Events that could not be kept. */
  readonly lost: number;
  /** It is whole, or says what it lacks. `atMs`: event time. */
  close(atMs: number): void;
}
