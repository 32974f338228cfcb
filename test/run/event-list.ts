import type { HistoryEvent } from '../../sim/ledger/events.ts';
import type { HistorySink } from '../../sim/live/history/sink.ts';

/** A history in memory. */
export class EventList implements HistorySink {
  readonly events: HistoryEvent[] = [];

  write(event: HistoryEvent): void {
    this.events.push(event);
  }

  of<E extends HistoryEvent['e']>(kind: E): Extract<HistoryEvent, { e: E }>[] {
    return this.events.filter((event): event is Extract<HistoryEvent, { e: E }> => event.e === kind);
  }
}
