import type { BooksAnswer, StockMovement } from '../../protocol.ts';
import type { ShopBooks } from '../../store.ts';
import type { Sql } from './database.ts';
import type { HoldRow } from './schema.ts';

/** All of it as it was at one moment, if the transaction is REPEATABLE READ. */
export async function readBooks(sql: Sql, now: () => number): Promise<ShopBooks> {
  const [show] = await sql.rows<{ currency: string }>('SELECT currency FROM shows');
  return {
    currency: show?.currency ?? 'USD',
    // From the first statement on nothing later is seen.
    at: now(),
    products: await sql.rows<BooksAnswer['products'][number]>(
      `SELECT p.id, p.stocked, p.left_units AS left,
         coalesce(sum(h.units) FILTER (WHERE h.state = 'paid'), 0)::bigint AS sold,
         coalesce(sum(h.units) FILTER (WHERE h.state IN ('carted', 'pending')), 0)::bigint AS held
       FROM products p LEFT JOIN holds h ON h.product = p.id GROUP BY p.id ORDER BY p.place`,
    ),
    orders: (await sql.rows<HoldRow>('SELECT * FROM holds WHERE order_id IS NOT NULL ORDER BY order_number')).flatMap(
      orderOf,
    ),
    payments: await sql.rows<BooksAnswer['payments'][number]>(
      `SELECT id, order_id AS "order", amount_minor AS "amountMinor", status, at FROM payments ORDER BY number`,
    ),
    reservations: await sql.rows<BooksAnswer['reservations'][number]>(
      `SELECT cart AS id, viewer, product, units, GREATEST(expires_at, paying_until) AS "expiresAt", CASE state
         WHEN 'carted' THEN 'held' WHEN 'pending' THEN 'held' WHEN 'paid' THEN 'sold'
         WHEN 'refunded' THEN 'refunded' ELSE 'released' END AS status
       FROM holds ORDER BY number`,
    ),
    movements: await sql.rows<StockMovement>('SELECT product, kind, units, ref, at FROM movements ORDER BY number'),
  };
}

function orderOf({
  order_id,
  viewer,
  product,
  units,
  amount_minor,
  state,
  ordered_at,
}: HoldRow): BooksAnswer['orders'] {
  if (order_id === null || ordered_at === null || state === 'carted' || state === 'expired') return [];
  return [{ id: order_id, viewer, product, units, amountMinor: amount_minor, status: state, at: ordered_at }];
}
