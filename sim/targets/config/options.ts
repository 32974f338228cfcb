/** Which adapters a target file may name, what each serves, and what it may be told. The schemas stay out of k6's bundle: see `adapters.ts`. */

import type { z } from 'zod';
import { centrifugoOptions } from '../centrifugo/options.ts';
import { httpOptions } from '../http/options.ts';
import { jsonOptions } from '../json/options.ts';
import { mqttOptions } from '../mqtt/options.ts';
import { natsOptions } from '../nats/options.ts';
import { pollOptions } from '../poll/options.ts';
import { pusherOptions } from '../pusher/options.ts';
import { socketioOptions } from '../socketio/options.ts';
import { sseOptions } from '../sse/options.ts';
import { stubOptions } from '../stub/options.ts';
import { vendureOptions } from '../vendure/options.ts';

export interface AdapterOptions {
  /** As `use:` names it. */
  readonly use: string;
  readonly serves: 'all' | 'chat' | 'shop';
  readonly schema: z.ZodType;
}

export const ADAPTER_OPTIONS: readonly AdapterOptions[] = [
  { use: 'json', serves: 'chat', schema: jsonOptions },
  { use: 'centrifugo', serves: 'chat', schema: centrifugoOptions },
  { use: 'socketio', serves: 'chat', schema: socketioOptions },
  { use: 'pusher', serves: 'chat', schema: pusherOptions },
  { use: 'mqtt', serves: 'chat', schema: mqttOptions },
  { use: 'nats', serves: 'chat', schema: natsOptions },
  { use: 'sse', serves: 'chat', schema: sseOptions },
  { use: 'poll', serves: 'chat', schema: pollOptions },
  { use: 'http', serves: 'shop', schema: httpOptions },
  { use: 'vendure', serves: 'shop', schema: vendureOptions },
  { use: 'stub', serves: 'all', schema: stubOptions },
];
