import { defineScenario } from 'flashcrowd';

/**
 * The first night of a presale, after Austin Li on Taobao, 20 October 2021: 250 million views in twelve hours, 439 items, CNY 10.65
 * billion, and a checkout that was down for about twenty minutes. Event time 0 is 14:30, so that the sale opens at 5h30m, at 20:00.
 */
const ITEMS = 439;
const OPENS_SEC = 5.5 * 3600;
/** The items fill the six and a half hours that are left. */
const ITEM_SEC = 53;
/** The pitches of the rush, before the checkout fails. */
const RUSH_ITEMS = 12;

/** Prices of the ten kinds that the items repeat, CNY; about 1,110 on average. */
const PRICES = [399, 599, 699, 799, 899, 1090, 1190, 1390, 1690, 2390];

const ids = Array.from({ length: ITEMS }, (_, i) => `item${i + 1}`);

/** The item of the evening first, then what the crowd waited for, then what concerns one viewer in ten. */
function interest(item: number): string {
  if (item === 0) return '100%';
  return item < RUSH_ITEMS ? '50%' : '10%';
}

/** 20 % of clicks become orders: two in three fill a cart, and three in ten carts are paid. */
const funnel = { click: '20%', cart: '66.8%', checkout: '32.5%', pay: '97%' };
/** A pitch is listened to before it is clicked. */
const reaction = { median: '8s', sigma: 0.8 };

