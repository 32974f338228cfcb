import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { errors, type buildConnector } from 'undici';
import { HostAddresses } from '../wire/host-addresses.ts';
import type { LocalAddresses } from '../wire/local-addresses.ts';
import { Proxies, type Endpoint, type Proxy } from '../wire/proxy.ts';
import type { Tls } from '../wire/tls.ts';
import { askForTunnel } from '../wire/tunnel.ts';
import type { Limited, TimeLimits } from './time-limits.ts';

/** TCP and TLS together. */
const CONNECT_AT_MOST_MS = 5000;
/**
 * This address of ours has no port left (`connect` says the first, `bind` the second), or the target's name has no address of its kind (the
 * third).
 */
const NO_WAY_FROM_HERE = new Set(['EADDRNOTAVAIL', 'EADDRINUSE', 'ENOTFOUND']);

/** How a connection on its way has ended: undici's own form of it, too. */
type Callback = buildConnector.Callback;

/**
 * Opens connections, from our local addresses in turn, and through a proxy where the environment names one: then the socket comes
 * paused. Of TLS each is a full handshake, as a phone's first is.
 */
export class Connector {
  readonly addresses: LocalAddresses;
  readonly limits: TimeLimits;
  readonly lookup: LookupFunction;
  readonly tls: Tls;
  readonly proxies: Proxies;

  constructor(addresses: LocalAddresses, limits: TimeLimits, tls: Tls, proxies = new Proxies()) {
    this.addresses = addresses;
    this.limits = limits;
    this.lookup = cachedLookup(new HostAddresses());
    this.tls = tls;
    this.proxies = proxies;
  }

  open(target: Endpoint, callback: Callback): Opening {
    return new Opening(this, target, callback);
  }
}

/** A connection on its way. Tells `callback` how it ended, later, unless it is abandoned. */
export class Opening implements Limited {
  limitStep = 0;
  private readonly connector: Connector;
  private readonly target: Endpoint;
  private callback: Callback | null;
  private readonly tried: (string | undefined)[] = [];
  private socket: Socket | null = null;

  constructor(connector: Connector, target: Endpoint, callback: Callback) {
    this.connector = connector;
    this.target = target;
    this.callback = callback;
    connector.limits.add(this, performance.now(), CONNECT_AT_MOST_MS);
    this.dial();
  }

  /** Nobody waits for it any more. Does nothing once it is open. */
  abandon(): void {
    if (this.finish()) this.socket?.destroy();
  }

  expired(): void {
    this.end(new errors.ConnectTimeoutError(`no connection within ${CONNECT_AT_MOST_MS} ms`));
  }

  private dial(): void {
    try {
      const proxy = this.connector.proxies.on(this.target);
      this.socket = this.dialTo(proxy ?? this.target, () => (proxy ? this.passProxy(proxy) : this.succeed()));
    } catch (error) {
      // A proxy that we cannot talk to, or certificates that are none.
      process.nextTick(() => this.end(error as Error));
    }
  }

  private dialTo(to: Endpoint, connected: () => void): Socket {
    const { connector } = this;
    const localAddress = this.untried(to.host);
    const options = {
      host: to.host,
      port: to.port,
      localAddress,
      // An address of ours can reach only those of its own kind.
      family: localAddress === undefined ? 0 : isIP(localAddress),
      lookup: connector.lookup,
      noDelay: true,
    };
    const socket = to.isSecure
      ? connectSecurely({ ...options, ...connector.tls.optionsFor(to.host), ALPNProtocols: ['http/1.1'] })
      : connect(options);
    socket.once(to.isSecure ? 'secureConnect' : 'connect', connected);
    socket.on('error', (error) => this.failed(error));
    return socket;
  }

  private passProxy(proxy: Proxy): void {
    const { socket, target } = this;
    if (socket === null || this.callback === null) return;
    askForTunnel(socket, proxy, target, (error) => {
      if (this.callback === null) return;
      if (error) this.end(error);
      else if (target.isSecure) this.secure(socket);
      else this.succeed();
    });
  }

  /** TLS to the target inside of the tunnel. */
  private secure(tunnel: Socket): void {
    const { host } = this.target;
    const tls = { ...this.connector.tls.optionsFor(host), ALPNProtocols: ['http/1.1'] };
    const socket = connectSecurely({ socket: tunnel, host, ...tls });
    socket.once('secureConnect', () => this.succeed());
    socket.on('error', (error) => this.end(error));
    this.socket = socket;
  }

  /** One that cannot reach the target, when there is no other, is left to the system to refuse. */
  private untried(host: string): string | undefined {
    const { addresses } = this.connector;
    const address = addresses.untried(this.tried, isIP(host)) ?? addresses.next();
    this.tried.push(address);
    return address;
  }

  private failed(error: Error): void {
    if (!this.callback) return;
    const mayTry = this.tried.length < this.connector.addresses.tries;
    if (mayTry && NO_WAY_FROM_HERE.has(codeOf(error))) this.dial();
    else this.end(error);
  }

  private succeed(): void {
    const { socket } = this;
    if (socket !== null) this.finish()?.(null, socket);
  }

  private end(error: Error): void {
    const callback = this.finish();
    if (!callback) return;
    this.socket?.destroy();
    callback(error, null);
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
