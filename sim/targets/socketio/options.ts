import { z } from 'zod';
import { conditions, jsonValue, template, VIEWER_NAMES } from '../mapping/checks.ts';
import { roomOptions } from '../mapping/options.ts';

const join = z.strictObject({
  event: z.string().min(1).describe('Event that is sent to enter the room.'),
  args: z.array(jsonValue(VIEWER_NAMES)).describe("What goes with it. Default ['{{room}}'].").optional(),
  ack: z
    .boolean()
    .describe(
      'The server acknowledges it, and that is the welcome. false: `messages.welcome` says what is. Default true.',
    )
    .optional(),
});

const acks = z.strictObject({
  ok: conditions(false)
    .describe(
      'When an acknowledgement is a yes: `$.data` is its first argument, `$.args` are all. Default: it names no `error`, and its `ok` is not false.',
    )
    .optional(),
  throttled: conditions(false)
    .describe('When a no means: too soon. Default: its `code` is 429 or throttled.')
    .optional(),
});

const events = z.strictObject({
  chat: z.string().min(1).describe('Default chat.').optional(),
  like: z.string().min(1).describe('Default like.').optional(),
  gift: z.string().min(1).describe('Default gift.').optional(),
});

export const socketioOptions = roomOptions
  .extend({
    namespace: template(VIEWER_NAMES)
      .regex(/^\//, 'a namespace, which begins with a slash')
      .describe('Default /.')
      .optional(),
    auth: jsonValue(VIEWER_NAMES)
      .describe('What a viewer shows to enter the namespace, such as { token: "{{account.token}}" }.')
      .optional(),
    join: join.describe('How a viewer enters its room. Without it, who is in the namespace is in the room.').optional(),
    events: events
      .describe('Events that viewers send. What `say` makes goes with them: a list is the list of their arguments.')
      .optional(),
    acks: z
      .union([z.literal(false), acks], { error: 'false, or {ok: ..., throttled: ...}' })
      .describe('Chat and gifts are acknowledged by the server. false: it is not asked to.')
      .optional(),
  })
  .refine(({ join, messages }) => join?.ack !== false || messages === undefined || messages.welcome !== undefined, {
    path: ['messages'],
    error: 'a rule `welcome`, because `join` has `ack: false`: without either, nobody knows when a viewer is in',
  });
export type SocketioOptions = z.output<typeof socketioOptions>;
