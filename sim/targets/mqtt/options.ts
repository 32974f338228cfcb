import { z } from 'zod';
import { positiveDuration } from '../../scenario/schema/scalars.ts';
import { template, VIEWER_NAMES } from '../mapping/checks.ts';
import { roomOptions } from '../mapping/options.ts';

/** What the two bytes of the protocol hold. */
const MAX_KEEP_ALIVE_MS = 65_535_000;
const topic = template(VIEWER_NAMES);

export const mqttOptions = roomOptions
  .omit({ heartbeat: true })
  .extend({
    url: roomOptions.shape.url.regex(/^wss?:/, 'a ws: or wss: URL, such as wss://broker.example.com:8084/mqtt'),
    topic: z
      .union([topic, z.array(topic).min(1)])
      .describe('Topic of a room, or several; + and # stand for any level. Default rooms/{{room}}.')
      .optional(),
    publish: topic.describe('Topic that viewers publish to. Default: the first of `topic`.').optional(),
    clientId: template(VIEWER_NAMES).describe('Default {{viewer.id}}.').optional(),
    username: template(VIEWER_NAMES).describe('Without it nobody signs in by name.').optional(),
    password: template(VIEWER_NAMES)
      .describe('From the environment or from the account: {{account.password}}.')
      .optional(),
    keepAlive: positiveDuration
      .refine((ms) => ms >= 1000 && ms <= MAX_KEEP_ALIVE_MS, 'a duration from 1s to 18h')
      .describe('Viewers send PINGREQ twice in this time. Default 60s.')
      .optional(),
    cleanStart: z.boolean().describe('The broker forgets an earlier session of the client. Default true.').optional(),
    sessionExpiry: positiveDuration
      .describe('How long the broker keeps the session of a viewer who has gone. Default: not at all.')
      .optional(),
    qos: z
      .union([z.literal(0), z.literal(1)])
      .describe('Of what viewers receive; 1 is answered with PUBACK. They publish at QoS 0. Default 0.')
      .optional(),
    envelope: z
      .boolean()
      .describe(
        '`messages` sees { topic, data }, not the data alone: for backends whose topics say what a message is. Default false.',
      )
      .optional(),
  })
  .refine(({ topic: heard, publish }) => publish !== undefined || !/[+#]/.test(firstOf(heard)), {
    error: 'the topic that viewers publish to: `topic` has + or # in it',
    path: ['publish'],
  });
export type MqttOptions = z.output<typeof mqttOptions>;

function firstOf(topics: string | readonly string[] | undefined): string {
  return typeof topics === 'string' ? topics : (topics?.[0] ?? '');
}
