import type { Purchase, Step, Told } from './history.ts';
import { isSoldOut, orderOfPay } from './steps.ts';

/** A payment that was answered with a yes. */
export interface PaidTelling {
  readonly purchase: Purchase;
  /** `null`: the backend names no orders. */
  readonly orderId: string | null;
  readonly told: Told;
}

/** What viewers were told, as far as several checks need it. */
export class Tellings {
  /** The purchase that was first told of each order. */
  readonly firstTold = new Map<string, Purchase>();
  /** Orders that yet another purchase was told of. */
  readonly alsoTold: { readonly orderId: string; readonly purchase: Purchase }[] = [];
  readonly paid: PaidTelling[] = [];
  /** Purchases with a request that was refused as sold out: a cart mostly, a payment where carts hold nothing. */
  readonly soldOut: Purchase[] = [];
  /** Purchases with a refund that was asked for, however it was answered. */
  readonly refunds: Purchase[] = [];
  /** Purchases that were told of more than one order. */
  readonly ofSeveralOrders: Purchase[] = [];

  add(purchase: Purchase, steps: readonly Step[]): void {
    let isRefused = false;
    let isBack = false;
    let orderId: string | null = null;
    let others: string[] | null = null;
    for (const step of steps) {
      const { kind, told } = step;
      isBack ||= kind === 'refund';
      if (told === null) continue;
      if (kind === 'pay' && told.status === 'ok') {
        this.paid.push({ purchase, orderId: orderOfPay(steps, step), told });
      }
      isRefused ||= isSoldOut(step);
      if (told.orderId === null) continue;
      orderId ??= told.orderId;
      // Next to no purchase has another: no list is made for those that do not.
      if (told.orderId !== orderId && !others?.includes(told.orderId)) (others ??= []).push(told.orderId);
    }
    if (isRefused) this.soldOut.push(purchase);
    if (isBack) this.refunds.push(purchase);
    if (orderId !== null) this.name(orderId, purchase);
    if (others === null) return;
    this.ofSeveralOrders.push(purchase);
    for (const other of others) this.name(other, purchase);
  }

  private name(orderId: string, purchase: Purchase): void {
    if (this.firstTold.has(orderId)) this.alsoTold.push({ orderId, purchase });
    else this.firstTold.set(orderId, purchase);
  }
}
