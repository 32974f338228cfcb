import type { PaymentAnswer, RefundAnswer } from '../../protocol.ts';
import { refuse, type PaymentAttempt, type PaymentOrder, type PaymentStart, type Result } from '../../store.ts';
import { nextId } from './carts.ts';
import type { Sql } from './database.ts';
import { giveBack } from './give-back.ts';
import { begin, finish, settle } from './keys.ts';
import { isOver, type HoldRow } from './schema.ts';

async function holdOf(sql: Sql, order: string): Promise<HoldRow | undefined> {
  const [hold] = await sql.rows<HoldRow>('SELECT * FROM holds WHERE order_id = $1 FOR UPDATE', [order]);
  return hold;
}

const isPaying = ({ paying_until }: HoldRow, nowMs: number): boolean => paying_until !== null && paying_until > nowMs;

/** The order waits for the payment for `leaseMs`: if its instance dies meanwhile, it can be paid or cancelled again. */
export async function beginPayment(
  sql: Sql,
  request: PaymentOrder,
  leaseMs: number,
  now: () => number,
): Promise<PaymentStart> {
  const { viewer, order, card, key } = request;
  const operation = 'payment';
  const fingerprint = JSON.stringify([viewer, order, card]);
  const known = await begin<PaymentAnswer>(sql, { operation, key, fingerprint });
  if (known !== undefined) return { state: 'answered', result: known };
  const found = await holdOf(sql, order);
  const hold = found?.viewer === viewer ? found : undefined;
  const nowMs = now();
  if (hold?.state !== 'pending' || isPaying(hold, nowMs) || isOver(hold, nowMs)) {
    return { state: 'answered', result: await settle(sql, operation, key, whyNotPayable(order, hold, nowMs)) };
  }
  await sql.rows('UPDATE holds SET paying_until = $2 WHERE cart = $1', [hold.cart, nowMs + leaseMs]);
  return { state: 'charge', attempt: { order, key, amountMinor: hold.amount_minor } };
}

function whyNotPayable(order: string, hold: HoldRow | undefined, nowMs: number): Result<PaymentAnswer> {
  if (hold === undefined) return refuse('not_found', `no order "${order}" of this viewer`);
  if (isPaying(hold, nowMs)) return refuse('in_progress', 'another payment of this order is under way');
  if (hold.state === 'paid') return { ok: true, value: capture(hold) };
  return refuse('expired', `the order is ${isOver(hold, nowMs) ? 'cancelled' : hold.state}`);
}

function capture({ payment_id, order_id, amount_minor, units }: HoldRow): PaymentAnswer {
  return {
    payment: String(payment_id),
    order: String(order_id),
    amountMinor: amount_minor,
    units,
    status: 'captured',
  };
}

export async function settlePayment(
  sql: Sql,
  { order, key, amountMinor }: PaymentAttempt,
  gateway: 'captured' | 'declined',
  now: () => number,
): Promise<Result<PaymentAnswer>> {
  const hold = await holdOf(sql, order);
  if (hold === undefined) return refuse('expired', 'the show was replaced while the payment was under way');
  const late = hold.state !== 'pending' || hold.paying_until === null;
  if (late) return finish(sql, 'payment', key, refuse('expired', 'the payment took too long'));
  const nowMs = now();
  const number = await nextId(sql);
  const payment = `payment-${number}`;
  await sql.rows(
    'INSERT INTO payments (id, number, order_id, amount_minor, status, at) VALUES ($1, $2, $3, $4, $5, $6)',
    [payment, number, order, amountMinor, gateway, nowMs],
  );
  if (gateway === 'captured') {
    const [paid] = await sql.rows<HoldRow>(
      `UPDATE holds SET state = 'paid', paying_until = NULL, payment_id = $2 WHERE cart = $1 RETURNING *`,
      [hold.cart, payment],
    );
    return finish(sql, 'payment', key, { ok: true, value: capture(paid) });
  }
  const over = hold.expires_at <= nowMs;
  await sql.rows('UPDATE holds SET state = $2, paying_until = NULL WHERE cart = $1', [
    hold.cart,
    over ? 'cancelled' : hold.state,
  ]);
  if (over) await giveBack(sql, 'release', [hold], ({ cart }) => cart, now);
  return finish(sql, 'payment', key, refuse('card_declined', 'the card was declined'));
}

export async function refund(sql: Sql, order: string, now: () => number): Promise<Result<RefundAnswer>> {
  const hold = await holdOf(sql, order);
  if (hold === undefined) return refuse('not_found', `no order "${order}"`);
  const amountMinor = hold.amount_minor;
  if (hold.refund_id !== null) return { ok: true, value: { refund: hold.refund_id, order, amountMinor } };
  if (isPaying(hold, now())) return refuse('in_progress', 'a payment of this order is under way');
  if (hold.payment_id === null) return refuse('bad_request', 'the order was never paid');
  const id = `refund-${await nextId(sql)}`;
  await sql.rows(`UPDATE payments SET status = 'refunded' WHERE id = $1`, [hold.payment_id]);
  await sql.rows(`UPDATE holds SET state = 'refunded', refund_id = $2 WHERE cart = $1`, [hold.cart, id]);
  await giveBack(sql, 'refund', [hold], () => id, now);
  return { ok: true, value: { refund: id, order, amountMinor } };
}
