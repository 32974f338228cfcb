/** Options that rooms share, as they are written in a target file. Not for adapters at run time: k6 has no use for schemas. */

import { z } from 'zod';
import { positiveDuration } from '../../scenario/schema/scalars.ts';
import { conditions, headersOf, jsonPath, jsonValue, template, VIEWER_NAMES } from './checks.ts';
import { requestShape, stepsOf } from './step-options.ts';

export const CUE_KINDS = ['pin', 'giveaway', 'call', 'countdown', 'drop', 'close', 'price', 'restock'] as const;
const REFUSAL_CODES = [
  'sold_out',
  'not_open',
  'limit_reached',
  'card_declined',
  'expired',
  'throttled',
  'refused',
] as const;

const when = conditions(false)
  .describe('Which messages it reads. Without it: all that have what it must read.')
  .optional();
const at = jsonPath
  .describe('When it was published: epoch ms, epoch s, or a date by ISO 8601, in UTC where it names no zone.')
  .optional();

function oneOrMore<T extends z.ZodType>(rule: T) {
  return z.union([rule, z.array(rule).min(1)]);
}

const chatRule = z.strictObject({
  when,
  text: jsonPath.describe('The text; markers are looked for in it.').optional(),
  from: jsonPath.describe('Who said it.').optional(),
  number: jsonPath.describe('Number in the room, without gaps; used with `numbers: sequence`.').optional(),
  at,
});
const cueRule = z.strictObject({ when, id: jsonPath.describe('Id of the cue in our show.'), at });
const announcementRule = z.strictObject({
  when,
  is: z.enum(CUE_KINDS).describe('The kind of cue of our show that it stands for.'),
  product: jsonPath.describe('Product it is about, by the name it has there.').optional(),
  at,
});
const stockRule = z.strictObject({
  when,
  product: jsonPath.describe('Product, by the name it has there.'),
  left: jsonPath.describe('Units left.'),
  at,
});
const countRule = z.strictObject({ when, viewers: jsonPath.describe('Viewers in the room.') });
const likesRule = z.strictObject({ when, total: jsonPath.describe('Likes in all.') });
const ackRule = z.strictObject({
  when,
  ref: jsonPath.describe('The `{{ref}}` of the chat that it answers.'),
  ok: conditions(false).describe('When the chat was taken. Default: always.').optional(),
  throttled: conditions(false).describe('When it was not, because it came too soon.').optional(),
});
const welcomeRule = z.strictObject({
  when,
  number: jsonPath.describe('Number of the last message before; used with `numbers: sequence`.').optional(),
  cues: jsonPath.describe('Ids of the cues that stand.').optional(),
});
const refusedRule = z.strictObject({
  when,
  reason: jsonPath.describe('Why, in words.').optional(),
  codes: z
    .partialRecord(z.enum(REFUSAL_CODES), conditions(false))
    .describe('Which refusal it is; else `refused`.')
    .optional(),
});

const RULES = {
  chat: chatRule,
  cue: cueRule,
  cues: announcementRule,
  stock: stockRule,
  count: countRule,
  likes: likesRule,
  ack: ackRule,
  welcome: welcomeRule,
  refused: refusedRule,
};
/** One rule, such as `Rule<'chat'>`. */
export type Rule<K extends keyof typeof RULES> = z.infer<(typeof RULES)[K]>;

export const messageRules = z.strictObject({
  each: jsonPath.describe('Where the messages are, when a frame holds several: $.messages[*].').optional(),
  chat: oneOrMore(chatRule).describe('Chat.').optional(),
  cue: oneOrMore(cueRule).describe('A cue of our show, by its id.').optional(),
  cues: oneOrMore(announcementRule).describe('Cues of a backend that does not know our ids.').optional(),
  stock: oneOrMore(stockRule).describe('Stock that is left.').optional(),
  count: oneOrMore(countRule).describe('The viewer count.').optional(),
  likes: oneOrMore(likesRule).describe('The like count.').optional(),
  ack: oneOrMore(ackRule).describe('The answer to a chat of ours.').optional(),
  welcome: oneOrMore(welcomeRule).describe('The viewer is in.').optional(),
  refused: oneOrMore(refusedRule).describe('The viewer is not let in, or thrown out.').optional(),
});
export type MessageRules = z.infer<typeof messageRules>;

