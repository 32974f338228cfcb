import { centrifugoTarget } from './centrifugo/centrifugo.ts';
import { httpTarget } from './http/http.ts';
import { jsonTarget } from './json/json.ts';
import { mqttTarget } from './mqtt/mqtt.ts';
import { natsTarget } from './nats/nats.ts';
import { pollTarget } from './poll/poll.ts';
import { pusherTarget } from './pusher/pusher.ts';
import { socketioTarget } from './socketio/socketio.ts';
import { sseTarget } from './sse/sse.ts';
import { stubTarget } from './stub/stub.ts';
import type { TargetAdapter } from './target.ts';
import { vendureTarget } from './vendure/vendure.ts';

/** Every backend there is an adapter for. Their options are checked before (`config/`): here are no schemas, because k6 bundles this. */
export const ADAPTERS: readonly TargetAdapter<never>[] = [
  { use: 'stub', create: stubTarget },
  { use: 'json', create: jsonTarget },
  { use: 'centrifugo', create: centrifugoTarget },
  { use: 'socketio', create: socketioTarget },
  { use: 'pusher', create: pusherTarget },
  { use: 'mqtt', create: mqttTarget },
  { use: 'nats', create: natsTarget },
  { use: 'sse', create: sseTarget },
  { use: 'poll', create: pollTarget },
  { use: 'http', create: httpTarget },
  { use: 'vendure', create: vendureTarget },
];
