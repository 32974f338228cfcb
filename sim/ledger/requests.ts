import type { Purchase, Step, StepKind } from './history.ts';

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
    const { id } = purchase;
    for (const { kind, told, key } of steps) {
      if (kind === 'view' || kind === 'refund' || told?.unsent === true) continue;
      if (++this.counts[kind][row] > 1) this.shared[row] = 1;
      if (key !== null && !isOwn(key, id, kind)) this.shared[row] = 1;
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

/** `<anything>/<purchase>/<step>`: no other purchase has it. */
function isOwn(key: string, purchaseId: string, kind: string): boolean {
  const purchaseAt = key.length - kind.length - 1 - purchaseId.length;
  const isSeparate = purchaseAt === 0 || key[purchaseAt - 1] === '/';
  if (purchaseAt < 0 || !isSeparate || key[purchaseAt + purchaseId.length] !== '/') return false;
  return key.startsWith(purchaseId, purchaseAt) && key.endsWith(kind);
}
