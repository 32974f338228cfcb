import { namedBy, type IsNamed } from '../live/named-hosts.ts';

/** See `namedBy`. */
export function namedHosts(hosts: readonly string[] | null): IsNamed {
  return namedBy(hosts, (url) => (URL.canParse(url) ? new URL(url).hostname : null));
}
