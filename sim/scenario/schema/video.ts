/** Viewers who watch the stream itself. Off unless the scenario has a section `video`. */

import { z } from 'zod';
import { bitRate, id, positiveDuration, share, weight } from './scalars.ts';

/** What stands for a stream and an audience that the scenario does not describe. All of it is assumed. */
export const VIDEO_DEFAULTS = {
  devices: {
    mobile: { share: 0.75, maxHeight: 720 },
    desktop: { share: 0.2, maxHeight: 1080 },
    tv: { share: 0.05, maxHeight: 1080 },
  },
  /** Those of the bundled shop. */
  renditions: [
    { height: 432, bitsPerSec: 1_100_000 },
    { height: 540, bitsPerSec: 2_000_000 },
    { height: 720, bitsPerSec: 3_000_000 },
    { height: 1080, bitsPerSec: 6_000_000 },
  ],
} as const;

const height = z.int().min(1).max(10_000);

const always = bitRate.transform((value) => ({ kind: 'fixed' as const, value }));
const bandwidth = z
  .union(
    [
      always,
      z
        .strictObject({
          median: bitRate.describe('Half of these viewers have less.'),
          sigma: z
            .number()
            .min(0)
            .max(5)
            .meta({ description: 'Spread of the lognormal. 0 to 5, no unit.', examples: [0.8] }),
        })
        .transform(({ median, sigma }) => ({ kind: 'lognormal' as const, median, sigma })),
    ],
    { error: 'a bit rate such as "8 Mbit/s", or {median, sigma}' },
  )
  .meta({
    description:
      'How fast these viewers can read: always the same, or {median, sigma} (lognormal). Default: as fast as they are served.',
    examples: ['8 Mbit/s', { median: '12 Mbit/s', sigma: 0.8 }],
  });

const device = z.strictObject({
  share: weight.prefault(1).describe('Weight of this device among the others. Default 1.'),
  maxHeight: height.optional().describe('Largest picture that it asks for. Lines; default: any.'),
  bandwidth: bandwidth.optional(),
});

const rendition = z
  .strictObject({
    height: height.describe('Lines of the picture.'),
    bitRate: bitRate.describe('Bits of one viewer in a second, sound included.'),
  })
  .transform(({ height: lines, bitRate: bitsPerSec }) => ({ height: lines, bitsPerSec }));

const STREAM_URL = /^https?:\/\/[^\s{}]+(\{\{room\}\}[^\s{}]*)*$/;

export const video = z.strictObject({
  url: z
    .string()
    .regex(STREAM_URL, { error: 'http:// or https://, with {{room}} where the id of the room belongs' })
    .optional()
    .meta({
      description:
        'The master (multivariant) playlist, or a media playlist; `{{room}}` is the id of the room. Default: the synthetic stream of the bundled shop.',
      examples: ['https://cdn.example.com/live/{{room}}/master.m3u8'],
    }),
  share: share.prefault('100%').describe('Of the viewers: those who watch. Bots never do. Default 100%.'),
  devices: z
    .record(id, device)
    .optional()
    .describe(
      'What they watch on, by a name of your own. Default: 75% mobile (720 lines), 20% desktop and 5% tv (1080 lines).',
    ),
  buffer: positiveDuration
    .prefault('6s')
    .describe('How much of the stream a player keeps ahead; it asks for no more until it has less. Default 6s.'),
  lowLatency: z
    .union([z.boolean(), z.literal('auto')], { error: 'true, false or "auto"' })
    .default('auto')
    .describe(
      'Whether players take parts of segments (LL-HLS): "auto" where the playlist offers parts and blocking reload, true wherever there are parts, false never. Default "auto".',
    ),
  renditions: z
    .array(rendition)
    .min(1)
    .max(30)
    .optional()
    .describe(
      'What the stream is offered in, for `plan`; `run` reads the playlist. Default: those of the bundled shop, 1.1 Mbit/s (432 lines) to 6 Mbit/s (1080).',
    ),
});

export type Video = z.output<typeof video>;
