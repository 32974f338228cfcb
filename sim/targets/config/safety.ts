/** Which hosts a load tool may be pointed at without being asked twice: this machine and private networks. */

import { BlockList, isIP } from 'node:net';
import { FlashcrowdError, type Problem } from '../../errors.ts';

/** From harmless to not. `public`: also what nobody knows better. */
export type Reach = 'loopback' | 'private' | 'public';

/** All addresses of a name. Rejects when it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
// Who connects to the address of nobody comes out at this machine.
LOOPBACK.addAddress('0.0.0.0', 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
LOOPBACK.addAddress('::', 'ipv6');

/** RFC 1918, RFC 4193, and addresses of the link. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('169.254.0.0', 16, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** Of an IP address, IPv4 ones in the clothes of IPv6 too. */
export function reachOfAddress(address: string): Reach {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (LOOPBACK.check(address, family)) return 'loopback';
  return PRIVATE.check(address, family) ? 'private' : 'public';
}

/** Of a host as it stands in a URL. A name is as far as the farthest of its addresses. Rejects as `resolve` does. */
export async function reachOf(host: string, resolve: Resolve): Promise<Reach> {
  const bare = bareHost(host);
  const addresses = isIP(bare) === 0 ? await resolve(bare) : [bare];
  const reaches = addresses.map(reachOfAddress);
  if (reaches.length === 0 || reaches.includes('public')) return 'public';
  return reaches.includes('private') ? 'private' : 'loopback';
}

/** A host of the target, and how far away it is; `null`: its name has no address. */
export interface JudgedHost {
  readonly host: string;
  readonly reach: Reach | null;
}

/** Each host once. `isProxied`: a proxy is asked for it, which may know names that this machine does not. */
export async function judgeHosts(
  urls: readonly URL[],
  resolve: Resolve,
  isProxied: (url: URL) => boolean,
): Promise<JudgedHost[]> {
  const byHost = new Map(urls.map((url) => [bareHost(url.hostname), url]));
  return Promise.all(
    [...byHost].map(async ([host, url]) => ({
      host,
      reach: await reachOf(host, resolve).catch(() => (isProxied(url) ? ('public' as const) : null)),
    })),
  );
}

export interface Consent {
  /** Hosts that the user says are theirs. */
  readonly owned: readonly string[];
  /** Certificates are not looked at. */
  readonly insecure: boolean;
}

/**
 * Throws FlashcrowdError: TARGET_NOT_OWNED for a public host that nobody has said is theirs, and for one whose certificate is not looked at;
 * TARGET_UNREACHABLE for a name without an address.
 */
export function requireConsent(judged: readonly JudgedHost[], { owned, insecure }: Consent): void {
  const lost = judged.filter(({ reach }) => reach === null).map(({ host }) => host);
  if (lost.length > 0) throw new FlashcrowdError('TARGET_UNREACHABLE', `There is no such host: ${lost.join(', ')}.`);
  const far = judged.filter(({ reach }) => reach === 'public').map(({ host }) => host);
  const names = new Set(owned.map((host) => bareHost(host.toLowerCase())));
  const foreign = far.filter((host) => !names.has(host));
  if (foreign.length > 0)
    throw new FlashcrowdError(
      'TARGET_NOT_OWNED',
      `The target is not on this machine or in a private network: ${foreign.join(', ')}.`,
      foreign.map(notOwned),
    );
  if (insecure && far.length > 0)
    throw new FlashcrowdError(
      'TARGET_NOT_OWNED',
      `Certificates must be looked at where others can listen in: ${far.join(', ')}.`,
      [
        {
          path: 'tls.insecure',
          message: 'only for hosts of this machine and of private networks',
          expected: 'a certificate to trust, as --ca file.pem or tls: {ca: file.pem}',
        },
      ],
    );
}

function notOwned(host: string): Problem {
  return {
    path: '',
    message: `a load test of ${host} reaches others, and may look like an attack`,
    expected: `that you may do this there: --i-own-this-target ${host}, or owned: [${host}] in the target file`,
  };
}

/** `[::1]` in a URL is `::1`. */
function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}
