import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { readWish, type Wish } from './wish.ts';

const MAX_CLIENT_FRAME_BYTES = 16 * 1024;
/** How long a viewer who was sent away may take to answer before the line is cut. */
const CLOSE_TIMEOUT_MS = 1000;

/** Takes in a viewer whose socket is now open. `socket` is the one below `ws`. */
export type Welcome = (wish: Wish, ws: WebSocket, socket: Socket) => void;

/** Where sockets come in: turns upgrade requests into viewers. */
export class Door {
  private readonly wss: WebSocketServer;

  constructor(server: Server, welcome: Welcome) {
    // `closeTimeout` is newer than the types of ws.
    const options: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      perMessageDeflate: false,
      maxPayload: MAX_CLIENT_FRAME_BYTES,
      closeTimeout: CLOSE_TIMEOUT_MS,
    };
    this.wss = new WebSocketServer(options);
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const wish = readWish(request.url ?? '');
      if (typeof wish === 'string') return turnDown(socket, wish);
      this.wss.handleUpgrade(request, socket, head, (ws) => welcome(wish, ws, socket));
    });
  }

  /** Turns down whoever comes from now on. */
  close(): void {
    this.wss.close();
  }

  /** Of everybody who is in and was not sent away. */
  openLines(): WebSocket[] {
    return [...this.wss.clients].filter((ws) => ws.readyState === ws.OPEN);
  }

  /** Cuts every line that is still open, also of those who do not answer to being sent away. */
  terminateAll(): void {
    for (const ws of this.wss.clients) ws.terminate();
  }
}

function turnDown(socket: Socket, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
