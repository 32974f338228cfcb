import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecurely, createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls';
import { errors, type buildConnector } from 'undici';
import { HostAddresses } from '../wire/host-addresses.ts';
import type { LocalAddresses } from '../wire/local-addresses.ts';
import type { TlsSettings } from '../wire/shared.ts';
import type { Limited, TimeLimits } from './time-limits.ts';

/** TCP and TLS together. */
const CONNECT_AT_MOST_MS = 5000;
/**
 * This address of ours has no port left (`connect` says the first, `bind` the second), or is of another kind than the target (an
 * address: the third; a name that has none of this kind: the fourth).
 */
const NO_WAY_FROM_HERE = new Set(['EADDRNOTAVAIL', 'EADDRINUSE', 'EINVAL', 'ENOTFOUND']);

type Target = buildConnector.Options;
type Callback = buildConnector.Callback;

/** Opens connections to a backend, from our local addresses in turn. Of TLS each is a full handshake, as a phone's first is. */
export class Connector {
  readonly addresses: LocalAddresses;
  readonly limits: TimeLimits;
  readonly lookup: LookupFunction;
  readonly tls: TlsSettings;
  private context: SecureContext | null = null;

  constructor(addresses: LocalAddresses, limits: TimeLimits, tls: TlsSettings) {
    this.addresses = addresses;
    this.limits = limits;
    this.lookup = cachedLookup(new HostAddresses());
    this.tls = tls;
  }

  /** Reading the certificates costs some milliseconds: once, not for each connection. Throws when they are none. */
  get secureContext(): SecureContext {
    return (this.context ??= createSecureContext({ ca: this.tls.ca }));
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
    const socket = isSecure ? connectSecurely({ ...options, ...this.secured() }) : connect(options);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => this.finish()?.(null, socket));
    socket.on('error', (error) => this.failed(error));
    return socket;
  }

  private secured(): ConnectionOptions {
    const { connector, target } = this;
    // Server names are for names only (RFC 6066, section 3).
    const servername = isIP(target.hostname) === 0 ? target.hostname : undefined;
    const rejectUnauthorized = connector.tls.insecure !== true;
    return { servername, rejectUnauthorized, secureContext: connector.secureContext, ALPNProtocols: ['http/1.1'] };
  }

  /** Many connections are opened at a time and take their turns together, so its own next may be one that it has had. */
  private untried(): string | undefined {
    const { addresses } = this.connector;
    let address = addresses.next();
    for (let i = 1; i < addresses.tries && this.tried.includes(address); i++) address = addresses.next();
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
