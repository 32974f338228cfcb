import { z } from 'zod';
import { jsonValue, template, VIEWER_NAMES } from '../mapping/checks.ts';
import { roomOptions } from '../mapping/options.ts';

const eventName = z.string().regex(/^client-/, 'an event of clients, whose name begins with client-');
const events = z.strictObject({
  chat: eventName.describe('Default client-chat.').optional(),
  like: eventName.describe('Default client-like.').optional(),
  gift: eventName.describe('Default client-gift.').optional(),
});

export const pusherOptions = roomOptions
  .extend({
    key: z.string().min(1).describe('Key of the app; it is public.'),
    secret: z
      .string()
      .min(1)
      .describe('Secret of the app, which signs subscriptions to private and presence channels: ${PUSHER_SECRET}.')
      .optional(),
    channel: template(VIEWER_NAMES)
      .describe('Channel of a room. Default {{room}}; private-{{room}} where viewers chat themselves.')
      .optional(),
    member: jsonValue(VIEWER_NAMES)
      .describe(
        'What a presence channel says of the viewer. Default { user_id: "{{viewer.id}}", user_info: { name: "{{viewer.name}}" } }.',
      )
      .optional(),
    events: events
      .describe('Events that viewers send. The server passes them on to everybody but their sender.')
      .optional(),
  })
  .refine(({ channel }) => channel?.startsWith('private-encrypted-') !== true, {
    path: ['channel'],
    error: 'a channel that is not encrypted: what it says cannot be read here',
  })
  .refine(({ channel, secret }) => secret !== undefined || !isGuarded(channel), {
    path: ['secret'],
    error: 'the secret of the app: subscriptions to private and presence channels are signed with it',
  })
  .refine(({ channel, sayBy, say }) => isGuarded(channel) || sayBy !== undefined || say?.chat === null, {
    path: ['channel'],
    error:
      'private-... or presence-..., because clients cannot speak in a public channel; or `sayBy`: how chat is said by a request; or `say: { chat: null }`',
  });
export type PusherOptions = z.output<typeof pusherOptions>;

function isGuarded(channel: string | undefined): boolean {
  return /^(private|presence)-/.test(channel ?? '');
}
