import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type ServerOptions } from 'ws';
import type { Hub } from './hub.ts';

const MAX_CLIENT_FRAME_BYTES = 16 * 1024;
/** How long a viewer who was sent away may take to answer before the line is cut. */
const CLOSE_TIMEOUT_MS = 1000;
/** As long as the shop allows. */
const MAX_ID_CHARS = 200;

interface Wish {
  readonly roomId: string;
  readonly id: string;
  readonly name: string;
}

/** Where sockets come in: turns upgrade requests into viewers of the hub. */
export class Door {
  private readonly wss: WebSocketServer;

  constructor(server: Server, hub: Hub) {
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
      this.wss.handleUpgrade(request, socket, head, (ws) => hub.enter(wish.roomId, wish, ws, socket));
    });
  }

  /** Turns down whoever comes from now on. */
  close(): void {
    this.wss.close();
  }

  /** Cuts every line that is still open, also of those who do not answer to being sent away. */
  terminateAll(): void {
    for (const ws of this.wss.clients) ws.terminate();
  }
}

/** What `/rooms/:room/ws?viewer=ID&name=NAME` asks for, or the status line to turn it down with. */
function readWish(requestUrl: string): Wish | string {
  if (!URL.canParse(requestUrl, 'http://stub')) return '400 Bad Request';
  const url = new URL(requestUrl, 'http://stub');
  const path = /^\/rooms\/([^/]+)\/ws$/.exec(url.pathname);
  if (path === null) return '404 Not Found';
  const roomId = decode(path[1]);
  const id = url.searchParams.get('viewer') ?? '';
  const name = url.searchParams.get('name') ?? id;
  if (roomId === null || id === '' || id.length > MAX_ID_CHARS || name.length > MAX_ID_CHARS) return '400 Bad Request';
  return { roomId, id, name };
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function turnDown(socket: Socket, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
