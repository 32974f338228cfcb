/** How much a room chats, in what rhythm, by whom, and how long the messages are. */

import { z } from 'zod';
import { count, positiveDuration, rate, share } from './scalars.ts';

const fixed = z.strictObject({
  kind: z.literal('fixed').describe('The same rate, however many are there.'),
  perSec: z.number().min(0).max(10).describe('Messages of one viewer in a second.'),
});

const byAudience = z.strictObject({
  kind: z
    .literal('by-audience')
    .describe('The larger the room, the less each viewer says: perViewerMin x (viewers / referenceViewers)^exponent.'),
  perViewerMin: z
    .number()
    .min(0)
    .max(60)
    .default(0.03)
    .describe('Messages of one viewer in a minute, at the reference audience. Default 0.03.'),
  referenceViewers: z.number().min(1).max(1e9).default(1000).describe('Viewers. Default 1000.'),
  exponent: z.number().min(-2).max(2).default(-0.3).describe('No unit. Default -0.3.'),
  min: z
    .number()
    .min(0)
    .max(60)
    .default(0.002)
    .describe('Never less than this: messages of one viewer in a minute. Default 0.002.'),
  max: z
    .number()
    .min(0)
    .max(60)
    .default(0.1)
    .describe('Never more than this: messages of one viewer in a minute. Default 0.1.'),
});

const BY_AUDIENCE = byAudience.parse({ kind: 'by-audience' });

const chatRate = z
  .union(
    [
      z.literal('by-audience').transform(() => BY_AUDIENCE),
      rate.transform((perSec) => ({ kind: 'fixed' as const, perSec })),
      z.discriminatedUnion('kind', [fixed, byAudience]),
    ],
    { error: 'a rate for one viewer such as "0.02/min", "by-audience", or {kind: "by-audience", ...}' },
  )
  .meta({
    description:
      'Messages of one viewer: "0.02/min", "by-audience", or an object that says how. Default "by-audience".',
    examples: ['0.02/min', 'by-audience'],
  });

const bursts = z
  .strictObject({
    share: share.prefault('65%').describe('Messages that answer other messages. Less than 100%; default 65%.'),
    size: z.number().min(1).max(1000).default(11).describe('Mean messages in a burst. Default 11.'),
    decay: positiveDuration.prefault('8s').describe('How fast a burst dies away. Default 8s.'),
  })
  .prefault({});

const skew = z
  .strictObject({
    chatters: share.prefault('12%').describe('Viewers who ever chat. More than 0; default 12%.'),
    sigma: z
      .number()
      .min(0)
      .max(5)
      .default(1)
      .describe('Spread of how much they chat (lognormal). No unit; default 1.'),
  })
  .prefault({});

const length = z
  .strictObject({
    p50: count.prefault(9).describe('Median length. Characters; default 9.'),
    p90: count.prefault(31).describe('Length that one in ten exceeds. Characters; default 31.'),
  })
  .prefault({});

export const chat = z
  .strictObject({
    rate: chatRate.prefault('by-audience'),
    bursts: bursts.describe('Chat comes in bursts: messages bring on messages.'),
    skew: skew.describe('Few viewers write most of the chat.'),
    length: length.describe('Length of messages.'),
  })
  .prefault({});

export type Chat = z.output<typeof chat>;
