import type { CheckoutAnswer, PaymentAnswer } from '../protocol.ts';
import type { PaymentAttempt, PaymentOrder, PaymentStart, Result } from '../store.ts';
import type { Hold } from '../stores/hold.ts';
import { paymentFingerprint } from '../stores/memory.ts';
import { FaultyCarts } from './carts.ts';

/** An order that is made out wrongly asks for this share too much. */
const WRONG_PRICE_SHARE = { from: 0.01, to: 0.2 } as const;

/** A store in memory that can be made to break: its carts, its orders and what is paid for them. */
export class FaultyStore extends FaultyCarts {
  /** Orders that lost a payment once: the next one is saved, or they would never be paid. */
  private readonly lostOnce = new WeakSet<Hold>();

  override async beginPayment(request: PaymentOrder): Promise<PaymentStart> {
    const again = this.faults.isOn('key_ignored') ? this.chargeAgain(request) : null;
    return again === null ? super.beginPayment(request) : { state: 'charge', attempt: again };
  }

  override async settlePayment(
    attempt: PaymentAttempt,
    gateway: 'captured' | 'declined',
  ): Promise<Result<PaymentAnswer>> {
    const hold = this.orders.get(attempt.order);
    if (hold === undefined || gateway === 'declined') return super.settlePayment(attempt, gateway);
    // Charged once more under a known key. What became of the order meanwhile stays as it is.
    if (hold.state !== 'pending') return this.captureAgain(hold, attempt);
    if (!this.lostOnce.has(hold) && this.faults.happens('captured_twice')) {
      this.lostOnce.add(hold);
      this.record(attempt);
      this.freeOrder(hold);
      this.keys.forget('payment', attempt.key);
      throw new Error(`fault captured_twice: ${attempt.order} was charged, and could not be saved`);
    }
    if (!this.faults.happens('confirmed_not_saved')) {
      const result = await super.settlePayment(attempt, gateway);
      if (this.isBeyondLimit(hold)) this.faults.count('limit_race');
      return result;
    }
    this.freeOrder(hold);
    return this.keys.finish('payment', attempt.key, captured(hold, attempt, this.id('payment')));
  }

  protected override placeOrder(hold: Hold): CheckoutAnswer {
    if (this.faults.happens('wrong_price')) hold.amountMinor = this.tooMuch(hold.amountMinor);
    return super.placeOrder(hold);
  }

  protected override giveBack(kind: 'release' | 'refund', hold: Hold, ref: string): void {
    if (kind === 'refund' && this.faults.happens('refund_lost_units')) hold.shelf.freeBuyer(hold.viewer, hold.units);
    else super.giveBack(kind, hold, ref);
  }

  /** The attempt, when a payment with this key was begun before and its order can still take the money; else null. */
  private chargeAgain(request: PaymentOrder): PaymentAttempt | null {
    this.sweep();
    const { order, key, card } = request;
    const hold = this.orders.get(order);
    const known = this.keys.recall<PaymentAnswer>('payment', key, paymentFingerprint(request));
    const canPay = card === 'tok_good' && (hold?.state === 'pending' || hold?.state === 'paid');
    if (hold === undefined || known === undefined || !canPay || !this.isIgnored(known)) return null;
    this.faults.count('key_ignored');
    if (hold.state === 'pending') hold.paying = true;
    return { order, key, amountMinor: hold.amountMinor };
  }

  private captureAgain(hold: Hold, attempt: PaymentAttempt): Result<PaymentAnswer> {
    return this.keys.finish('payment', attempt.key, captured(hold, attempt, this.record(attempt)));
  }

  /** Carts in a race are what leads there; not all of them are paid. */
  private isBeyondLimit({ viewer, shelf }: Hold): boolean {
    if (!this.faults.isOn('limit_race')) return false;
    let units = 0;
    for (const other of this.orders.values()) {
      if (other.state === 'paid' && other.viewer === viewer && other.shelf === shelf) units += other.units;
    }
    return shelf.isBeyondLimit(units);
  }

  /** @returns the id of the payment. */
  private record({ order, amountMinor }: PaymentAttempt): string {
    const id = this.id('payment');
    this.payments.set(id, { id, order, amountMinor, status: 'captured', at: this.now() });
    return id;
  }

  /** The payment is over, and the order is still not paid. */
  private freeOrder(hold: Hold): void {
    hold.paying = false;
    this.releaseIfDue(hold);
  }

  private tooMuch(amountMinor: number): number {
    const share = this.faults.between(WRONG_PRICE_SHARE.from, WRONG_PRICE_SHARE.to);
    return amountMinor + Math.max(1, Math.round(amountMinor * share));
  }
}

function captured(hold: Hold, { order, amountMinor }: PaymentAttempt, payment: string): Result<PaymentAnswer> {
  return { ok: true, value: { payment, order, amountMinor, units: hold.units, status: 'captured' } };
}
