import { describe, expect, onTestFinished, test } from 'vitest';
import { jsonTarget } from '../../sim/targets/json/json.ts';
import { jsonOptions } from '../../sim/targets/json/options.ts';
import { nodeEnvironment } from '../../sim/targets/node-environment.ts';
import { pollOptions } from '../../sim/targets/poll/options.ts';
import { pollTarget } from '../../sim/targets/poll/poll.ts';
import { pusherOptions } from '../../sim/targets/pusher/options.ts';
import { pusherTarget } from '../../sim/targets/pusher/pusher.ts';
import { socketioOptions } from '../../sim/targets/socketio/options.ts';
import { socketioTarget } from '../../sim/targets/socketio/socketio.ts';
import { sseOptions } from '../../sim/targets/sse/options.ts';
import { sseTarget } from '../../sim/targets/sse/sse.ts';
import type { TargetPart } from '../../sim/targets/target.ts';
import { RoomViewer } from '../contracts/room-viewer.ts';
import type { ChatServer } from '../services/chat-server.ts';
import { JsonServer } from '../services/json-server.ts';
import { PollServer } from '../services/poll-server.ts';
import { officialPusher } from '../services/official/pusher.ts';
import { PUSHER_APP } from '../services/pusher-app.ts';
import { PusherServer } from '../services/pusher-server.ts';
import { SseServer } from '../services/sse-server.ts';
import { TestSocketIo } from '../services/socketio.ts';
import { range } from '../stub/helpers.ts';
import { jsonRoom, pollRoom, privatePusherRoom, pusherRoom, socketioRoom, sseRoom } from './room-options.ts';

const NUMBERED = { numbered: true };
const SEQUENCE = { numbers: 'sequence' };

async function started<S extends ChatServer>(starting: Promise<S>): Promise<S> {
  const server = await starting;
  onTestFinished(() => server.kill());
  return server;
}

function viewerOf(part: TargetPart, id = 'viewer'): RoomViewer {
  const viewer = new RoomViewer(part, { id, roomId: 'main' });
  onTestFinished(() => viewer.leave());
  return viewer;
}

describe('a room that numbers its messages', () => {
  test.each<[string, () => Promise<TargetPart>]>([
    [
      'in plain JSON',
      async () => {
        const { url } = await started(JsonServer.start(NUMBERED));
        return jsonTarget(jsonOptions.parse({ ...jsonRoom(url), ...SEQUENCE }), nodeEnvironment);
      },
    ],
    [
      'on Socket.IO',
      async () => {
        const { url } = await started(TestSocketIo.start(NUMBERED));
        return socketioTarget(socketioOptions.parse({ ...socketioRoom(url), ...SEQUENCE }), nodeEnvironment);
      },
    ],
    [
      'by server-sent events',
      async () => {
        const { url } = await started(SseServer.start(NUMBERED));
        return sseTarget(sseOptions.parse({ ...sseRoom(url), ...SEQUENCE }), nodeEnvironment);
      },
    ],
    [
      'that is polled',
      async () => {
        const { url } = await started(PollServer.start(NUMBERED));
        return pollTarget(pollOptions.parse({ ...pollRoom(url), ...SEQUENCE }), nodeEnvironment);
      },
    ],
    [
      'on Pusher',
      async () => {
        const { url } = await started(PusherServer.start(NUMBERED));
        return pusherTarget(pusherOptions.parse({ ...pusherRoom(url), ...SEQUENCE }), nodeEnvironment);
      },
    ],
  ])('%s: chat has its number and its time', async (_, start) => {
    const part = await start();
    const early = await viewerOf(part, 'early').in();
    const beganMs = Date.now();
    for (const n of range(1, 3)) await early.say(`early ${n}`);
    await early.chats(3);
    const late = await viewerOf(part, 'late').in();
    await late.say('late');
    expect((await early.chats(4)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    const [heard] = await late.chats(1);
    expect(heard).toMatchObject({ seq: 4, from: 'late' });
    expect(heard.publishedAtMs).toBeGreaterThanOrEqual(beganMs);
    expect(heard.publishedAtMs).toBeLessThanOrEqual(Date.now());
    expect(part.room?.abilities).toMatchObject({ numbers: 'sequence', times: true });
  });

  test.each<[string, () => Promise<TargetPart>]>([
    [
      'in plain JSON',
      async () => {
        const { url } = await started(JsonServer.start(NUMBERED));
        return jsonTarget(jsonOptions.parse({ ...jsonRoom(url), ...SEQUENCE }), nodeEnvironment);
      },
    ],
    [
      'on Socket.IO, in the acknowledgement of the join',
      async () => {
        const { url } = await started(TestSocketIo.start(NUMBERED));
        return socketioTarget(socketioOptions.parse({ ...socketioRoom(url), ...SEQUENCE }), nodeEnvironment);
      },
    ],
  ])('%s: the welcome says how far it has come', async (_, start) => {
    const part = await start();
    const early = await viewerOf(part, 'early').in();
    await early.say('one');
    await early.chats(1);
    const late = await viewerOf(part, 'late').in();
    expect(late.heard.items.find(({ kind }) => kind === 'welcome')).toMatchObject({ seq: 1 });
  });
});

describe('a private channel of Pusher', () => {
  const privateRoom = (url: string, secret = PUSHER_APP.secret): TargetPart =>
    pusherTarget(pusherOptions.parse({ ...privatePusherRoom(url), secret }), nodeEnvironment);

  test('viewers and the official client hear each other by client events', async () => {
    const server = await started(PusherServer.start());
    const viewer = await viewerOf(privateRoom(server.url)).in();
    const client = await officialPusher(server.origin, 'private-main');
    onTestFinished(() => client.close());
    await client.say('from the client 🔥');
    expect(await viewer.texts(1)).toEqual(['from the client 🔥']);
    await viewer.say('from the viewer 🔥');
    expect(await client.heard.first(() => true)).toMatchObject({ from: 'viewer', text: 'from the viewer 🔥' });
  });

  test('a signature that is wrong is a refusal', async () => {
    const server = await started(PusherServer.start());
    const viewer = viewerOf(privateRoom(server.url, 'not the secret'));
    await viewer.ended;
    expect(viewer.heard.items.at(-1)).toMatchObject({ kind: 'refused', code: 'refused' });
  });
});

test('a room of JSON that does not greet is entered when its line opens', async () => {
  const { url } = await started(JsonServer.start({ greets: false }));
  const part = jsonTarget(jsonOptions.parse({ ...jsonRoom(url), welcome: 'open' }), nodeEnvironment);
  const viewer = await viewerOf(part).in();
  await viewer.say('hello');
  expect(await viewer.texts(1)).toEqual(['hello']);
});
