import type { CueFrame } from '../protocol.ts';

/** The cues of one room that still stand, for those who come late: the last pin and every drop that is open. */
export class CueBoard {
  private pin: CueFrame | null = null;
  private readonly drops = new Map<string, CueFrame>();

  post(cue: CueFrame): void {
    if (cue.kind === 'pin') this.pin = cue;
    if (cue.kind === 'drop' && cue.product !== undefined) this.drops.set(cue.product, cue);
  }

  /** The product was closed, or dropped again, maybe in another room. */
  endDrop(product: string): void {
    this.drops.delete(product);
  }

  /**
   * Oldest first. `leftOf` says how many units can be reserved now: a drop that is sold out is not shown, but it stands
   * again when a cart gives its units back.
   */
  standing(leftOf: (product: string) => number): CueFrame[] {
    const drops = [...this.drops].filter(([product]) => leftOf(product) > 0).map(([, cue]) => cue);
    return this.pin === null ? drops : [this.pin, ...drops].sort((a, b) => a.at - b.at);
  }
}
