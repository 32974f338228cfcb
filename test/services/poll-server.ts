import type { IncomingMessage, ServerResponse } from 'node:http';
import { chatOf, type ChatMessage, type ChatServer } from './chat-server.ts';
import { answerJson, bodyOf, LocalHttp } from './local-http.ts';
import { Publisher } from './publisher.ts';

export interface PollServerOptions {
  /** What the header `authorization` must be; without it, everybody is let in. */
  readonly authorization?: string;
  /** How long it asks its clients to wait. */
  readonly intervalMs?: number;
  readonly numbered?: boolean;
}

/** Rooms that are asked again and again, as YouTube's chat is: GET `/rooms/main/messages?pageToken=`, POST to speak. */
export class PollServer implements ChatServer {
  readonly url: string;
  private readonly http: LocalHttp;
  private readonly rooms = new Map<string, ChatMessage[]>();
  private readonly publisher: Publisher;
  private readonly options: PollServerOptions;

  private constructor(http: LocalHttp, options: PollServerOptions) {
    this.http = http;
    this.url = `http://${http.host}`;
    this.options = options;
    this.publisher = new Publisher(options.numbered ?? false);
    http.server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(options: PollServerOptions = {}): Promise<PollServer> {
    return new PollServer(await LocalHttp.listen(() => undefined), options);
  }

  kill(): Promise<void> {
    return this.http.kill();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const [, room] = /^\/rooms\/([^/]+)\/messages$/.exec(url.pathname) ?? [];
    const { authorization } = this.options;
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      return answerJson(response, 401, { error: 'unauthorized' });
    }
    if (room === undefined) return answerJson(response, 404, { error: 'not found' });
    const messages = this.rooms.get(room) ?? [];
    this.rooms.set(room, messages);
    if (request.method === 'POST') this.say(room, messages, await bodyOf(request), response);
    else this.page(messages, url.searchParams.get('pageToken'), response);
  }

  /** Who comes without a token hears what is said from now on. */
  private page(messages: readonly ChatMessage[], token: string | null, response: ServerResponse): void {
    const from = token ? Number(token.slice(1)) : messages.length;
    const { intervalMs = 1000 } = this.options;
    answerJson(response, 200, {
      nextPageToken: `p${messages.length}`,
      pollingIntervalMillis: intervalMs,
      messages: messages.slice(from),
    });
  }

  private say(room: string, messages: ChatMessage[], body: string, response: ServerResponse): void {
    const message = chatOf(JSON.parse(body));
    if (message === null) return answerJson(response, 400, { error: 'no chat message' });
    messages.push(this.publisher.stamp(room, message));
    answerJson(response, 200, { ok: true });
  }
}