const SAID_NAMES = [...VIEWER_NAMES, 'session.*'];

const sayOptions = z.strictObject({
  chat: jsonValue([...SAID_NAMES, 'text', 'ref'])
    .describe('A chat message. null: nobody chats.')
    .optional(),
  like: jsonValue([...SAID_NAMES, 'count'])
    .describe('Likes. null: they are not said there.')
    .optional(),
  gift: jsonValue([...SAID_NAMES, 'gift', 'ref'])
    .describe('A gift. null: it is not said there.')
    .optional(),
});
export type SayOptions = z.infer<typeof sayOptions>;

export const jwtOptions = z.strictObject({
  secret: z.string().min(1).describe('Signs the tokens (HS256); from the environment: ${JWT_SECRET}.'),
  claims: jsonValue(['viewer.id', 'viewer.name', 'viewer.number', 'account.*', 'room'])
    .describe('What the token says; `iat` and `exp` are added. Default: { sub: "{{viewer.id}}" }.')
    .optional(),
  ttl: positiveDuration.describe('How long a token is good; it is renewed before. Default 1h.').optional(),
  header: z.record(z.string(), z.json()).describe('More for the head of the token, such as { kid: key-1 }.').optional(),
});
export type JwtOptions = z.infer<typeof jwtOptions>;

const sayBy = z.strictObject({
  ...requestShape([...SAID_NAMES, 'text', 'ref']),
  json: jsonValue([...SAID_NAMES, 'text', 'ref'])
    .describe('Body, as JSON. Default: what `say.chat` says.')
    .optional(),
  ok: conditions(true).describe('When the chat was taken. Default: any status of 2xx.').optional(),
  throttled: conditions(true).describe('When it came too soon. Default: status 429.').optional(),
});

const heartbeat = z
  .strictObject({
    every: positiveDuration.describe('How often every viewer sends it.'),
    text: z.string().describe('As text.').optional(),
    json: z.json().describe('As JSON.').optional(),
  })
  .transform(({ every, ...what }) => ({ everyMs: every, ...what }));

/** For an adapter's own schema: `roomOptions.extend({ ... })`. */
export const roomOptions = z.strictObject({
  url: template(VIEWER_NAMES)
    .regex(
      /^(wss?|https?):\/\/[^/?#{}]+([/?#]|$)/,
      'a ws:, wss:, http: or https: URL, with placeholders only behind the host',
    )
    .describe('Where viewers connect; values are encoded for a URL.'),
  headers: headersOf(VIEWER_NAMES).describe('Headers of the handshake.').optional(),
  protocols: z.array(template(VIEWER_NAMES)).describe('Subprotocols of the handshake.').optional(),
  origin: z
    .string()
    .regex(/^https?:\/\/[^/]+$/, 'https://chat.example.com, without a path')
    .describe('Where requests of the room go. Default: that of `url`.')
    .optional(),
  numbers: z
    .enum(['sequence', 'markers', 'none'])
    .describe(
      'Chat is numbered: by the room without gaps (`messages.chat.number`), by markers in its text, or not. Default markers.',
    )
    .optional(),
  echo: z.boolean().describe('Who says something hears it back, as everybody else does. Default true.').optional(),
  sampled: z.boolean().describe('The room says that it leaves chat out when it is busy. Default false.').optional(),
  cues: z
    .boolean()
    .describe('Viewers hear of cues from the room. Default: when `messages` has rules for them.')
    .optional(),
  messages: messageRules.describe('How to read what the room sends. Default: the plain format.').optional(),
  products: z
    .record(z.string(), z.string())
    .describe('Names of the scenario and what they are called there.')
    .optional(),
  say: sayOptions.describe('What viewers send. Default: the plain format.').optional(),
  sayBy: sayBy.describe('Chat is said by a request, not over the line.').optional(),
  heartbeat: heartbeat.describe('What every viewer sends to be kept.').optional(),
  jwt: jwtOptions.describe('Makes `{{token}}` for every viewer.').optional(),
  arrive: stepsOf([...SAID_NAMES])
    .describe('Requests of a viewer before it connects, such as signing in; they go to `origin`.')
    .optional(),
  cookies: z
    .boolean()
    .describe('Keep the cookies that `arrive` is given, in `account.cookie`. Default false.')
    .optional(),
});
export type RoomOptions = z.infer<typeof roomOptions>;
