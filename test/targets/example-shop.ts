import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** The shop that the adapter in docs/adapters.md is written for. */
export interface ExampleShop {
  readonly origin: string;
  /** How often somebody has asked what became of an order. */
  readonly questions: number;
  /** Asks everybody in the room for a sign of life. */
  ping(): void;
  /** Somebody has given one. */
  readonly ponged: Promise<void>;
  close(): Promise<void>;
}

/** Every order is decided when it is asked for the third time. */
export async function startExampleShop({ stock }: { readonly stock: number }): Promise<ExampleShop> {
  let left = stock;
  let questions = 0;
  let orders = 0;
  let ponged = (): void => undefined;
  const hasPonged = new Promise<void>((resolve) => (ponged = resolve));
  const http = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket) => hear(socket));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');

  function hear(socket: WebSocket): void {
    let name = '';
    socket.on('message', (data: Buffer) => {
      const [, verb, rest = ''] = /^([A-Z]+)(?: (.*))?$/s.exec(data.toString('utf8')) ?? [];
      if (verb === 'PONG') ponged();
      if (verb === 'SAY') for (const each of sockets.clients) each.send(`MSG ${name} ${rest}`);
      if (verb !== 'HELLO') return;
      name = rest;
      socket.send('IN');
    });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    for await (const _ of request) continue;
    const asked = `${request.method} ${request.url}`;
    if (asked === 'POST /carts') {
      if (left === 0) return end(409, {});
      left -= 1;
      return end(201, { cart: `c${left}` });
    }
    if (asked === 'POST /orders') return end(202, { order: `o${++orders}` });
    if (!asked.startsWith('GET /orders/')) return end(asked === 'GET /health' ? 200 : 404, {});
    questions += 1;
    end(200, questions % 3 === 0 ? { state: 'paid', cents: 1990 } : { state: 'open' });
  }

  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    get questions() {
      return questions;
    },
    ping: () => sockets.clients.forEach((client) => client.send('PING')),
    ponged: hasPonged,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
