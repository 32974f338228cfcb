/** Where a store is, and how it handles stock. */
export const STORE_URLS = [
  'memory',
  'redis://HOST:PORT',
  'redis+naive://HOST:PORT',
  'postgres://USER@HOST:PORT/DATABASE',
  'postgres+lock://USER@HOST:PORT/DATABASE',
  'postgres+naive://USER@HOST:PORT/DATABASE',
] as const;

/** `redis+naive://` is reached as `redis://`. */
export function withoutVariant(url: string): string {
  return url.replace(/^(\w+)\+\w+:/, '$1:');
}
