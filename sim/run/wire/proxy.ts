import { isIP } from 'node:net';
// @ts-expect-error -- this package has no types
import { getProxyForUrl as findProxy } from 'proxy-from-env';
import { reachOfAddress } from '../../targets/config/safety.ts';

const proxyOf = findProxy as (url: { protocol: string; host: string; port: string }) => string;

const VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** Where a connection leads to. */
export interface Endpoint {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

export interface Proxy extends Endpoint {
  /** Value of `Proxy-Authorization`; null: without. */
  readonly authorization: string | null;
}

export class ProxyError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The proxies that the environment names: HTTP_PROXY (also for ws:), HTTPS_PROXY (also for wss:), ALL_PROXY and NO_PROXY, in small letters
 * or capitals. Whatever the scheme, they are asked for a way through by CONNECT. What runs on this machine is reached without.
 */
export class Proxies {
  private readonly isAny = VARIABLES.some((name) => (process.env[name] ?? '') !== '');
  private readonly known = new Map<string, Proxy | null>();

  /** Null: go there directly. Throws a ProxyError for a proxy that we cannot talk to. */
  on(way: Endpoint): Proxy | null {
    if (!this.isAny) return null;
    const key = `${way.isSecure ? 'https' : 'http'}://${authorityOf(way)}`;
    let proxy = this.known.get(key);
    if (proxy === undefined) {
      proxy = isThisMachine(way.host) ? null : named(way);
      this.known.set(key, proxy);
    }
    return proxy;
  }
}

/** Of an absolute `http:`, `https:`, `ws:` or `wss:` URL. */
export function endpointOf(url: URL): Endpoint {
  const isSecure = url.protocol === 'https:' || url.protocol === 'wss:';
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return { host, port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port), isSecure };
}

/** `shop.example.com:443`. */
export function authorityOf({ host, port }: Endpoint): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function isThisMachine(host: string): boolean {
  if (isIP(host) !== 0) return reachOfAddress(host) === 'loopback';
  return /(?:^|\.)localhost\.?$/i.test(host);
}

function named(way: Endpoint): Proxy | null {
  const text = proxyOf({
    protocol: way.isSecure ? 'https:' : 'http:',
    host: authorityOf(way),
    port: String(way.port),
  });
  if (text === '') return null;
  // Without a scheme in the variable the package takes that of the target; everybody else takes it for http.
  const isVerbatim = VARIABLES.some((name) => process.env[name] === text);
  const address = isVerbatim ? text : text.replace(/^https?:/, 'http:');
  // What is wrong is said without the address: it may hold a password.
  if (!URL.canParse(address)) throw new ProxyError('PROXY_UNUSABLE', 'the proxy of the environment is not a URL');
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    const message = `the proxy of the environment is ${url.protocol}//, and only http:// and https:// ones are spoken to`;
    throw new ProxyError('PROXY_UNUSABLE', message);
  }
  return { ...endpointOf(url), authorization: credentialsOf(url) };
}

function credentialsOf(url: URL): string | null {
  if (url.username + url.password === '') return null;
  const words = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(words).toString('base64')}`;
}
