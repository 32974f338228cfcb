/** Audience sources: where viewers come from, and when. One shape of arrivals each. */

import { z } from 'zod';
import { count, duration, id, positiveDuration, rate, weight } from './scalars.ts';

export const mix = z.record(id, weight).meta({
  description: 'Personas of these viewers and their weights. Default: all personas, by their `share`.',
  examples: [{ fan: 0.15, passerby: 0.85 }],
});

const common = {
  room: id.optional().describe('Room that these viewers enter. Default: the first room.'),
  personas: mix.optional(),
};

const arrivals = rate.describe('Viewers who arrive in a time, such as "100/min".');
const size = count.describe('Viewers who arrive in all, such as "10k".');
const within = positiveDuration.describe('How long it takes until 90 % have arrived (push), or all (wave).');

const sizeOrRate = {
  size: count.optional().describe('Viewers who arrive in all, such as "10k". Either this or `rate`.'),
  rate: rate.optional().describe('Viewers who arrive in a time, such as "100/min". Either this or `size`.'),
};

/*   push          waves          raid          paid          steady         curve
 *   |\            |\  |\         | _           |   ____      |_________     |  /\_
 *   | \___        | \_| \_       || |          |  |    |     |         |    | /   \__
 *   +------       +------        +------       +------       +---------     +--------
 */
const push = z.strictObject({
  kind: z.literal('push').describe('Followers who are told that the show starts: many at once, then fewer and fewer.'),
  ...common,
  at: duration.prefault(0).describe('When the message goes out. Event time; default 0.'),
  size,
  within,
});

const wave = z.strictObject({ at: duration.describe('When the wave begins. Event time.'), size, within });

const waves = z.strictObject({
  kind: z.literal('waves').describe('Viewers whom the feed brings, in waves as the room is ranked anew.'),
  ...common,
  waves: z.array(wave).min(1).max(1000).describe('The waves; they may overlap.'),
});

const raid = z.strictObject({
  kind: z.literal('raid').describe('The audience of another room, sent over at once.'),
  ...common,
  at: duration.describe('When they are sent. Event time.'),
  size,
  within: positiveDuration.prefault('20s').describe('How long it takes until all have arrived. Default 20s.'),
});

const paid = z.strictObject({
  kind: z.literal('paid').describe('Viewers of an advertisement that runs for a while. Exactly one of size and rate.'),
  ...common,
  from: duration.describe('Start of the campaign. Event time.'),
  to: duration.describe('End of the campaign. Event time.'),
  ...sizeOrRate,
});

const steady = z.strictObject({
  kind: z.literal('steady').describe('Viewers who come all the time. Exactly one of size and rate.'),
  ...common,
  from: duration.prefault(0).describe('Event time; default 0.'),
  to: duration.optional().describe('Event time; default the end of the event.'),
  ...sizeOrRate,
});

const point = z.strictObject({ at: duration.describe('Event time.'), rate: arrivals });

const curve = z.strictObject({
  kind: z.literal('curve').describe('Arrivals by a curve of your own, for example from a past show.'),
  ...common,
  rate: z
    .array(point)
    .min(2)
    .max(10_000)
    .describe(
      'Points of the curve, ascending in time; straight lines between them, nobody before the first and after the last.',
    ),
});

export const source = z
  .discriminatedUnion('kind', [push, waves, raid, paid, steady, curve])
  .meta({ id: 'Source', description: 'Where viewers come from, and when: push, waves, raid, paid, steady or curve.' });

export type Source = z.output<typeof source>;
