/** Hosts that were named before the run, and agreed to: nothing is sent to any other, whatever an adapter, a captured URL or an answer says. */

export type IsNamed = (url: string) => boolean;

/** `hosts`: names or addresses, IPv6 with or without brackets; null: any. Of a text that is no URL the answer is false. */
export function namedHosts(hosts: readonly string[] | null): IsNamed {
  if (hosts === null) return () => true;
  const named = new Set(hosts.map(plainHost));
  return (url) => URL.canParse(url) && named.has(plainHost(new URL(url).hostname));
}

/** `[::1]` in a URL is `::1`, and `Shop.Test.` is `shop.test`. */
function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
