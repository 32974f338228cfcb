import type { StepKind } from '../../ledger/history.ts';
import type { ShopIntent, ShopOutcome } from '../../targets/target.ts';
import { lastAnswerOf, type Conversed } from '../converse.ts';
import type { HistorySink } from './sink.ts';
import { tenth } from './times.ts';

/** Which request: a purchase, a step of it, and the how-manieth try. */
export interface RequestId {
  /** `followers-12/3`, with a `b` behind it on a second device. */
  readonly purchaseId: string;
  readonly step: StepKind;
  /** -1: an extra tap. */
  readonly attempt: number;
}

/** Writes down each shop request when it leaves, and how it ended. */
export class PurchaseLog {
  private readonly sink: HistorySink;

  constructor(sink: HistorySink) {
    this.sink = sink;
  }

  sent({ purchaseId, step, attempt }: RequestId, viewerId: string, intent: ShopIntent, atMs: number): void {
    this.sink.write({
      e: 'sent',
      at: tenth(atMs),
      v: viewerId,
      p: purchaseId,
      s: step,
      a: attempt,
      x: intent.productId,
      ...(intent.kind === 'view' ? {} : { k: intent.idempotencyKey }),
      ...(intent.kind === 'cart' ? { u: intent.units } : {}),
      ...(intent.kind === 'cart' && intent.coupon ? { cp: intent.coupon } : {}),
    });
  }

  told(
    { purchaseId, step, attempt }: RequestId,
    result: Conversed<ShopOutcome>,
    outcome: ShopOutcome,
    atMs: number,
  ): void {
    const lastAnswer = lastAnswerOf(result);
    this.sink.write({
      e: 'told',
      at: tenth(atMs),
      p: purchaseId,
      s: step,
      a: attempt,
      o: outcome.status,
      c: outcome.code,
      // What is undefined is left out of the line.
      h: lastAnswer?.status,
      un: outcome.code === 'refused' && lastAnswer === null ? 1 : undefined,
      cart: outcome.cartId,
      order: outcome.orderId,
      pay: outcome.paymentId,
      u: outcome.units,
      price: outcome.priceMinor,
      off: outcome.discountMinor,
      amount: outcome.amountMinor,
    });
  }
}
