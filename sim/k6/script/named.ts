import { namedBy, type IsNamed } from '../../live/named-hosts.ts';

/** k6 has no URL. What stands for an address here has no user in it, and no backslash: those are read in more than one way. */
const HOST = /^(?:https?|wss?):\/\/(\[[0-9a-f:.]+\]|[^/:?#@\\\s]+)(?::\d+)?(?:[/?#]|$)/i;

/** See `namedBy`. */
export function namedHosts(hosts: readonly string[] | null): IsNamed {
  return namedBy(hosts, (url) => HOST.exec(url)?.[1] ?? null);
}
