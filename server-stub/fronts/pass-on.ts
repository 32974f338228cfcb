import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';
import { MAX_BODY_BYTES } from '../http/answers.ts';

/** Requests of one front that the main process works on at a time; the others wait here. */
const MAX_CONNECTIONS = 1024;
/** They belong to one connection, not to the request (RFC 9110, section 7.6.1), or are undici's to write. */
const NOT_PASSED_ON = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Passes plain HTTP on to the main process, over connections that are kept. */
export function passOn(shopUrl: string): RequestListener {
  // The shop answers when the payment provider does; it is not for a front to be impatient.
  const shop = new Pool(shopUrl, { connections: MAX_CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 });
  return async (request, response) => {
    try {
      const body = await readBody(request);
      if (body === null) return answer(response, 413, 'bad_request', 'Request body is too large');
      await shop.stream(requestOf(request, body), ({ statusCode, headers }) =>
        response.writeHead(statusCode, passed(headers)),
      );
    } catch {
      // The main process is gone, or the client is: then nobody reads this.
      if (response.headersSent) response.destroy();
      else answer(response, 502, 'internal', 'the shop cannot be reached');
    }
  };
}

/** Null when it is too large. The rest is read all the same: a client that still writes does not see an answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes <= MAX_BODY_BYTES) parts.push(part);
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(parts) : null;
}

function requestOf({ method, url, headers }: IncomingMessage, body: Buffer): Dispatcher.RequestOptions {
  return {
    method: method as Dispatcher.HttpMethod,
    path: url ?? '/',
    headers: passed(headers),
    body: body.length > 0 ? body : null,
  };
}

function passed(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.has(name)));
}

/** In the shape of `ShopError`. */
function answer(response: ServerResponse, status: number, error: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ error, message }));
}
