import type { Sql } from './database.ts';
import type { HoldRow } from './schema.ts';
import { LEVEL, type LevelRow } from './take.ts';

/** Puts the units of holds on the shelf again, dated when the shelf is locked. Their state must have been changed in the same transaction. */
export async function giveBack(
  sql: Sql,
  kind: 'release' | 'refund',
  holds: readonly HoldRow[],
  refOf: (hold: HoldRow) => string,
  now: () => number,
): Promise<void> {
  // Always in the same order, so that two transactions seldom wait for each other.
  for (const product of [...new Set(holds.map((hold) => hold.product))].toSorted()) {
    const those = holds.filter((hold) => hold.product === product);
    const units = those.map((hold) => hold.units);
    await sql.rows(
      `UPDATE takers SET units = takers.units - given.units
       FROM (SELECT viewer, sum(units) AS units FROM unnest($2::text[], $3::bigint[]) AS h(viewer, units) GROUP BY 1) given
       WHERE takers.product = $1 AND takers.viewer = given.viewer`,
      [product, those.map((hold) => hold.viewer), units],
    );
    // What came from a drop goes back to it as long as it lasts.
    const levels = await sql.rows<LevelRow>(
      `UPDATE products SET
         left_units = left_units + (SELECT sum(u) FROM unnest($3::bigint[]) AS h(u)),
         drop_left = drop_left + (SELECT coalesce(sum(u), 0) FROM unnest($2::int[], $3::bigint[]) AS h(n, u)
                                  WHERE n = products.drop_number)
       WHERE id = $1 RETURNING ${LEVEL}`,
      [product, those.map((hold) => hold.drop_number), units],
    );
    await sql.rows(
      `INSERT INTO movements (product, kind, units, ref, at)
       SELECT $1, $2, u, r, $5 FROM unnest($3::bigint[], $4::text[]) AS h(u, r)`,
      [product, kind, units, those.map(refOf), now()],
    );
    sql.tell(levels);
  }
}

/** In one go: so many holds that end. */
const BATCH = 200;
const DUE = `state IN ('carted', 'pending') AND GREATEST(expires_at, paying_until) <= $1`;

/** Ends holds that are due and that nobody else is ending. @returns how many; there may be more. */
export async function releaseDue(sql: Sql, now: () => number): Promise<number> {
  const released = await sql.rows<HoldRow>(
    `UPDATE holds SET state = CASE WHEN state = 'carted' THEN 'expired' ELSE 'cancelled' END, paying_until = NULL
     WHERE cart IN (SELECT cart FROM holds WHERE ${DUE} ORDER BY number LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    [now()],
  );
  await giveBack(sql, 'release', released, (hold) => hold.cart, now);
  return released.length;
}

/** For a look before the work: nearly always nothing is due. */
export const ANY_DUE = `SELECT 1 FROM holds WHERE ${DUE} LIMIT 1`;
