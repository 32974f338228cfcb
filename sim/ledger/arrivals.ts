import type { History, Purchase } from './history.ts';
import { certainFromMs } from './cue-times.ts';
import { timeOfRefund } from './refunds.ts';
import { countEarly } from './search.ts';
import { viewOf } from './views.ts';

/** Units that the host or a buyer asked to have put onto a shelf. */
interface Arrival {
  readonly units: number;
  readonly sentMs: number;
  /** Infinity: nobody was told that they are there. */
  readonly certainFromMs: number;
}

/**
 * The restocks and refunds of one product. A backend may date them before they are done, so units of one that has no answer yet lie on
 * the shelf of the books, and maybe not on the real one. Sums are kept, so that hundreds of thousands of questions stay cheap.
 */
export class Arrivals {
  private readonly sentMs: readonly number[];
  private readonly certainMs: readonly number[];
  /** Sums of the units of the first i, by sending and by certainty. */
  private readonly sentUnits: readonly number[];
  private readonly certainUnits: readonly number[];
  /** The first sending of the i-th and all after it, by certainty. */
  private readonly firstSentMs: readonly number[];

  constructor(history: History, productId: string) {
    const all = [...restocks(history, productId), ...refunds(history, productId)];
    const sent = all.toSorted((a, b) => a.sentMs - b.sentMs);
    const certain = all.toSorted((a, b) => a.certainFromMs - b.certainFromMs || 0);
    this.sentMs = sent.map((one) => one.sentMs);
    this.certainMs = certain.map((one) => one.certainFromMs);
    this.sentUnits = sums(sent);
    this.certainUnits = sums(certain);
    const first = new Array<number>(all.length + 1).fill(Infinity);
    for (let i = all.length - 1; i >= 0; i--) first[i] = Math.min(first[i + 1], certain[i].sentMs);
    this.firstSentMs = first;
  }

  /** Units that were asked for up to `untilMs`, and were not certainly there at `fromMs`, before it. */
  unsureUnits(fromMs: number, untilMs: number): number {
    const sent = countEarly(this.sentMs.length, (i) => this.sentMs[i] <= untilMs);
    return Math.max(0, this.sentUnits[sent] - this.certainUnits[this.certainAt(fromMs)]);
  }

  /** When the first of those was asked for that were not certainly there at `fromMs`; Infinity: there are none. */
  unsureFromMs(fromMs: number): number {
    return this.firstSentMs[this.certainAt(fromMs)];
  }

  private certainAt(ms: number): number {
    return countEarly(this.certainMs.length, (i) => this.certainMs[i] <= ms);
  }
}

function restocks(history: History, productId: string): Arrival[] {
  return viewOf(history)
    .cuesOf(productId)
    .filter(({ kind }) => kind === 'restock')
    .map((cue) => ({ units: cue.units ?? 0, sentMs: cue.sentMs, certainFromMs: certainFromMs(cue) }));
}

function refunds(history: History, productId: string): Arrival[] {
  return viewOf(history)
    .tellings.refunds.filter((purchase) => purchase.productId === productId)
    .flatMap((purchase) => {
      const time = timeOfRefund(purchase.steps);
      return time === null ? [] : [{ units: unitsOf(purchase), ...time }];
    });
}

/** The most that it can have bought. */
function unitsOf({ steps }: Purchase): number {
  return Math.max(1, ...steps.map(({ units, told }) => told?.units ?? units ?? 0));
}

function sums(arrivals: readonly Arrival[]): number[] {
  const all = [0];
  for (const { units } of arrivals) all.push(all[all.length - 1] + units);
  return all;
}
