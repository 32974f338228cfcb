import { hash } from 'node:crypto';
import type { SocketRequest } from '../../targets/target.ts';
import { endpointOf, type Endpoint } from './proxy.ts';
import { fillRandom } from './random.ts';

/** RFC 6455, section 1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MAX_HEAD_BYTES = 16 * 1024;
const HEAD_END = '\r\n\r\n';
/** Refusals that may mean: not without an extension. */
const MAY_WANT_EXTENSION = [400, 426, 501];
/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;
// oxlint-disable-next-line no-control-regex -- these are what must not be in a header
const NOT_IN_A_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
/** Headers of the handshake itself, which a request must not have its own way with. */
const OURS = /^(?:upgrade|connection|sec-websocket-(?:key|version|protocol|extensions|accept))$/i;

/** Where to connect to, and what to say there. */
export interface Opening extends Endpoint {
  readonly key: string;
  readonly protocols: readonly string[];
  /** The request, in ISO 8859-1. */
  readonly head: string;
}

export interface Refusal {
  readonly reason: string;
  /** Null: 101, or no answer that could be read. */
  readonly status: number | null;
  /** It would perhaps have agreed with permessage-deflate. */
  readonly mayWantDeflate: boolean;
}

/** Throws when the request cannot be made. `userAgent`: for requests that do not name one; null: none. */
export function openingOf(request: SocketRequest, userAgent: string | null): Opening {
  const url = new URL(request.url);
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw new Error(`not a WebSocket address: ${request.url}`);
  const protocols = request.protocols ?? [];
  const bad = protocols.find((name, i) => !TOKEN.test(name) || protocols.indexOf(name) !== i);
  if (bad !== undefined) throw new Error(`not a name of a subprotocol, or twice: ${JSON.stringify(bad)}`);
  const key = newKey();
  return {
    ...endpointOf(url),
    key,
    protocols,
    head: requestHead(url, key, protocols, Object.entries(withUserAgent(request.headers ?? {}, userAgent))),
  };
}

export function withUserAgent(
  headers: Readonly<Record<string, string>>,
  userAgent: string | null,
): Readonly<Record<string, string>> {
  const isNamed = userAgent === null || Object.keys(headers).some((name) => name.toLowerCase() === 'user-agent');
  return isNamed ? headers : { 'user-agent': userAgent, ...headers };
}

function newKey(): string {
  const bytes = Buffer.allocUnsafe(16);
  fillRandom(bytes, 0, 16);
  return bytes.toString('base64');
}

function requestHead(
  url: URL,
  key: string,
  protocols: readonly string[],
  headers: readonly [string, string][],
): string {
  const has = (name: string): boolean => headers.some(([given]) => given.toLowerCase() === name);
  let head = `GET ${url.pathname}${url.search} HTTP/1.1\r\n`;
  if (!has('host')) head += `Host: ${url.host}\r\n`;
  head += `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n`;
  if (protocols.length > 0) head += `Sec-WebSocket-Protocol: ${protocols.join(', ')}\r\n`;
  if (url.username + url.password !== '' && !has('authorization'))
    head += `Authorization: Basic ${credentials(url)}\r\n`;
  for (const [name, value] of headers) {
    if (!TOKEN.test(name) || OURS.test(name)) throw new Error(`not a header for a handshake: ${JSON.stringify(name)}`);
    if (NOT_IN_A_VALUE.test(value)) throw new Error(`header ${name} holds a character that it may not`);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}

export function credentials(url: URL): string {
  return Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64');
}

/** The server's answer, which may come in pieces. */
export class Answer {
  /** Set when it is a no, or no answer at all. */
  refusal: Refusal | null = null;
  private readonly opening: Opening;
  private text = '';

  constructor(opening: Opening) {
    this.opening = opening;
  }

  /** Where the frames begin when the answer is a yes; -1 before that, and after a refusal. */
  read(buffer: Buffer, start: number, end: number): number {
    let from = start - this.text.length;
    this.text += buffer.toString('latin1', start, Math.min(end, from + MAX_HEAD_BYTES));
    for (;;) {
      if (!this.text.startsWith('HTTP/1.'.slice(0, this.text.length))) return this.refuse('no HTTP answer');
      const head = this.text.indexOf(HEAD_END);
      if (head < 0) return this.text.length < MAX_HEAD_BYTES ? -1 : this.refuse(`head over ${MAX_HEAD_BYTES} bytes`);
      const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(this.text)?.[1] ?? 0);
      if (status < 100) return this.refuse('no status in the answer');
      from += head + HEAD_END.length;
      if (status === 101 || status >= 200) return this.judge(status, this.text.slice(0, head)) ? from : -1;
      // Early hints and the like: the answer comes after them (RFC 9110, section 15.2).
      this.text = this.text.slice(head + HEAD_END.length);
    }
  }

  private judge(status: number, head: string): boolean {
    if (status !== 101) {
      const mayWantDeflate = MAY_WANT_EXTENSION.includes(status);
      this.refusal = { reason: `the handshake was answered with ${status}`, status, mayWantDeflate };
      return false;
    }
    const headers = headersOf(head);
    const fault = headers === null ? 'malformed header in the answer' : this.fault(headers);
    if (fault === null) return true;
    const mayWantDeflate = /\bpermessage-deflate\b/i.test(headers?.get('sec-websocket-extensions') ?? '');
    this.refusal = { reason: fault, status: null, mayWantDeflate };
    return false;
  }

  /** RFC 6455, section 4.1, "the client MUST validate the server's response". */
  private fault(headers: ReadonlyMap<string, string>): string | null {
    const { key, protocols } = this.opening;
    if (headers.get('upgrade')?.toLowerCase() !== 'websocket') return 'answer without "Upgrade: websocket"';
    if (!/(?:^|,)\s*upgrade\s*(?:,|$)/i.test(headers.get('connection') ?? ''))
      return 'answer without "Connection: Upgrade"';
    if (headers.get('sec-websocket-accept') !== hash('sha1', key + ACCEPT_GUID, 'base64'))
      return 'answer with a wrong Sec-WebSocket-Accept';
    if ((headers.get('sec-websocket-extensions') ?? '') !== '') return 'answer with an extension that was not offered';
    const protocol = headers.get('sec-websocket-protocol');
    if (protocol === undefined) return protocols.length > 0 ? 'answer without a subprotocol, as browsers demand' : null;
    return protocols.includes(protocol) ? null : 'answer with a subprotocol that was not asked for';
  }

  private refuse(reason: string): number {
    this.refusal = { reason, status: null, mayWantDeflate: false };
    return -1;
  }
}

/** By name in small letters; several of a name joined. Null: not a header. */
function headersOf(head: string): Map<string, string> | null {
  const headers = new Map<string, string>();
  const lines = head.split('\r\n');
  for (let i = 1; i < lines.length; i++) {
    const colon = lines[i].indexOf(':');
    if (colon < 1 || !TOKEN.test(lines[i].slice(0, colon))) return null;
    const name = lines[i].slice(0, colon).toLowerCase();
    const value = lines[i].slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}
