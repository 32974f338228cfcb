/** Hosts that were named before the run, and agreed to: nothing is sent to any other, whatever an adapter or an answer says. k6 has no URL. */

export type IsNamed = (url: string) => boolean;

/** What stands for an address here has no user in it, and no backslash: those are read in more than one way. */
const HOST = /^(?:https?|wss?):\/\/(\[[0-9a-f:.]+\]|[^/:?#@\\\s]+)(?::\d+)?(?:[/?#]|$)/i;

/** `hosts`: names or addresses, IPv6 with or without brackets; null: any. */
export function namedHosts(hosts: readonly string[] | null): IsNamed {
  if (hosts === null) return () => true;
  const named = new Set(hosts.map(plainHost));
  return (url) => {
    const host = HOST.exec(url)?.[1];
    return host !== undefined && named.has(plainHost(host));
  };
}

/** `[::1]` in a URL is `::1`, and `Shop.Test.` is `shop.test`. */
function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
