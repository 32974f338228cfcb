/** Personas: what one kind of viewer does. And bots, which share most of it. */

import { z } from 'zod';
import { dist } from './dist.ts';
import { duration, positiveDuration, rate, share, weight } from './scalars.ts';

const attempts = z.int().min(0).max(100);

/** Tries again after a definite "not now", with exponential back-off. */
function retry(defaults: { attempts: number; backoff: string }) {
  return z
    .strictObject({
      attempts: attempts
        .default(defaults.attempts)
        .describe(`How often a refused step is tried again. Times; default ${defaults.attempts}.`),
      backoff: duration
        .prefault(defaults.backoff)
        .describe(`Wait before the first retry; doubles each time. Default ${defaults.backoff}.`),
      jitter: share.prefault('50%').describe('Share of the wait that is random. Default 50%.'),
    })
    .prefault({});
}

const reconnect = z
  .strictObject({
    attempts: attempts
      .default(5)
      .describe('How often a viewer tries to come back after a lost connection. Times; default 5.'),
    backoff: duration.prefault('1s').describe('Wait before the first attempt; doubles each time. Default 1s.'),
    max: duration.prefault('30s').describe('Longest wait between attempts. Default 30s.'),
    jitter: share.prefault('50%').describe('Share of the wait that is random. Default 50%.'),
  })
  .prefault({});

const funnel = z
  .strictObject({
    click: share.prefault('10%').describe('Of those who see a product shown: open its page. Default 10%.'),
    cart: share.prefault('30%').describe('Of those who opened the page: put it in the cart. Default 30%.'),
    checkout: share.prefault('60%').describe('Of those with a cart: go to checkout. Default 60%.'),
    pay: share.prefault('93%').describe('Of those at checkout: pay. Default 93%.'),
  })
  .prefault({});

const units = z
  .record(z.string().regex(/^[1-9]\d?$/, { error: 'a number of units from 1 to 99' }), share)
  .meta({
    description: 'Units in one order (1 to 99) and the share of orders; adds up to 100%. Default all orders of 1.',
    examples: [{ 1: '80%', 2: '20%' }],
  })
  .transform((written) =>
    Object.entries(written).map(([number, orders]) => ({ units: Number(number), weight: orders })),
  );

const refunds = z.strictObject({
  share: share.describe('Paid orders that the buyer gives back during the show. Required.'),
  after: dist.describe('How long after paying. Who leaves before does not give it back. Required.'),
});

const taps = z.number().min(1).max(1000);
const chatFactor = z.number().min(0).max(1000);

export const persona = z.strictObject({
  share: weight.prefault(1).describe('Weight of this persona in sources that name no mix of their own. Default 1.'),
  dwell: dist.describe('How long a viewer of this kind stays, if nothing else happens. Required.'),
  chat: chatFactor.default(1).describe("Multiplies the room's chat rate. 0 never chats; default 1."),
  likes: rate.prefault('0.06/min').describe('Likes of one viewer. Default 0.06/min.'),
  gifts: rate.prefault('0.001/min').describe('Gifts of one viewer. Default 0.001/min.'),
  funnel: funnel.describe('The way from a product shown to a payment: the share that goes on at each step.'),
  cardDeclined: share.prefault('5%').describe('Payments made with a card that the bank declines. Default 5%.'),
  coupons: share
    .prefault('0%')
    .describe("Carts in which the buyer enters the product's coupon, if it has one. Default 0%."),
  refunds: refunds.optional().describe('Orders that buyers give back during the show. Default: none.'),
  doubleTaps: share
    .prefault('0%')
    .describe('Payments that are sent twice at once with one idempotency key, by an impatient thumb. Default 0%.'),
  twoDevices: share
    .prefault('0%')
    .describe('Purchases that are made on two devices of one account at the same time. Default 0%.'),
  reaction: dist
    .prefault({ median: '900ms', sigma: 0.5 })
    .describe('From seeing a cue to the first tap. Default median 900ms, sigma 0.5.'),
  think: dist
    .prefault({ median: '2s', sigma: 0.6 })
    .describe('Between the steps of a purchase. Default median 2s, sigma 0.6.'),
  taps: taps
    .default(1)
    .describe('Mean taps on the link; those after the first load the product page again. 1 or more; default 1.'),
  units: units.prefault({ 1: 1 }),
  answersCalls: share.prefault('5%').describe('Viewers who answer a call ("type 1") or a giveaway. Default 5%.'),
  timeout: positiveDuration.prefault('10s').describe('How long a viewer waits for an answer of the shop. Default 10s.'),
  retry: retry({ attempts: 2, backoff: '1s' }).describe('What a viewer does after "not now" or a time-out.'),
  reconnect: reconnect.describe('What a viewer does when the room drops the connection.'),
});

export const bots = z.strictObject({
  share: share.describe('Bots among those who enter. Required.'),
  reaction: dist.prefault('80ms').describe('From seeing a drop to the first tap. Default 80ms.'),
  taps: taps
    .default(20)
    .describe('Mean taps on the link; those after the first load the product page again. 1 or more; default 20.'),
  chat: chatFactor.default(0).describe("Multiplies the room's chat rate. Default 0."),
  dwell: dist.prefault('30m').describe('How long a bot stays. Default 30m.'),
  retry: retry({ attempts: 20, backoff: '100ms' }).describe('What a bot does after "not now" or a time-out.'),
});

export type Persona = z.output<typeof persona>;
export type Bots = z.output<typeof bots>;
