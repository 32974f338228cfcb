import { z } from 'zod';
import { positiveDuration } from '../../scenario/schema/scalars.ts';
import { template, VIEWER_NAMES } from '../mapping/checks.ts';
import { roomOptions } from '../mapping/options.ts';

const subject = template(VIEWER_NAMES).regex(
  /^(?:[^\s{}]|\{\{[^{}]*\}\})+$/,
  'a subject without blanks, such as room.{{room}}',
);

export const natsOptions = roomOptions
  .omit({ heartbeat: true })
  .extend({
    url: roomOptions.shape.url.regex(/^wss?:/, 'a ws: or wss: URL, such as wss://nats.example.com:443'),
    subject: z
      .union([subject, z.array(subject).min(1)])
      .describe('Subject of a room, or several; * and > stand for any word. Default room.{{room}}.')
      .optional(),
    publish: subject.describe('Subject that viewers publish to. Default: the first of `subject`.').optional(),
    user: template(VIEWER_NAMES).describe('Signs in by name.').optional(),
    pass: template(VIEWER_NAMES).describe('Password of `user`; from the environment or from the account.').optional(),
    authToken: template(VIEWER_NAMES).describe('Signs in by a token that the server knows.').optional(),
    userJwt: template(VIEWER_NAMES)
      .describe('Signs in by a NATS user JWT; only a bearer token, because nothing is signed.')
      .optional(),
    ping: positiveDuration
      .describe('How often viewers send PING, for proxies that end idle connections. Default: never; the server does.')
      .optional(),
    envelope: z
      .boolean()
      .describe(
        '`messages` sees { subject, data }, not the data alone: for backends whose subjects say what a message is. Default false.',
      )
      .optional(),
  })
  .refine(({ subject: heard, publish }) => publish !== undefined || !/[*>]/.test(firstOf(heard)), {
    error: 'the subject that viewers publish to: `subject` has * or > in it',
    path: ['publish'],
  });
export type NatsOptions = z.output<typeof natsOptions>;

function firstOf(subjects: string | readonly string[] | undefined): string {
  return typeof subjects === 'string' ? subjects : (subjects?.[0] ?? '');
}
