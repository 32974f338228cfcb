import type { IncomingMessage, ServerResponse } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { chatOf, type ChatServer } from './chat-server.ts';
import { answerJson, bodyOf, LocalHttp } from './local-http.ts';
import { Publisher } from './publisher.ts';
import { isSigned, PUSHER_APP, signChannel } from './pusher-app.ts';

export interface PusherServerOptions {
  /** `activity_timeout`: who has been silent for so long is pinged, and sent away when it stays silent for as long again. */
  readonly activityMs?: number;
  readonly numbered?: boolean;
}

interface Member {
  readonly socket: WebSocket;
  readonly id: string;
  readonly channels: Set<string>;
}

interface Frame {
  readonly event: string;
  readonly channel?: string;
  readonly data?: unknown;
}

/**
 * Pusher's Channels protocol, version 7, with public and private channels, client events and the HTTP API for events; and the two doors that
 * every shop puts beside it: `/pusher/auth` signs subscriptions, and `/rooms/main/messages` publishes what a viewer says.
 * https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol/
 */
export class PusherServer implements ChatServer {
  readonly url: string;
  /** Of the HTTP API and the shop. */
  readonly origin: string;
  private readonly http: LocalHttp;
  private readonly members = new Set<Member>();
  private readonly publisher: Publisher;
  private readonly activityMs: number;
  private lastId = 0;

  private constructor(http: LocalHttp, { activityMs = 120_000, numbered = false }: PusherServerOptions) {
    this.http = http;
    this.url = `ws://${http.host}`;
    this.origin = `http://${http.host}`;
    this.activityMs = activityMs;
    this.publisher = new Publisher(numbered);
    http.server.on('request', (request, response) => void this.answer(request, response));
    const wss = new WebSocketServer({ server: http.server });
    wss.on('connection', (socket, { url = '' }) => this.enter(socket, new URL(url, this.url).pathname));
  }

  static async start(options: PusherServerOptions = {}): Promise<PusherServer> {
    return new PusherServer(await LocalHttp.listen(() => undefined), options);
  }

  async viewers(): Promise<number> {
    return this.members.size;
  }

  kill(): Promise<void> {
    return this.http.kill();
  }

  private enter(socket: WebSocket, path: string): void {
    if (path !== `/app/${PUSHER_APP.key}`) {
      tell(socket, { event: 'pusher:error', data: { code: 4001, message: 'Application does not exist' } });
      return socket.close(4001, 'Application does not exist');
    }
    this.lastId += 1;
    const member: Member = { socket, id: `${process.pid}.${this.lastId}`, channels: new Set() };
    this.members.add(member);
    const heard = this.watch(socket);
    socket.on('close', () => this.members.delete(member));
    socket.on('message', (data) => {
      heard();
      this.hear(member, JSON.parse(String(data)) as Frame);
    });
    const welcome = { socket_id: member.id, activity_timeout: this.activityMs / 1000 };
    tell(socket, { event: 'pusher:connection_established', data: JSON.stringify(welcome) });
  }

  /** Returns what to call when something was heard. */
  private watch(socket: WebSocket): () => void {
    let silent = 0;
    const look = setInterval(() => {
      silent += 1;
      if (silent === 1) tell(socket, { event: 'pusher:ping', data: {} });
      else socket.close(4201, 'Pong reply not received');
    }, this.activityMs);
    socket.on('close', () => clearInterval(look));
    return () => (silent = 0);
  }

  private hear(member: Member, { event, channel = '', data }: Frame): void {
    if (event === 'pusher:ping') tell(member.socket, { event: 'pusher:pong', data: '{}' });
    else if (event === 'pusher:subscribe') this.subscribe(member, data as { channel: string; auth?: string });
    else if (event === 'pusher:unsubscribe') member.channels.delete((data as { channel: string }).channel);
    else if (event.startsWith('client-') && channel.startsWith('private-') && member.channels.has(channel)) {
      // As they came, and not to the one who sent them.
      for (const other of this.members) {
        if (other !== member && other.channels.has(channel)) tell(other.socket, { event, channel, data });
      }
    }
  }

  private subscribe({ socket, id, channels }: Member, { channel, auth }: { channel: string; auth?: string }): void {
    if (channel.startsWith('private-') && auth !== signChannel(id, channel)) {
      // The hosted service gives this no code.
      tell(socket, { event: 'pusher:error', data: { code: null, message: 'Invalid signature' } });
      return;
    }
    channels.add(channel);
    tell(socket, { event: 'pusher_internal:subscription_succeeded', channel, data: '{}' });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.origin);
    const body = await bodyOf(request);
    const [, room] = /^\/rooms\/([^/]+)\/messages$/.exec(pathname) ?? [];
    if (room !== undefined) this.say(room, body, response);
    else if (pathname === '/pusher/auth') answerJson(response, 200, { auth: authFor(new URLSearchParams(body)) });
    else if (pathname !== `/apps/${PUSHER_APP.id}/events`) answerJson(response, 404, { error: 'not found' });
    else if (!isSigned(pathname, searchParams, body)) answerJson(response, 401, { error: 'invalid signature' });
    else {
      const { name, channels, data } = JSON.parse(body) as { name: string; channels: string[]; data: string };
      for (const channel of channels) this.publish(channel, name, data);
      answerJson(response, 200, {});
    }
  }

  /** A room is the public channel of its name. */
  private say(room: string, body: string, response: ServerResponse): void {
    const message = chatOf(JSON.parse(body));
    if (message === null) return answerJson(response, 400, { error: 'no chat message' });
    this.publish(room, 'chat', JSON.stringify(this.publisher.stamp(room, message)));
    answerJson(response, 200, { ok: true });
  }

  private publish(channel: string, event: string, data: string): void {
    for (const { socket, channels } of this.members) if (channels.has(channel)) tell(socket, { event, channel, data });
  }
}

function authFor(form: URLSearchParams): string {
  return signChannel(form.get('socket_id') ?? '', form.get('channel_name') ?? '');
}

function tell(socket: WebSocket, frame: Frame): void {
  socket.send(JSON.stringify(frame));
}
