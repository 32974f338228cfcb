import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { errors, type buildConnector } from 'undici';
import { HostAddresses } from '../wire/host-addresses.ts';
import type { LocalAddresses } from '../wire/local-addresses.ts';
import { Tls, type TlsSettings } from '../wire/tls.ts';
import type { Limited, TimeLimits } from './time-limits.ts';

/** TCP and TLS together. */
const CONNECT_AT_MOST_MS = 5000;
/**
 * This address of ours has no port left (`connect` says the first, `bind` the second), or the target's name has no address of its kind (the
 * third).
 */
const NO_WAY_FROM_HERE = new Set(['EADDRNOTAVAIL', 'EADDRINUSE', 'ENOTFOUND']);

type Target = buildConnector.Options;
type Callback = buildConnector.Callback;

/** Opens connections to a backend, from our local addresses in turn. Of TLS each is a full handshake, as a phone's first is. */
export class Connector {
  readonly addresses: LocalAddresses;
  readonly limits: TimeLimits;
  readonly lookup: LookupFunction;
  readonly tls: Tls;

  constructor(addresses: LocalAddresses, limits: TimeLimits, tls: TlsSettings) {
    this.addresses = addresses;
    this.limits = limits;
    this.lookup = cachedLookup(new HostAddresses());
    this.tls = new Tls(tls);
  }

  open(target: Target, callback: Callback): Opening {
    return new Opening(this, target, callback);
  }
}

/** A connection on its way. Tells `callback` how it ended, unless it is abandoned. */
export class Opening implements Limited {
  limitStep = 0;
  private readonly connector: Connector;
  private readonly target: Target;
  private callback: Callback | null;
  private readonly tried: (string | undefined)[] = [];
  private socket: Socket;

  constructor(connector: Connector, target: Target, callback: Callback) {
    this.connector = connector;
    this.target = target;
    this.callback = callback;
    this.socket = this.dial();
    connector.limits.add(this, performance.now(), CONNECT_AT_MOST_MS);
  }

  /** Nobody waits for it any more. Does nothing once it is open. */
  abandon(): void {
    if (this.finish()) this.socket.destroy();
  }

  expired(): void {
    const callback = this.finish();
    if (!callback) return;
    this.socket.destroy();
    callback(new errors.ConnectTimeoutError(`no connection within ${CONNECT_AT_MOST_MS} ms`), null);
  }

  private dial(): Socket {
    const { target, connector } = this;
    const isSecure = target.protocol === 'https:';
    const localAddress = this.untried();
    const options = {
      host: target.hostname,
      port: Number(target.port || (isSecure ? 443 : 80)),
      localAddress,
      // An address of ours can reach only those of its own kind.
      family: localAddress === undefined ? 0 : isIP(localAddress),
      lookup: connector.lookup,
      noDelay: true,
    };
    const socket = isSecure
      ? connectSecurely({ ...options, ...connector.tls.optionsFor(target.hostname), ALPNProtocols: ['http/1.1'] })
      : connect(options);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => this.finish()?.(null, socket));
    socket.on('error', (error) => this.failed(error));
    return socket;
  }

  /** One that cannot reach the target, when there is no other, is left to the system to refuse. */
  private untried(): string | undefined {
    const { addresses } = this.connector;
    const address = addresses.untried(this.tried, isIP(this.target.hostname)) ?? addresses.next();
    this.tried.push(address);
    return address;
  }

  private failed(error: Error): void {
    if (!this.callback) return;
    const mayTry = this.tried.length < this.connector.addresses.tries;
    if (mayTry && NO_WAY_FROM_HERE.has(codeOf(error))) this.socket = this.dial();
    else this.finish()?.(error, null);
  }

  private finish(): Callback | null {
    const { callback } = this;
    this.callback = null;
    this.connector.limits.delete(this);
    return callback;
  }
}

/** A connection that fails on every address is an AggregateError; its first part says why. */
export function codeOf(error: unknown): string {
  const { code, errors: parts } = error as { code?: string; errors?: { code?: string }[] };
  return code ?? parts?.[0]?.code ?? '';
}

/** The system is asked once for many connections: it answers four at a time (libuv's thread pool), and a drop brings thousands. */
function cachedLookup(hosts: HostAddresses): LookupFunction {
  return (name, { all, family }, callback) => {
    hosts.find(name, (addresses, error) => {
      const found = addresses
        .map((address) => ({ address, family: isIP(address) }))
        .filter((known) => !family || known.family === family);
      if (error) return callback(error, []);
      if (found.length === 0)
        return callback(Object.assign(new Error(`no address of ${name}`), { code: 'ENOTFOUND' }), []);
      if (all) return callback(null, found);
      callback(null, found[0].address, found[0].family);
    });
  };
}
