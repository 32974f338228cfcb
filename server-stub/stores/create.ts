import type { Store } from '../store.ts';
import { withoutParameter, withoutSecrets } from '../url.ts';
import { MemoryStore } from './memory.ts';
import { STORE_URLS, withoutVariant } from './urls.ts';

interface StoreOptions {
  /** Makes the store of this process. Default: a plain one. */
  readonly inMemory?: () => Store;
  /** How long the payment gateway takes. Default 0. */
  readonly paymentDelayMs?: number;
  /** `now` stands still unless somebody moves it, as in tests: then it alone says when something was done. Default false. */
  readonly stoppedClock?: boolean;
}

/** What a payment may take longer than its gateway. If its instance has died by then, the order can be paid or cancelled again. */
const SETTLED_WITHIN_MS = 15_000;

/**
 * Opens the store that `url` names. `?prefix=` (Redis, default `{flashcrowd}:`) and `?schema=` (PostgreSQL, default
 * `flashcrowd`) say where in it. `now` gives epoch ms. Clients are loaded only when they are needed.
 * @throws RangeError for a URL of another kind; Unavailable when the server cannot be reached.
 */
export async function createStore(
  url: string,
  now: () => number,
  { inMemory, paymentDelayMs = 0, stoppedClock = false }: StoreOptions = {},
): Promise<Store> {
  if (url === 'memory') return inMemory?.() ?? new MemoryStore(now);
  const paymentLeaseMs = paymentDelayMs + SETTLED_WITHIN_MS;
  const [, kind, variant = ''] = /^(\w+)(?:\+(\w+))?:\/\//.exec(url) ?? [];
  if (kind === 'redis' && ['', 'naive'].includes(variant)) {
    const { RedisStore } = await import('./redis/store.ts');
    const { url: plain, value } = withoutParameter(withoutVariant(url), 'prefix');
    const naive = variant === 'naive';
    const prefix = value ?? '{flashcrowd}:';
    return RedisStore.open({ url: plain, prefix, naive, paymentLeaseMs, now, stoppedClock });
  }
  const takes = { '': 'conditional', lock: 'lock', naive: 'naive' } as const;
  if ((kind === 'postgres' || kind === 'postgresql') && variant in takes) {
    const { PostgresStore } = await import('./postgres/store.ts');
    const { url: plain, value } = withoutParameter(withoutVariant(url), 'schema');
    const take = takes[variant as keyof typeof takes];
    return PostgresStore.open({ url: plain, schema: value ?? 'flashcrowd', take, paymentLeaseMs, now });
  }
  throw new RangeError(`no store "${withoutSecrets(url)}"; there are: ${STORE_URLS.join(', ')}`);
}
