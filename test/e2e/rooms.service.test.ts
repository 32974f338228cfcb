import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { needService } from '../need.ts';
import { TestCentrifuge } from '../services/centrifuge.ts';
import type { ChatServer } from '../services/chat-server.ts';
import { JsonServer } from '../services/json-server.ts';
import { TestMosquitto } from '../services/mosquitto.ts';
import { TestNats } from '../services/nats.ts';
import { PollServer } from '../services/poll-server.ts';
import { PusherServer } from '../services/pusher-server.ts';
import { SseServer } from '../services/sse-server.ts';
import { TestSocketIo } from '../services/socketio.ts';
import {
  centrifugoRoom,
  jsonRoom,
  mqttRoom,
  natsRoom,
  pollRoom,
  privatePusherRoom,
  pusherRoom,
  type RoomFile,
  socketioRoom,
  sseRoom,
} from '../targets/room-options.ts';
import { Run, temporaryFolder } from './command.ts';
import { counterOf, expectSound } from './result-shape.ts';

interface Room {
  readonly name: string;
  readonly use: string;
  readonly start: () => Promise<ChatServer>;
  readonly file: (url: string) => RoomFile;
  /** Its server has to be installed. */
  readonly isMissing?: boolean;
}

const mosquitto = needService('mosquitto');
const nats = needService('nats-server');
const centrifuge = needService('centrifuge');

const NUMBERED = { numbered: true };

const ROOMS: readonly Room[] = [
  {
    name: 'Centrifugo',
    use: 'centrifugo',
    start: () => TestCentrifuge.start(centrifuge),
    file: centrifugoRoom,
    isMissing: !centrifuge,
  },
  {
    name: 'MQTT',
    use: 'mqtt',
    start: () => TestMosquitto.start(mosquitto),
    file: mqttRoom,
    isMissing: !mosquitto,
  },
  { name: 'NATS', use: 'nats', start: () => TestNats.start(nats), file: natsRoom, isMissing: !nats },
  { name: 'Socket.IO', use: 'socketio', start: () => TestSocketIo.start(), file: socketioRoom },
  {
    name: 'Socket.IO with numbers of its own',
    use: 'socketio',
    start: () => TestSocketIo.start(NUMBERED),
    file: (url) => ({ ...socketioRoom(url), numbers: 'sequence' }),
  },
  { name: 'plain JSON', use: 'json', start: () => JsonServer.start(), file: jsonRoom },
  { name: 'server-sent events', use: 'sse', start: () => SseServer.start(), file: sseRoom },
  { name: 'polling', use: 'poll', start: () => PollServer.start(), file: pollRoom },
  { name: 'Pusher, through the shop', use: 'pusher', start: () => PusherServer.start(), file: pusherRoom },
  { name: 'Pusher, in a private channel', use: 'pusher', start: () => PusherServer.start(), file: privatePusherRoom },
];

/** What a target file says of this room. */
function targetFile({ use, file }: Room, url: string): string {
  const name = path.join(temporaryFolder(), 'target.yaml');
  writeFileSync(name, stringify({ chat: { use, ...file(url) } }));
  return name;
}

for (const room of ROOMS) {
  test.skipIf(room.isMissing)(`300 viewers come, chat and go: ${room.name}`, async () => {
    const server = await room.start();
    onTestFinished(() => server.kill());
    const target = targetFile(room, server.url);
    const run = Run.start('chat-room.yaml', ['--from', '2m', '--for', '15s', '--target', target]);
    const { code, stdout, stderr } = await run.ended;
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    const result = run.result();
    expectSound(result);
    expect(result.partial).toBeNull();
    // As many messages as were said, at each of those who were there.
    expect(counterOf(result, 'chat_sent')).toBeGreaterThan(100);
    expect(counterOf(result, 'chat_received')).toBeGreaterThan(200 * counterOf(result, 'chat_sent'));
    expect(counterOf(result, 'chat_rejected')).toBe(0);
    expect(result.metrics.chat_delivery).toMatchObject({ rate: 1 });
    const lag = result.metrics.chat_lag;
    if (lag?.type !== 'trend') throw new Error('the lag of chat was not measured');
    expect(lag.p95).toBeGreaterThan(0);
    expect(lag.p95).toBeLessThan(2000);
    const chat = result.invariants.filter(({ id }) => id.startsWith('chat_'));
    expect(Object.fromEntries(chat.map(({ id, status }) => [id, status]))).toEqual({
      chat_delivered: 'pass',
      chat_once: 'pass',
      chat_in_order: 'pass',
    });
  });
}
