import type { CartAnswer, CheckoutAnswer } from '../../protocol.ts';
import { refuse, type CheckoutOrder, type ReserveRequest, type Result } from '../../store.ts';
import { discountOf, percentOff } from '../coupon.ts';
import type { Sql } from './database.ts';
import { isOver, type HoldRow, type ProductRow } from './schema.ts';
import { whyNot, type Take } from './take.ts';

export async function nextId(sql: Sql): Promise<number> {
  const [{ id }] = await sql.rows<{ id: number }>(`SELECT nextval('ids') AS id`);
  return id;
}

/** In one statement, because the shelf is locked meanwhile and all others wait for it. */
const HOLD = `
  WITH hold AS (
    INSERT INTO holds (cart, number, viewer, product, drop_number, units, amount_minor, state, expires_at)
    SELECT 'cart-' || number, number, $1, $2, $3, $4, $5, 'carted', $6 FROM nextval('ids') AS number
    RETURNING cart
  ), taken AS (
    UPDATE takers SET units = units + $4 WHERE product = $2 AND viewer = $1
  )
  INSERT INTO movements (product, kind, units, ref, at) SELECT $2, 'reserve', -$4, cart, $7 FROM hold
  RETURNING ref AS cart`;

export async function makeCart(
  sql: Sql,
  take: Take,
  request: ReserveRequest,
  now: () => number,
): Promise<Result<CartAnswer>> {
  const { viewer, product, units, coupon } = request;
  const [seen] = await sql.rows<ProductRow & { hold_ms: number }>(
    'SELECT products.*, hold_ms FROM products, shows WHERE id = $1',
    [product],
  );
  if (seen === undefined) return refuse('not_found', `no product "${product}"`);
  const percent = percentOff(couponOf(seen), coupon);
  if (percent === null) return refuse('bad_request', `${product} has no coupon "${coupon}"`);
  const closed = whyNot(seen, product, 0);
  if (closed !== null) return closed;
  const overLimit = await reachLimit(sql, request, seen.per_buyer);
  if (overLimit !== null) return overLimit;

  const taken = await take(sql, product, units);
  if ('error' in taken) return taken;
  sql.tell([{ product, left: taken.left, open: taken.open, version: taken.version }]);
  const priceMinor = taken.price_minor;
  const discountMinor = discountOf(priceMinor * units, percent);
  // Only now: others may have kept the shelf locked for long.
  const nowMs = now();
  const expiresAt = nowMs + seen.hold_ms;
  const amountMinor = priceMinor * units - discountMinor;
  const [{ cart }] = await sql.rows<{ cart: string }>(HOLD, [
    viewer,
    product,
    taken.drop_number,
    units,
    amountMinor,
    expiresAt,
    nowMs,
  ]);
  return { ok: true, value: { cart, priceMinor, units, discountMinor, expiresAt } };
}

function couponOf({ coupon_code, coupon_percent }: ProductRow) {
  return coupon_code === null || coupon_percent === null
    ? undefined
    : { code: coupon_code, percentOff: coupon_percent };
}

/** Locks what the viewer has of the product until the transaction ends, so that two requests of one buyer come after each other. */
async function reachLimit(sql: Sql, { viewer, product, units }: ReserveRequest, perBuyer: number | null) {
  const [{ units: taken }] = await sql.rows<{ units: number }>(
    `INSERT INTO takers (product, viewer, units) VALUES ($1, $2, 0)
     ON CONFLICT (product, viewer) DO UPDATE SET units = takers.units RETURNING units`,
    [product, viewer],
  );
  if (perBuyer === null || taken + units <= perBuyer) return null;
  return refuse('limit_reached', `at most ${perBuyer} of ${product} a buyer; ${taken} held or bought`);
}

export async function placeOrder(
  sql: Sql,
  { viewer, cart }: CheckoutOrder,
  now: () => number,
): Promise<Result<CheckoutAnswer>> {
  const [hold] = await sql.rows<HoldRow>('SELECT * FROM holds WHERE cart = $1 FOR UPDATE', [cart]);
  if (hold === undefined || hold.viewer !== viewer) return refuse('not_found', `no cart "${cart}" of this viewer`);
  const nowMs = now();
  if (hold.state === 'expired' || hold.state === 'cancelled' || isOver(hold, nowMs))
    return refuse('expired', 'the cart has expired');
  if (hold.order_id !== null) return { ok: true, value: orderAnswer(hold) };
  const number = await nextId(sql);
  const [ordered] = await sql.rows<HoldRow>(
    `UPDATE holds SET state = 'pending', order_id = $2, order_number = $3, ordered_at = $4,
       expires_at = $4 + (SELECT hold_ms FROM shows)
     WHERE cart = $1 RETURNING *`,
    [cart, `order-${number}`, number, nowMs],
  );
  return { ok: true, value: orderAnswer(ordered) };
}

function orderAnswer({ order_id, amount_minor, units, expires_at }: HoldRow): CheckoutAnswer {
  return { order: String(order_id), amountMinor: amount_minor, units, expiresAt: expires_at };
}
