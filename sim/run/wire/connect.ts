import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { Opening } from './handshake.ts';
import type { Shared } from './shared.ts';

/** The local address has no port left, or is none of this machine's. `bind` says the first when it chooses the port. */
const NO_PORT_CODES = ['EADDRINUSE', 'EADDRNOTAVAIL'];

/** Where a way ends that has no port, or nobody at the end. */
const WAY_CALLS = ['bind', 'connect'];

export function hasNoPort(error: Error | null): boolean {
  return error !== null && NO_PORT_CODES.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** The ways to a host: its addresses, each from the local addresses in turn as long as they have no port. */
export class Route {
  private readonly opening: Opening;
  private readonly shared: Shared;
  private readonly addresses: readonly string[];
  private index = 0;
  /** Local addresses that had no port for the present address. */
  private tried: string[] = [];

  constructor(opening: Opening, shared: Shared, addresses: readonly string[]) {
    this.opening = opening;
    this.shared = shared;
    this.addresses = addresses;
  }

  /** Sets out. Throws when it cannot. */
  connect(onread: OnReadOpts): Socket {
    const { opening, shared } = this;
    const host = this.addresses[this.index];
    if (host === undefined) throw new Error(`${opening.host} has no address`);
    const localAddress = shared.localAddresses.untried(this.tried, isIP(host));
    if (localAddress === null) throw new Error(`no local address can reach ${host}: that is IPv${isIP(host)}`);
    if (localAddress !== undefined) this.tried.push(localAddress);
    const options = { host, port: opening.port, localAddress, onread };
    if (!opening.isSecure) return connectPlain(options);
    return connectSecure({ ...options, ...shared.tls.optionsFor(opening.host) });
  }

  /** Goes on to the next way. False: there is none. */
  next(error: Error | null): boolean {
    if (hasNoPort(error) && this.tried.length > 0 && this.tried.length < this.shared.localAddresses.tries) return true;
    // What is wrong with the server or its certificate is so at every address.
    if (!WAY_CALLS.includes((error as NodeJS.ErrnoException | null)?.syscall ?? '')) return false;
    this.index++;
    this.tried = [];
    return this.index < this.addresses.length;
  }

  connected(): void {
    if (this.index > 0) this.shared.hosts.prefer(this.opening.host, this.addresses[this.index]);
  }
}
