import { lookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

const KEPT_MS = 30_000;

type Found = (addresses: readonly string[], error: Error | null) => void;

interface Host {
  addresses: readonly string[];
  /** Until then `addresses` are good. */
  untilMs: number;
  /** Those who asked while a look-up is under way; null when none is. */
  waiting: Found[] | null;
}

/** Addresses of the backend's hosts. Looked up once for all lines that ask at a time, and kept for half a minute. */
export class HostAddresses {
  private readonly hosts = new Map<string, Host>();

  /** Answers at once when it is known. */
  find(name: string, found: Found): void {
    if (isIP(name) !== 0) return found([name], null);
    const host = this.hostOf(name);
    if (performance.now() < host.untilMs) return found(host.addresses, null);
    if (host.waiting !== null) return void host.waiting.push(found);
    host.waiting = [found];
    lookup(name, { all: true }, (error, addresses) => this.answer(host, error, addresses));
  }

  /** A connection to this address was opened: it is tried first from now on (`localhost` may have two, of which one is deaf). */
  prefer(name: string, address: string): void {
    const host = this.hosts.get(name);
    if (host === undefined || host.addresses[0] === address) return;
    host.addresses = [address, ...host.addresses.filter((other) => other !== address)];
  }

  private hostOf(name: string): Host {
    const known = this.hosts.get(name);
    if (known !== undefined) return known;
    const host: Host = { addresses: [], untilMs: 0, waiting: null };
    this.hosts.set(name, host);
    return host;
  }

  private answer(host: Host, error: Error | null, addresses: readonly LookupAddress[] | undefined): void {
    const waiting = host.waiting ?? [];
    host.waiting = null;
    if (error === null) {
      host.addresses = (addresses ?? []).map(({ address }) => address);
      host.untilMs = performance.now() + KEPT_MS;
    }
    for (const found of waiting) found(error === null ? host.addresses : [], error);
  }
}
