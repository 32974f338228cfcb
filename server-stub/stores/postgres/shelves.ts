import type { CueRequest, ShowRequest } from '../../protocol.ts';
import { refuse, type Result } from '../../store.ts';
import type { Sql } from './database.ts';
import { LEVEL, type LevelRow } from './take.ts';

const MOVE = 'INSERT INTO movements (product, kind, units, ref, at) VALUES ($1, $2, $3, $4, $5)';

export async function stockShelves(sql: Sql, products: ShowRequest['products'], now: () => number): Promise<void> {
  for (const [place, { id, title, priceMinor, stock, perBuyer, open = true, coupon }] of products.entries()) {
    const levels = await sql.rows<LevelRow>(
      `INSERT INTO products
         (id, place, title, price_minor, per_buyer, coupon_code, coupon_percent, left_units, stocked, open)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) RETURNING ${LEVEL}`,
      [id, place, title, priceMinor, perBuyer, coupon?.code ?? null, coupon?.percentOff ?? null, stock, open],
    );
    await sql.rows(MOVE, [id, 'initial', stock, 'show', now()]);
    sql.tell(levels);
  }
}

/** What a cue does to its product. The value is false when it was applied before. */
export async function changeShelf(sql: Sql, cue: CueRequest, now: () => number): Promise<Result<boolean>> {
  const { id, kind, product, units = 0, priceMinor } = cue;
  const fresh = await sql.rows('INSERT INTO cues (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id', [id]);
  if (fresh.length === 0) return { ok: true, value: false };
  if (product === undefined) return { ok: true, value: true };
  const restocked = kind === 'restock' ? units : 0;
  const levels = await sql.rows<LevelRow>(
    `UPDATE products SET
       open = CASE $2 WHEN 'drop' THEN true WHEN 'close' THEN false ELSE open END,
       drop_number = drop_number + CASE $2 WHEN 'drop' THEN 1 ELSE 0 END,
       drop_left = CASE WHEN $2 IN ('drop', 'close') THEN $3::bigint ELSE drop_left END,
       left_units = left_units + $4,
       stocked = stocked + $4,
       price_minor = coalesce($5::bigint, price_minor)
     WHERE id = $1 RETURNING ${LEVEL}`,
    [
      product,
      kind,
      kind === 'drop' ? (cue.units ?? null) : null,
      restocked,
      kind === 'drop' || kind === 'price' ? (priceMinor ?? null) : null,
    ],
  );
  if (levels.length === 0) {
    await sql.rows('DELETE FROM cues WHERE id = $1', [id]);
    return refuse('not_found', `no product "${product}"`);
  }
  if (kind === 'restock') await sql.rows(MOVE, [product, 'restock', restocked, id, now()]);
  sql.tell(levels);
  return { ok: true, value: true };
}
