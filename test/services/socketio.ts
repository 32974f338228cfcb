import { Server } from 'socket.io';
import { chatOf, type ChatMessage, type ChatServer } from './chat-server.ts';
import { LocalHttp } from './local-http.ts';
import { Publisher } from './publisher.ts';

export interface SocketIoOptions {
  /** What `auth.token` must be; without it, everybody is let in. */
  readonly token?: string;
  readonly pingMs?: number;
  readonly numbered?: boolean;
}

type Ack = (answer: { ok: boolean; seq?: number }) => void;

interface FromClients {
  join: (room: string, ack?: Ack) => void;
  chat: (message: unknown, ack?: Ack) => void;
}

interface ToClients {
  chat: (message: ChatMessage) => void;
}

/** A chat of Socket.IO as its guide writes it: `join` a room, `chat` in it; both are acknowledged. */
export class TestSocketIo implements ChatServer {
  readonly url: string;
  private readonly http: LocalHttp;
  private readonly io: Server<FromClients, ToClients>;

  private constructor(http: LocalHttp, { token, pingMs = 25_000, numbered = false }: SocketIoOptions) {
    this.http = http;
    this.url = `http://${http.host}`;
    // By itself it would listen on every address of the machine.
    const io = new Server<FromClients, ToClients>(http.server, { pingInterval: pingMs, pingTimeout: pingMs / 2 });
    this.io = io;
    const publisher = new Publisher(numbered);
    io.use((socket, next) =>
      token === undefined || socket.handshake.auth.token === token ? next() : next(new Error('not authorised')),
    );
    io.on('connection', (socket) => {
      let joined: string | null = null;
      socket.on('join', (room, ack) => {
        joined = room;
        void socket.join(room);
        ack?.({ ok: true, seq: publisher.lastSeq(room) });
      });
      socket.on('chat', (value, ack) => {
        const message = chatOf(value);
        if (message !== null && joined !== null) io.to(joined).emit('chat', publisher.stamp(joined, message));
        ack?.({ ok: message !== null && joined !== null });
      });
    });
  }

  static async start(options: SocketIoOptions = {}): Promise<TestSocketIo> {
    return new TestSocketIo(await LocalHttp.listen((_, response) => response.writeHead(404).end()), options);
  }

  async viewers(): Promise<number> {
    return this.io.engine.clientsCount;
  }

  async kill(): Promise<void> {
    await this.http.kill();
    // Its timers.
    await this.io.close();
  }
}
