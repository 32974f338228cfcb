import type { Socket } from 'node:net';
import { authorityOf, ProxyError, type Endpoint, type Proxy } from './proxy.ts';

const MAX_HEAD_BYTES = 16 * 1024;
const HEAD_END = '\r\n\r\n';

/**
 * Asks the proxy at the other end of `socket` for a way to `to` (RFC 9110, section 9.3.6). Calls `done` once; without an error, what is
 * written and read from then on is between us and `to`, and the socket is paused.
 */
export function askForTunnel(socket: Socket, proxy: Proxy, to: Endpoint, done: (error: Error | null) => void): void {
  let answer: Buffer = Buffer.alloc(0);
  const finish = (error: Error | null): void => {
    socket.off('data', read);
    socket.off('close', hungUp);
    done(error);
  };
  const hungUp = (): void => finish(new ProxyError('PROXY_BROKEN', `the proxy ${authorityOf(proxy)} hung up`));
  const read = (chunk: Buffer): void => {
    answer = answer.length === 0 ? chunk : Buffer.concat([answer, chunk]);
    const end = answer.indexOf(HEAD_END);
    if (end < 0 && answer.length < MAX_HEAD_BYTES) return;
    const refusal = refusalOf(answer.toString('latin1', 0, Math.max(end, 0)), proxy);
    if (refusal !== null) return finish(refusal);
    socket.pause();
    const rest = answer.subarray(end + HEAD_END.length);
    if (rest.length > 0) socket.unshift(rest);
    finish(null);
  };
  socket.on('data', read);
  socket.on('close', hungUp);
  socket.write(requestHead(proxy, authorityOf(to)), 'latin1');
}

function requestHead({ authorization }: Proxy, authority: string): string {
  const credentials = authorization === null ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`;
}

function refusalOf(head: string, proxy: Proxy): ProxyError | null {
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head)?.[1] ?? 0);
  if (status >= 200 && status < 300) return null;
  const by = `the proxy ${authorityOf(proxy)}`;
  if (status === 0) return new ProxyError('PROXY_BROKEN', `${by} did not answer in HTTP`);
  return new ProxyError(`PROXY_${status}`, `${by} answered with ${status}`);
}
