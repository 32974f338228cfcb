import type { History, Show } from './history.ts';
import { certainFromMs } from './cue-times.ts';
import { viewOf } from './views.ts';

type ShowProduct = Show['products'][number];

/** A stretch in which a product was certainly on sale, in one drop or without one. */
interface Opening {
  readonly fromMs: number;
  readonly untilMs: number;
  /** `null`: as many as lie on the shelf. */
  readonly batchUnits: number | null;
  /** Units that were taken before that are none of this batch. */
  readonly takenFromMs: number;
}

/** When a product was certainly on sale, and how many units of the open batch were certainly left. */
export class Offers {
  private readonly openings: readonly Opening[];

  constructor(history: History, product: ShowProduct, slackMs: number) {
    const cues = viewOf(history)
      .cuesOf(product.id)
      .filter(({ kind }) => kind === 'drop' || kind === 'close');
    const endOf = (i: number): number => cues[i]?.sentMs ?? Infinity;
    const openings: Opening[] = [];
    if (product.isOpen) {
      openings.push({
        fromMs: -Infinity,
        untilMs: endOf(0),
        batchUnits: product.offeredUnits,
        takenFromMs: -Infinity,
      });
    }
    for (let i = 0; i < cues.length; i++) {
      const { kind, units, sentMs } = cues[i];
      const fromMs = certainFromMs(cues[i]);
      // A cue without an answer may be carried out at any time after it: from there on nothing is certain.
      if (fromMs === Infinity) break;
      if (kind === 'drop')
        openings.push({ fromMs, untilMs: endOf(i + 1), batchUnits: units, takenFromMs: sentMs - slackMs });
    }
    this.openings = openings;
  }

  /**
   * Units that the open batch certainly still offered all the while between two times (event time). What came back is not counted:
   * it may belong to an earlier batch. `takenUnits` says how many were taken between two times. 0: it may not have been on sale.
   */
  leastBetween(fromMs: number, untilMs: number, takenUnits: (fromMs: number, untilMs: number) => number): number {
    const opening = this.openings.find((one) => one.fromMs <= fromMs && one.untilMs >= untilMs);
    if (opening === undefined) return 0;
    if (opening.batchUnits === null) return Infinity;
    return Math.max(0, opening.batchUnits - takenUnits(opening.takenFromMs, untilMs));
  }
}
