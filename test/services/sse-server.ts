import type { IncomingMessage, ServerResponse } from 'node:http';
import { chatOf, type ChatServer } from './chat-server.ts';
import { answerJson, bodyOf, LocalHttp } from './local-http.ts';
import { Publisher } from './publisher.ts';

export interface SseServerOptions {
  /** What the header `authorization` must be; without it, everybody is let in. */
  readonly authorization?: string;
  /** Between the comments that keep a line open. */
  readonly pingMs?: number;
  readonly numbered?: boolean;
}

/** Rooms heard by server-sent events and spoken in by HTTP: GET `/rooms/main/events`, POST `/rooms/main/messages`. */
export class SseServer implements ChatServer {
  readonly url: string;
  private readonly http: LocalHttp;
  private readonly rooms = new Map<string, Set<ServerResponse>>();
  private readonly publisher: Publisher;
  private readonly options: SseServerOptions;

  private constructor(http: LocalHttp, options: SseServerOptions) {
    this.http = http;
    this.url = `http://${http.host}`;
    this.options = options;
    this.publisher = new Publisher(options.numbered ?? false);
    http.server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(options: SseServerOptions = {}): Promise<SseServer> {
    return new SseServer(await LocalHttp.listen(() => undefined), options);
  }

  async viewers(): Promise<number> {
    return [...this.rooms.values()].reduce((sum, members) => sum + members.size, 0);
  }

  kill(): Promise<void> {
    return this.http.kill();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, room, what] = /^\/rooms\/([^/]+)\/(events|messages)$/.exec(request.url ?? '') ?? [];
    const { authorization } = this.options;
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      answerJson(response, 401, { error: 'unauthorized' });
    } else if (what === 'events' && request.method === 'GET') this.enter(room, response);
    else if (what === 'messages' && request.method === 'POST') this.say(room, await bodyOf(request), response);
    else answerJson(response, 404, { error: 'not found' });
  }

  private enter(room: string, response: ServerResponse): void {
    const members = this.rooms.get(room) ?? new Set();
    this.rooms.set(room, members);
    members.add(response);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }).flushHeaders();
    const pings = setInterval(() => response.write(': still here\n\n'), this.options.pingMs ?? 15_000);
    response.on('close', () => {
      members.delete(response);
      clearInterval(pings);
    });
  }

  private say(room: string, body: string, response: ServerResponse): void {
    const message = chatOf(JSON.parse(body));
    if (message === null) return answerJson(response, 400, { error: 'no chat message' });
    const published = this.publisher.stamp(room, message);
    for (const member of this.rooms.get(room) ?? []) member.write(`data: ${JSON.stringify(published)}\n\n`);
    answerJson(response, 202, { ok: true });
  }
}