export default defineScenario({
  name: 'taobao-presale',
  title: 'Taobao presale: a step at 20:00, and the checkout fails',
  about:
    'From 14:30 a host shows what will be on sale; at 20:00 deposits open, ten million are there, and ten minutes later the checkout is down for twenty. 439 items until half past two. A quarter of the balances is never paid.',
  duration: '12h',
  seed: 20211020,

  rooms: { main: { title: 'Main room' } },

  personas: {
    fan: {
      dwell: { quantiles: { p10: '33s', p50: '461s', p90: '2575s', p99: '6493s' } },
      likes: '0.1/min',
      gifts: '0.001/min',
      funnel,
      cardDeclined: '5%',
      reaction,
      answersCalls: '5%',
      retry: { attempts: 4, backoff: '2s' },
    },
    passerby: {
      dwell: {
        mix: [
          { share: '45%', mean: '6s' },
          { share: '40%', median: '60s', sigma: 1.2 },
          { share: '15%', median: '12m', sigma: 1 },
        ],
      },
      likes: '0.06/min',
      gifts: '0.001/min',
      funnel,
      cardDeclined: '5%',
      reaction,
      answersCalls: '2%',
    },
  },

  audience: {
    opening: { kind: 'push', at: '0s', size: '8M', within: '20m', personas: { fan: 1 } },
    reminder: { kind: 'push', at: '5h20m', size: '3M', within: '12m', personas: { fan: 1 } },
    step: { kind: 'push', at: '5h29m', size: '6.2M', within: '8m', personas: { fan: 1 } },
    app: {
      kind: 'curve',
      personas: { fan: 0.48, passerby: 0.52 },
      rate: [
        { at: '0s', rate: '3.3k/s' },
        { at: '3h', rate: '4.6k/s' },
        { at: '5h', rate: '6.4k/s' },
        { at: '5h30m', rate: '7.4k/s' },
        { at: '7h', rate: '7.4k/s' },
        { at: '9h30m', rate: '5.9k/s' },
        { at: '12h', rate: '2.8k/s' },
      ],
    },
  },

  products: Object.fromEntries(
    ids.map((id, i) => [
      id,
      { title: `Item ${i + 1}`, price: `CNY ${PRICES[(i * 7 + 3) % PRICES.length]}`, stock: '3M', perBuyer: 2 },
    ]),
  ),

  show: [
    ...ids.map((id, i) => ({
      at: `${OPENS_SEC + i * ITEM_SEC}s`,
      cue: 'pin' as const,
      product: id,
      interest: interest(i),
    })),
    { at: '5h40m', cue: 'outage', endpoint: 'checkout', for: '20m' },
    { at: '30m', every: '30m', until: '5h', cue: 'call', say: '1', response: '5%' },
    { at: '5h59m', every: '1h', cue: 'giveaway', keyword: 'lucky', prize: 'a box of samples', response: '20%' },
  ],

  chat: {
    rate: '0.002/min',
    bursts: { share: '65%', size: 11, decay: '8s' },
    skew: { chatters: '12%', sigma: 1 },
    length: { p50: 9, p90: 31 },
  },

  network: { rtt: { median: '45ms', sigma: 0.5 } },

  shop: { hold: '15m', unpaid: '25%', refunds: '15%' },

  // Sized so that the first minute of the sale is near the knee.
  backend: {
    endpoints: {
      view: { servers: 2400, service: { median: '20ms', sigma: 0.5 }, queue: '200k', timeout: '5s' },
      cart: { servers: 1800, service: { median: '20ms', sigma: 0.5 }, queue: '100k', timeout: '5s' },
      checkout: { servers: 1000, service: { median: '40ms', sigma: 0.5 }, queue: '40k', timeout: '5s' },
      pay: { servers: 2000, service: { median: '80ms', sigma: 0.5 }, queue: '40k', timeout: '10s' },
    },
    fanout: { capacity: '110M/s', perViewer: '10/s', messageBytes: 200 },
  },

  // For runs of a few hundred viewers: nothing about chat and orders, of which a short window may have none.
  thresholds: {
    join_duration: ['p(95)<1000'],
    joins_failed: ['count==0'],
    oversold_units: ['count==0'],
    late_starts: ['p(99)<100'],
  },

  sources: {
    duration: { tag: 'S', from: 'Austin Li, Taobao, 20 Oct 2021: 12 h (jiemian); that it begins at 14:30 is assumed' },
    audience: {
      tag: 'a',
      from: 'about 250 million views are seen (jiemian); the step at 20:00, the reminders and the curve are assumed, chosen for a peak of about 10 million',
    },
    'personas.fan': { tag: 'a', from: 'somebody who came for the presale, and tries a little longer when it fails' },
    'personas.fan.dwell': {
      tag: 'd',
      from: 'watch time at a mega-event, p10/p50/p90/p99 = 33/461/2575/6493 s (AdpGen, World Cup 2014 workload)',
    },
    'personas.fan.funnel': {
      tag: 'a',
      from: 'CTR 20 % is read as clicks among those present whom a shown item concerns (click); whom it concerns is the interest of the cue, chosen so that there are also about 20 clicks per 100 views over the night. CVR 20 % is orders per click: cart x checkout x pay x cards accepted = .668 x .325 x .97 x .95; 70 % of carts are abandoned (Baymard)',
    },
    'personas.passerby': { tag: 'a', from: 'a viewer whom the app brings by' },
    'personas.passerby.dwell': {
      tag: 'a',
      from: 'watch time of feed-pushed viewers: 45 % 6 s, 40 % around 60 s, 15 % around 12 min',
    },
    'personas.passerby.funnel': { tag: 'a', from: 'as fans' },
    'personas.fan.likes': { tag: 'd', from: 'likes per viewer-minute .03 to .18' },
    'personas.passerby.likes': { tag: 'd', from: 'likes per viewer-minute .03 to .18' },
    'personas.fan.gifts': { tag: 'd', from: 'gifts per viewer-minute 0 to .008' },
    'personas.passerby.gifts': { tag: 'd', from: 'gifts per viewer-minute 0 to .008' },
    products: {
      tag: 'a',
      from: '439 items are seen (jiemian); their prices are invented, about CNY 1,100 on average: CNY 10.65 bn (jiemian) over nearly 10 M orders of one unit (the formula: 250 M x 20 % x 20 %), each counted at its full price though only a deposit is paid. Stock is ample, for carts hold three times what is paid',
    },
    show: {
      tag: 'a',
      from: '439 items are seen; that they are sold from 20:00 on, 53 s each, the first at full interest and eleven more at half, is assumed, and so are calls, giveaways and that the checkout fails at 20:10',
    },
    chat: { tag: 'd', from: 'bursts, skew and length: measured rooms of Bilibili and Twitch' },
    'chat.rate': { tag: 'a', from: 'far below every room that was measured (2,000-8,000 viewers: .014-.038 a minute)' },
    network: { tag: 'a', from: 'phones on mobile networks, one country' },
    'show[439].for': { tag: 'S', from: 'checkout down for about 20 minutes that night (jingdaily)' },
    shop: { tag: 'a', from: 'a deposit may be paid within a quarter of an hour' },
    'shop.unpaid': { tag: 'a', from: 'presale deposits never paid: 10-30 %' },
    'shop.refunds': { tag: 'd', from: 'ordinary e-commerce 10-15 % (economymiddleeast): a presale is no impulse' },
    backend: {
      tag: 'a',
      from: 'sized near the knee for the opening of the sale, about 22,000 payments a second; the whole platform made 256,000 (2017, shxuanming.net) and 583,000 orders a second (2020, alibabacloud.com)',
    },
    'backend.fanout': {
      tag: 'a',
      from: 'large platforms show each viewer a sample of the chat, here 10 a second (a guess); capacity is that for the peak, and a tenth more',
    },
  },
});
