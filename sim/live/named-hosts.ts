/** Hosts that were named before the run, and agreed to: nothing is sent to any other, whatever an adapter, a captured URL or an answer says. */

export type IsNamed = (url: string) => boolean;

/**
 * `hosts`: names or addresses, IPv6 with or without brackets; null: any. `hostOf`: of a URL, as this engine reads them; null for a text that is none: it is not
 * named.
 */
export function namedBy(hosts: readonly string[] | null, hostOf: (url: string) => string | null): IsNamed {
  if (hosts === null) return () => true;
  const named = new Set(hosts.map(plainHost));
  return (url) => {
    const host = hostOf(url);
    return host !== null && named.has(plainHost(host));
  };
}

/** `[::1]` in a URL is `::1`, and `Shop.Test.` is `shop.test`. */
function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
