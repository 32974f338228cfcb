import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocketServer, type WebSocket } from 'ws';

/** The backend that bin/templates/target.yaml is written for: nobody here knows it but that file. */
export interface TargetShop {
  readonly origin: string;
  /** Of every request, in order. */
  readonly requests: readonly { readonly line: string; readonly userAgent: string; readonly apiKey: string }[];
  close(): Promise<void>;
}

export interface TargetShopOptions {
  readonly stock?: number;
  /** Chat as the room sends it; default as the template says. */
  readonly chatType?: string;
  /** The token that signing in gives. */
  readonly token?: string;
  /** PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export async function startTargetShop(options: TargetShopOptions = {}): Promise<TargetShop> {
  const { chatType = 'message', token = 'viewer-token-77' } = options;
  let left = options.stock ?? 5;
  let ids = 0;
  const requests: { line: string; userAgent: string; apiKey: string }[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => void answer(request, response);
  const http = options.tls ? createSecureServer(options.tls, listener) : createServer(listener);
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket, request) => hear(socket, new URL(request.url ?? '/', 'http://a')));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');

  function hear(socket: WebSocket, url: URL): void {
    if (url.searchParams.get('token') !== token) return socket.close(4401, 'who are you?');
    socket.on('message', (data: Buffer) => {
      const said = JSON.parse(data.toString('utf8')) as { type: string; text: string };
      if (said.type === 'join') socket.send(JSON.stringify({ type: 'joined', room: url.pathname.split('/')[2] }));
      const chat = JSON.stringify({ type: chatType, user: 'somebody', text: said.text });
      if (said.type === 'message') for (const each of sockets.clients) each.send(chat);
    });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { headers } = request;
    const line = `${request.method} ${request.url}`;
    requests.push({ line, userAgent: headers['user-agent'] ?? '', apiKey: String(headers['x-api-key'] ?? '') });
    const end = (status: number, said: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    };
    if (line === 'GET /health') return end(200, { ok: true });
    if (line === 'POST /sessions') return end(201, { token });
    if (headers.authorization !== `Bearer ${token}`) return end(401, { error: 'NO_TOKEN' });
    if (line === 'GET /products/SKU-1') return end(200, { price: 1250, left });
    if (line === 'POST /cart') {
      if (left === 0) return end(409, { error: 'OUT_OF_STOCK' });
      left -= 1;
      return end(201, {
        id: `c${++ids}`,
        unitPrice: 1250,
        quantity: (JSON.parse(body) as { quantity: number }).quantity,
      });
    }
    if (line === 'POST /orders') return end(201, { id: `o${++ids}`, total: 1250 });
    if (/^POST \/orders\/o\d+\/payments$/.test(line)) return end(201, { id: `p${++ids}`, amount: 1250 });
    end(404, { error: 'NOT_FOUND' });
  }

  return {
    origin: `http${options.tls ? 's' : ''}://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      for (const each of sockets.clients) each.terminate();
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}
