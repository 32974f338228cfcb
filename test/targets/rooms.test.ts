import { describe } from 'vitest';
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
import { roomContract } from '../contracts/room.ts';
import { JsonServer } from '../services/json-server.ts';
import { officialEvents } from '../services/official/eventsource.ts';
import { officialPoll } from '../services/official/poll.ts';
import { officialPusher } from '../services/official/pusher.ts';
import { officialSocketIo } from '../services/official/socketio.ts';
import { officialWs } from '../services/official/ws.ts';
import { PollServer } from '../services/poll-server.ts';
import { PUSHER_APP } from '../services/pusher-app.ts';
import { PusherServer } from '../services/pusher-server.ts';
import { SseServer } from '../services/sse-server.ts';
import { TestSocketIo } from '../services/socketio.ts';
import { jsonRoom, pollRoom, pusherRoom, socketioRoom, sseRoom } from './room-options.ts';

const PING_MS = 600;

describe('plain JSON over WebSocket', () => {
  const adapter = (url: string, query = '') =>
    jsonTarget(
      jsonOptions.parse({ ...jsonRoom(url, query), heartbeat: { every: '200ms', json: { type: 'ping' } } }),
      nodeEnvironment,
    );
  roomContract({
    start: () => JsonServer.start({ silenceMs: PING_MS }),
    startGuarded: () => JsonServer.start({ token: 'right' }),
    adapter: ({ url }) => adapter(url),
    refused: ({ url }) => adapter(url, '?token=wrong'),
    refusal: { status: 401 },
    official: ({ url }, room) => officialWs(`${url}/rooms/${room}`),
    wantsAnswers: true,
    acknowledges: true,
  });
});

describe('Socket.IO', () => {
  const adapter = (url: string, token: string) =>
    socketioTarget(socketioOptions.parse({ ...socketioRoom(url), auth: { token } }), nodeEnvironment);
  roomContract({
    start: () => TestSocketIo.start({ pingMs: PING_MS }),
    startGuarded: () => TestSocketIo.start({ token: 'right' }),
    adapter: ({ url }) => adapter(url, 'any'),
    refused: ({ url }) => adapter(url, 'wrong'),
    refusal: { said: ['refused'] },
    official: ({ url }, room) => officialSocketIo(url, room),
    wantsAnswers: true,
    acknowledges: true,
  });
});

describe('server-sent events', () => {
  const adapter = (url: string, authorization: string) =>
    sseTarget(sseOptions.parse({ ...sseRoom(url), headers: { authorization } }), nodeEnvironment);
  roomContract({
    start: () => SseServer.start({ pingMs: PING_MS }),
    startGuarded: () => SseServer.start({ authorization: 'Bearer right' }),
    adapter: ({ url }) => adapter(url, 'Bearer any'),
    refused: ({ url }) => adapter(url, 'Bearer wrong'),
    refusal: { status: 401 },
    official: ({ url }, room) => officialEvents(url, room),
    wantsAnswers: false,
    acknowledges: false,
  });
});

describe('polling', () => {
  const adapter = (url: string, authorization: string) =>
    pollTarget(pollOptions.parse({ ...pollRoom(url), headers: { authorization } }), nodeEnvironment);
  roomContract({
    start: () => PollServer.start(),
    startGuarded: () => PollServer.start({ authorization: 'Bearer right' }),
    adapter: ({ url }) => adapter(url, 'Bearer any'),
    refused: ({ url }) => adapter(url, 'Bearer wrong'),
    refusal: { status: 401 },
    official: ({ url }, room) => officialPoll(url, room),
    wantsAnswers: false,
    isPolled: true,
    acknowledges: false,
  });
});

describe('Pusher', () => {
  const adapter = (url: string, key: string = PUSHER_APP.key) =>
    pusherTarget(pusherOptions.parse({ ...pusherRoom(url), key }), nodeEnvironment);
  roomContract({
    start: () => PusherServer.start({ activityMs: PING_MS }),
    adapter: ({ url }) => adapter(url),
    refused: ({ url }) => adapter(url, 'no-such-key'),
    refusal: { said: ['refused'] },
    official: ({ url }, room) => officialPusher(url.replace('ws', 'http'), room),
    wantsAnswers: true,
    acknowledges: false,
  });
});
