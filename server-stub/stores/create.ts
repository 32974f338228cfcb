import type { Store } from '../store.ts';
import { withoutParameter } from '../url.ts';
import { MemoryStore } from './memory.ts';
import { STORE_URLS, withoutVariant } from './urls.ts';

/**
 * Opens the store that `url` names. `?prefix=` (Redis, default `{flashcrowd}:`) and `?schema=` (PostgreSQL, default
 * `flashcrowd`) say where in it. `now` gives epoch ms, `inMemory` the store of this process. Clients are loaded only when they are needed.
 * @throws RangeError for a URL of another kind; Unavailable when the server cannot be reached.
 */
export async function createStore(
  url: string,
  now: () => number,
  inMemory: () => Store = () => new MemoryStore(now),
): Promise<Store> {
  if (url === 'memory') return inMemory();
  const [, kind, variant = ''] = /^(\w+)(?:\+(\w+))?:\/\//.exec(url) ?? [];
  if (kind === 'redis' && ['', 'naive'].includes(variant)) {
    const { RedisStore } = await import('./redis/store.ts');
    const { url: plain, value } = withoutParameter(withoutVariant(url), 'prefix');
    return RedisStore.open({ url: plain, prefix: value ?? '{flashcrowd}:', naive: variant === 'naive', now });
  }
  const takes = { '': 'conditional', lock: 'lock', naive: 'naive' } as const;
  if ((kind === 'postgres' || kind === 'postgresql') && variant in takes) {
    const { PostgresStore } = await import('./postgres/store.ts');
    const { url: plain, value } = withoutParameter(withoutVariant(url), 'schema');
    const take = takes[variant as keyof typeof takes];
    return PostgresStore.open({ url: plain, schema: value ?? 'flashcrowd', take, now });
  }
  throw new RangeError(`no store "${url}"; there are: ${STORE_URLS.join(', ')}`);
}
