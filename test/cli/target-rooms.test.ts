/** `target check` in rooms of every kind: one viewer gets in, and hears itself. */

import { expect, it, onTestFinished } from 'vitest';
import type { ChatServer } from '../services/chat-server.ts';
import { JsonServer } from '../services/json-server.ts';
import { PollServer } from '../services/poll-server.ts';
import { PusherServer } from '../services/pusher-server.ts';
import { SseServer } from '../services/sse-server.ts';
import { TestSocketIo } from '../services/socketio.ts';
import { jsonRoom, pollRoom, pusherRoom, socketioRoom, sseRoom, type RoomFile } from '../targets/room-options.ts';
import { checkedRoom, statuses } from './check-rig.ts';

const ROOMS: readonly (readonly [string, () => Promise<ChatServer>, (url: string) => RoomFile])[] = [
  ['json', () => JsonServer.start(), jsonRoom],
  ['socketio', () => TestSocketIo.start(), socketioRoom],
  ['sse', () => SseServer.start(), sseRoom],
  ['poll', () => PollServer.start(), pollRoom],
  ['pusher', () => PusherServer.start(), pusherRoom],
];

it.each(ROOMS)('%s', async (use, start, room) => {
  const server = await start();
  onTestFinished(() => server.kill());
  const { code, report, can } = await checkedRoom(use, room(server.url));
  expect(statuses(report).filter((status) => /join|chat/.test(status))).toEqual(['join ok', 'chat ok']);
  expect(can).toMatchObject({ 'chat lag': 'yes', 'completeness of chat': 'yes', purchases: 'no' });
  expect(code).toBe(0);
});
