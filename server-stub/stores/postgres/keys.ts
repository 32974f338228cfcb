import { refuse, type IdempotencyKey, type Result } from '../../store.ts';
import type { Operation } from '../key-book.ts';
import type { Sql } from './database.ts';

interface Request {
  readonly operation: Operation;
  readonly key: IdempotencyKey | undefined;
  readonly fingerprint: string;
}

/**
 * Writes the key down, unless it was seen before: then what to answer. A twin of a request that is under way waits here until
 * that is through.
 */
export async function begin<T>(sql: Sql, { operation, key, fingerprint }: Request): Promise<Result<T> | undefined> {
  const fresh = await sql.rows(
    `INSERT INTO keys (operation, key, fingerprint) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key`,
    [operation, key, fingerprint],
  );
  if (fresh.length > 0) return undefined;
  const [known] = await sql.rows<{ fingerprint: string; result: string | null }>(
    'SELECT fingerprint, result FROM keys WHERE operation = $1 AND key = $2',
    [operation, key],
  );
  if (known !== undefined && known.fingerprint !== fingerprint) {
    return refuse('key_reused', 'this idempotency key was used for another request');
  }
  // Not known any more: the show was replaced this very moment.
  if (!known?.result) return refuse('in_progress', 'the first request with this key is under way');
  return JSON.parse(known.result) as Result<T>;
}

export async function finish<T>(sql: Sql, operation: Operation, key: string, result: Result<T>): Promise<Result<T>> {
  await sql.rows('UPDATE keys SET result = $3 WHERE operation = $1 AND key = $2', [
    operation,
    key,
    JSON.stringify(result),
  ]);
  return result;
}

/** Keeps the result of a key that was begun. `in_progress` is no final answer, so its key becomes free again. */
export async function settle<T>(sql: Sql, operation: Operation, key: string, result: Result<T>): Promise<Result<T>> {
  if (result.ok || result.error !== 'in_progress') return finish(sql, operation, key, result);
  await sql.rows('DELETE FROM keys WHERE operation = $1 AND key = $2', [operation, key]);
  return result;
}

export async function once<T>(sql: Sql, request: Request, work: () => Promise<Result<T>>): Promise<Result<T>> {
  if (request.key === undefined) return work();
  return (await begin<T>(sql, request)) ?? settle(sql, request.operation, request.key, await work());
}
