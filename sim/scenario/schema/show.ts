/** Products, and the cues of the show: what the host does, and when. */

import { z } from 'zod';
import { mix } from './audience.ts';
import { outageEndpoint } from './backend.ts';
import {
  count,
  duration,
  id,
  money,
  positiveCount,
  positiveDuration,
  positiveShare,
  response,
  share,
} from './scalars.ts';

const coupon = z.strictObject({
  code: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, { error: 'letters, digits, - or _: at most 40 in all' })
    .describe('What buyers enter. Required.'),
  off: positiveShare.describe('What it takes off the whole cart, rounded down to the minor unit. Required.'),
});

export const product = z.strictObject({
  title: z.string().min(1).max(200).describe('Name as buyers see it.'),
  price: money.describe('Price of one unit. All prices of a scenario are in one currency.'),
  stock: count.describe('Units on the shelf before the show.'),
  perBuyer: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .default(null)
    .describe('Most units that one buyer may have; null for no limit. Default null.'),
  coupon: coupon
    .optional()
    .describe(
      'A code that takes a share off the price, once a cart. Who enters it, `coupons` of the persona says. Default: none.',
    ),
});

const when = {
  at: duration.describe('When it happens. Event time.'),
  every: positiveDuration.optional().describe('Repeats it at this interval. Default: once.'),
  until: duration.optional().describe('Last moment for a repetition. Event time; default the end of the event.'),
};

const common = {
  ...when,
  room: id.optional().describe('Room in which it happens. Default: every room.'),
};

const productId = id.describe('A key of `products`.');
const units = positiveCount.describe('Units.');

function interest(byDefault: string) {
  return share
    .prefault(byDefault)
    .describe(`Multiplies the click share of each persona's funnel. Default ${byDefault}.`);
}

function answers() {
  return response
    .prefault('100%')
    .describe('Multiplies the share of each persona that answers calls. 0 to 10; default 100%.');
}

const pin = z.strictObject({
  cue: z.literal('pin').describe('Pins a product to the top of the room.'),
  ...common,
  product: productId,
  interest: interest('30%'),
});

const drop = z.strictObject({
  cue: z
    .literal('drop')
    .describe('Opens a product for sale, after a countdown. A product that is ever dropped is closed until then.'),
  ...common,
  product: productId,
  units: units.optional().describe('Units in this drop, taken from the stock. Default: all that is left.'),
  countdown: duration.prefault('3s').describe('"3, 2, 1": starts this long before `at`. Default 3s; 0 for none.'),
  for: positiveDuration
    .optional()
    .describe('How long it stays open. Default: to the end of the event, or until it is dropped again.'),
  interest: interest('100%'),
  price: money.optional().describe('Price of this drop. Default: the price as it stands.'),
});

const price = z.strictObject({
  cue: z.literal('price').describe('Changes the price of a product.'),
  ...common,
  product: productId,
  price: money.describe('The new price.'),
  interest: interest('50%'),
});

const restock = z.strictObject({
  cue: z.literal('restock').describe('Puts more units on the shelf.'),
  ...common,
  product: productId,
  units,
  interest: interest('100%'),
});

const call = z.strictObject({
  cue: z.literal('call').describe('Asks the room to type something: "type 1 if you want it".'),
  ...common,
  say: z.string().min(1).max(100).default('1').describe('What viewers type. Default "1".'),
  response: answers(),
});

const giveaway = z.strictObject({
  cue: z.literal('giveaway').describe('Asks for a keyword in the chat, for a prize.'),
  ...common,
  keyword: z.string().min(1).max(100).describe('What viewers type.'),
  prize: z.string().max(200).default('').describe('What they can win. Default none named.'),
  response: answers(),
});

const raid = z.strictObject({
  cue: z.literal('raid').describe('Another room sends its viewers over.'),
  ...common,
  size: count.describe('Viewers who arrive in all.'),
  within: positiveDuration.prefault('20s').describe('How long it takes until all have arrived. Default 20s.'),
  personas: mix.optional(),
  from: z.string().min(1).max(200).default('another room').describe('Where they come from. Default "another room".'),
});

const outage = z.strictObject({
  cue: z
    .literal('outage')
    .describe('The endpoint refuses everything. In `plan` only: `run` does not break a real backend.'),
  ...when,
  endpoint: outageEndpoint.default('checkout').describe('What is down. Default checkout.'),
  for: positiveDuration.describe('How long. It ends with the event at the latest.'),
});

export const cue = z.discriminatedUnion('cue', [pin, drop, price, restock, call, giveaway, raid, outage]).meta({
  id: 'Cue',
  description: 'Something that happens: pin, drop, price, restock, call, giveaway, raid or outage.',
});

export type Product = z.output<typeof product>;
export type Cue = z.output<typeof cue>;
