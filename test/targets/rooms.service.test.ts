import { describe } from 'vitest';
import { centrifugoTarget } from '../../sim/targets/centrifugo/centrifugo.ts';
import { centrifugoOptions } from '../../sim/targets/centrifugo/options.ts';
import { mqttTarget } from '../../sim/targets/mqtt/mqtt.ts';
import { mqttOptions } from '../../sim/targets/mqtt/options.ts';
import { natsTarget } from '../../sim/targets/nats/nats.ts';
import { natsOptions } from '../../sim/targets/nats/options.ts';
import { nodeEnvironment } from '../../sim/targets/node-environment.ts';
import { roomContract } from '../contracts/room.ts';
import { needService } from '../need.ts';
import { centrifugeToken, TestCentrifuge } from '../services/centrifuge.ts';
import { TestMosquitto } from '../services/mosquitto.ts';
import { TestNats } from '../services/nats.ts';
import { officialCentrifuge } from '../services/official/centrifuge.ts';
import { officialMqtt } from '../services/official/mqtt.ts';
import { officialNats } from '../services/official/nats.ts';
import { centrifugoRoom, mqttRoom, natsRoom } from './room-options.ts';

const PING_MS = 1000;

const mosquitto = needService('mosquitto');
const nats = needService('nats-server');
const centrifuge = needService('centrifuge');

describe.skipIf(!mosquitto)('MQTT 5 on Mosquitto', () => {
  const adapter = (url: string, login: object = {}) =>
    mqttTarget(mqttOptions.parse({ ...mqttRoom(url), keepAlive: '1s', ...login }), nodeEnvironment);
  roomContract({
    start: () => TestMosquitto.start(mosquitto),
    startGuarded: () => TestMosquitto.start(mosquitto, { login: { username: 'viewer', password: 'right' } }),
    adapter: ({ url }) => adapter(url),
    refused: ({ url }) => adapter(url, { username: 'viewer', password: 'wrong' }),
    refusal: { said: ['refused'] },
    official: ({ url }, room) => officialMqtt(url, `rooms/${room}`),
    wantsAnswers: true,
    acknowledges: false,
  });
});

describe.skipIf(!nats)('NATS', () => {
  const adapter = (url: string, login: object = {}) =>
    natsTarget(natsOptions.parse({ ...natsRoom(url), ...login }), nodeEnvironment);
  roomContract({
    start: () => TestNats.start(nats, { pingMs: PING_MS }),
    startGuarded: () => TestNats.start(nats, { login: { user: 'viewer', password: 'right' } }),
    adapter: ({ url }) => adapter(url),
    refused: ({ url }) => adapter(url, { user: 'viewer', pass: 'wrong' }),
    refusal: { said: ['refused'] },
    official: ({ url }, room) => officialNats(url, `rooms.${room}`),
    wantsAnswers: true,
    acknowledges: false,
  });
});

describe.skipIf(!centrifuge)("Centrifugo's protocol", () => {
  const adapter = (url: string, token: string) =>
    centrifugoTarget(centrifugoOptions.parse({ ...centrifugoRoom(url), token }), nodeEnvironment);
  roomContract({
    start: () => TestCentrifuge.start(centrifuge, { pingMs: PING_MS }),
    adapter: ({ url }) => adapter(url, centrifugeToken({ sub: 'viewer' })),
    refused: ({ url }) => adapter(url, centrifugeToken({ sub: 'viewer' }, 'another secret')),
    refusal: { code: 3500 },
    official: ({ url }, room) => officialCentrifuge(url, room),
    wantsAnswers: true,
    acknowledges: true,
  });
});
