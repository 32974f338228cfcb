import { certainFromMs } from './cue-times.ts';
import type { GivenCue, History, Show } from './history.ts';
import { viewOf } from './views.ts';

type ShowProduct = Show['products'][number];

interface PriceStretch {
  readonly priceMinor: number;
  /** The first and the last moment at which it may have been in force. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The prices of one product over the window, by what the host gave out. */
export class PriceList {
  private readonly stretches: readonly PriceStretch[];

  constructor(history: History, product: ShowProduct) {
    const cues = viewOf(history)
      .cuesOf(product.id)
      .filter(({ kind, priceMinor }) => (kind === 'drop' || kind === 'price') && priceMinor !== null);
    const endOf = (later: readonly GivenCue[]): number =>
      later.reduce((least, cue) => Math.min(least, certainFromMs(cue)), Infinity);
    this.stretches = [
      { priceMinor: product.priceMinor, fromMs: -Infinity, untilMs: endOf(cues) },
      ...cues.map((cue, i) => ({
        priceMinor: cue.priceMinor ?? 0,
        fromMs: cue.sentMs,
        // One without an answer may be carried out after those that came later, and then its price stays.
        untilMs: endOf(cues.slice(i + 1).filter(({ sentMs }) => sentMs >= certainFromMs(cue))),
      })),
    ];
  }

  /** Whether this price may have been in force at some moment between two. */
  mayHold(priceMinor: number, fromMs: number, untilMs: number): boolean {
    return this.stretches.some(
      (stretch) => stretch.priceMinor === priceMinor && stretch.fromMs <= untilMs && stretch.untilMs >= fromMs,
    );
  }

  /** Every price that may have been in force at some moment between two: a cue in flight makes the old and the new one possible. */
  between(fromMs: number, untilMs: number): number[] {
    return this.stretches
      .filter((stretch) => stretch.fromMs <= untilMs && stretch.untilMs >= fromMs)
      .map(({ priceMinor }) => priceMinor);
  }
}
