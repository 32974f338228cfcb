import { refuse, type Refusal, type StockLevel } from '../../store.ts';
import type { Sql } from './database.ts';
import type { ProductRow } from './schema.ts';

export type LevelRow = StockLevel & { readonly left: number };

/** To be put behind RETURNING of an update of `products`: its row lock keeps the versions in the order of the changes. */
export const LEVEL = `
  id AS product,
  CASE WHEN open THEN LEAST(left_units, drop_left) ELSE 0 END AS left,
  open,
  nextval('versions') AS version`;

export const leftOf = ({ open, left_units, drop_left }: ProductRow): number =>
  open ? Math.min(left_units, drop_left ?? left_units) : 0;

/** How units are taken off a shelf that others take from at the same moment. */
export type Take = (sql: Sql, product: string, units: number) => Promise<(ProductRow & LevelRow) | Refusal>;

/** The database looks and takes in one statement. */
const conditional: Take = async (sql, product, units) => {
  const [taken] = await sql.rows<ProductRow & LevelRow>(
    `UPDATE products SET left_units = left_units - $2, drop_left = drop_left - $2
     WHERE id = $1 AND open AND left_units >= $2 AND (drop_left IS NULL OR drop_left >= $2) RETURNING *, ${LEVEL}`,
    [product, units],
  );
  if (taken !== undefined) return taken;
  return whyNot(await look(sql, product, ''), product, units) ?? refuse('sold_out', `${product} is sold out`);
};

/** Looks, with the row locked until the transaction ends; then writes what is left. */
const lock: Take = async (sql, product, units) => write(sql, await look(sql, product, 'FOR UPDATE'), product, units);

/** Looks without a lock, and writes what is left of what it saw: others who looked meanwhile are overwritten. */
const naive: Take = async (sql, product, units) => write(sql, await look(sql, product, ''), product, units);

export const TAKES = { conditional, lock, naive } as const;

async function look(sql: Sql, product: string, locking: string): Promise<ProductRow | undefined> {
  const [row] = await sql.rows<ProductRow>(`SELECT * FROM products WHERE id = $1 ${locking}`, [product]);
  return row;
}

async function write(
  sql: Sql,
  seen: ProductRow | undefined,
  product: string,
  units: number,
): Promise<(ProductRow & LevelRow) | Refusal> {
  const refusal = whyNot(seen, product, units);
  if (refusal !== null || seen === undefined) return refusal ?? refuse('not_found', `no product "${product}"`);
  const [taken] = await sql.rows<ProductRow & LevelRow>(
    `UPDATE products SET left_units = $2, drop_left = $3 WHERE id = $1 RETURNING *, ${LEVEL}`,
    [product, seen.left_units - units, seen.drop_left === null ? null : seen.drop_left - units],
  );
  return taken;
}

/** null when there are enough. */
export function whyNot(row: ProductRow | undefined, product: string, units: number): Refusal | null {
  if (row === undefined) return refuse('not_found', `no product "${product}"`);
  if (!row.open) return refuse('not_open', `${product} is not for sale now`);
  const left = leftOf(row);
  if (units <= left) return null;
  return refuse('sold_out', left <= 0 ? `${product} is sold out` : `only ${left} of ${product} left`);
}
