import type { Purchase, Step } from './history.ts';
import { isUncertain, ordersNamed } from './steps.ts';

/** A payment by its key, whatever it took to send it. */
export interface PayKey {
  readonly productId: string;
  /** Orders that it can have paid; empty: it is not known, so any of the buyer's of this product. */
  readonly orderIds: ReadonlySet<string>;
}

/**
 * The payments of a buyer that may have been carried out, and of which nobody was told so: no attempt with this key was
 * answered with a yes. Each explains one order at most.
 */
export function uncertainPays(purchases: readonly Purchase[]): PayKey[] {
  return purchases.flatMap((purchase) => {
    const { steps } = purchase;
    const pays = steps.filter(({ kind }) => kind === 'pay');
    const told = new Set(pays.filter((step) => step.told?.status === 'ok').map((step) => step.key));
    const keys = new Map<string | Step, PayKey>();
    const orderIds = new Set(ordersNamed(steps));
    for (const pay of pays) {
      if (!isUncertain(pay) || (pay.key !== null && told.has(pay.key))) continue;
      keys.set(pay.key ?? pay, { productId: purchase.productId, orderIds });
    }
    return [...keys.values()];
  });
}
