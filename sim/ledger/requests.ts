import type { Purchase, Step, StepKind } from './history.ts';
import { hasOwnKey } from './table-step.ts';

/** Requests that have one effect each in the books: a hold, an order, a charge. */
export type KeyedKind = Extract<StepKind, 'cart' | 'checkout' | 'pay'>;
export const KEYED: readonly KeyedKind[] = ['cart', 'checkout', 'pay'];

/** How many requests of each purchase reached the backend, or may have. */
export class Requests {
  private readonly counts: Readonly<Record<KeyedKind, Uint16Array>>;
  private readonly shared: Uint8Array;

  constructor(purchases: number) {
    const counts = (): Uint16Array => new Uint16Array(purchases);
    this.counts = { cart: counts(), checkout: counts(), pay: counts() };
    this.shared = new Uint8Array(purchases);
  }

  add(purchase: Purchase, steps: readonly Step[], row: number): void {
    for (const step of steps) {
      const { kind, told } = step;
      if (kind === 'view' || kind === 'refund' || told?.unsent === true) continue;
      if (++this.counts[kind][row] > 1) this.shared[row] = 1;
      else if (!hasOwnKey(step, purchase) && step.key !== null) this.shared[row] = 1;
    }
  }

  count(kind: KeyedKind, row: number): number {
    return this.counts[kind][row];
  }

  /** Whether several requests may have one key, of this purchase or of it and another. */
  mayShareKeys(row: number): boolean {
    return this.shared[row] === 1;
  }
}
