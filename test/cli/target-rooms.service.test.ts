/** `target check` against the real servers. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { needService } from '../need.ts';
import { centrifugeToken, TestCentrifuge } from '../services/centrifuge.ts';
import type { ChatServer } from '../services/chat-server.ts';
import { TestMosquitto } from '../services/mosquitto.ts';
import { TestNats } from '../services/nats.ts';
import { centrifugoRoom, mqttRoom, natsRoom, type RoomFile } from '../targets/room-options.ts';
import { checkedRoom, statuses } from './check-rig.ts';

const mosquitto = needService('mosquitto');
const nats = needService('nats-server');
const centrifuge = needService('centrifuge');

async function expectWalk(use: string, server: ChatServer, room: RoomFile): Promise<void> {
  onTestFinished(() => server.kill());
  const { code, report, can } = await checkedRoom(use, room);
  expect(statuses(report).filter((status) => /join|chat/.test(status))).toEqual(['join ok', 'chat ok']);
  expect(can).toMatchObject({ 'chat lag': 'yes', 'completeness of chat': 'yes' });
  expect(code).toBe(0);
}

describe('target check', () => {
  it.skipIf(!mosquitto)('MQTT on Mosquitto', async () => {
    const server = await TestMosquitto.start(mosquitto);
    await expectWalk('mqtt', server, mqttRoom(server.url));
  });

  it.skipIf(!nats)('NATS', async () => {
    const server = await TestNats.start(nats);
    await expectWalk('nats', server, natsRoom(server.url));
  });

  it.skipIf(!centrifuge)('Centrifugo', async () => {
    const server = await TestCentrifuge.start(centrifuge);
    await expectWalk('centrifugo', server, { ...centrifugoRoom(server.url), token: centrifugeToken({ sub: 'check' }) });
  });
});
