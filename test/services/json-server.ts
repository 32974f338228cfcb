import { WebSocketServer, type WebSocket } from 'ws';
import { chatOf, type ChatServer } from './chat-server.ts';
import { Distribution, type Flaw } from './flaws.ts';
import { LocalHttp } from './local-http.ts';
import { Publisher } from './publisher.ts';

export interface JsonServerOptions {
  /** What `?token=` must be; without it, everybody is let in. */
  readonly token?: string;
  /** Who has not said anything for so long is sent away; without it, nobody is. */
  readonly silenceMs?: number;
  readonly numbered?: boolean;
  /** Says `welcome` to who enters. Default true. */
  readonly greets?: boolean;
  /** Says that it took what was said. Default true. */
  readonly acknowledges?: boolean;
  /** Plays the last messages of the room to who enters. Default: none. */
  readonly history?: number;
  /** Default: it is a good server. */
  readonly flaw?: Flaw;
}

/** Rooms of plain JSON over WebSocket, as a small shop would write them: `/rooms/main`. `ping` is only to be heard. */
export class JsonServer implements ChatServer {
  readonly url: string;
  private readonly http: LocalHttp;
  private readonly rooms = new Map<string, Set<WebSocket>>();
  private readonly publisher: Publisher;
  private readonly distribution: Distribution<WebSocket>;
  private readonly options: JsonServerOptions;
  private readonly past: { readonly room: string; readonly text: string }[] = [];

  private constructor(http: LocalHttp, options: JsonServerOptions) {
    this.http = http;
    this.url = `ws://${http.host}`;
    this.options = options;
    this.publisher = new Publisher(options.numbered ?? false);
    this.distribution = new Distribution(options.flaw);
    const { token } = options;
    const wss = new WebSocketServer({
      server: http.server,
      verifyClient: ({ req }: { req: { url?: string } }) =>
        token === undefined || new URL(req.url ?? '', this.url).searchParams.get('token') === token,
    });
    wss.on('connection', (socket, request) => this.enter(socket, new URL(request.url ?? '', this.url).pathname));
  }

  static async start(options: JsonServerOptions = {}): Promise<JsonServer> {
    return new JsonServer(await LocalHttp.listen((_, response) => response.writeHead(404).end()), options);
  }

  async viewers(): Promise<number> {
    return [...this.rooms.values()].reduce((sum, members) => sum + members.size, 0);
  }

  kill(): Promise<void> {
    return this.http.kill();
  }

  private enter(socket: WebSocket, room: string): void {
    const members = this.rooms.get(room) ?? new Set();
    this.rooms.set(room, members);
    members.add(socket);
    const { silenceMs } = this.options;
    const silence =
      silenceMs === undefined ? undefined : setTimeout(() => socket.close(4408, 'you were silent'), silenceMs);
    socket.on('close', () => {
      members.delete(socket);
      clearTimeout(silence);
    });
    socket.on('message', (data) => {
      silence?.refresh();
      this.hear(socket, room, members, JSON.parse(String(data)));
    });
    const { history = 0 } = this.options;
    if (history > 0) {
      for (const { text } of this.past.filter((one) => one.room === room).slice(-history)) socket.send(text);
    }
    if (this.options.greets ?? true) {
      socket.send(JSON.stringify({ type: 'welcome', seq: this.publisher.lastSeq(room) }));
    }
  }

  private hear(socket: WebSocket, room: string, members: ReadonlySet<WebSocket>, value: unknown): void {
    const message = chatOf(value);
    if (message === null) return;
    const stamped = this.publisher.stamp(room, message);
    for (const sending of this.distribution.sendings(socket, stamped, [...members])) {
      const text = JSON.stringify(sending.message);
      this.past.push({ room, text });
      for (const member of sending.to) member.send(text);
    }
    if (this.options.acknowledges ?? true) socket.send(JSON.stringify({ type: 'ack', ref: message.ref, ok: true }));
  }
}
