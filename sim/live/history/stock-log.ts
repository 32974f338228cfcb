import type { EventClock } from '../clock.ts';
import type { HistorySink } from './sink.ts';
import { tenth } from './times.ts';

/** Writes down every stock figure once, when the first viewer of this process sees it. */
export class StockLog {
  private readonly sink: HistorySink;
  private readonly clock: EventClock;
  /** By product: when the figures that were seen had been published. */
  private readonly known = new Map<string, Set<number>>();

  constructor(sink: HistorySink, clock: EventClock) {
    this.sink = sink;
    this.clock = clock;
  }

  /** `atMs`: now, in event time. */
  seen(atMs: number, productId: string, left: number, publishedAtEpochMs: number): void {
    const known = this.known.get(productId);
    if (known?.has(publishedAtEpochMs)) return;
    if (known) known.add(publishedAtEpochMs);
    else this.known.set(productId, new Set([publishedAtEpochMs]));
    const at = tenth(this.clock.at(publishedAtEpochMs));
    this.sink.write({ e: 'stock', at, seen: tenth(atMs), x: productId, left });
  }
}
