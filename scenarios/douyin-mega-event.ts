import { defineScenario } from 'flashcrowd';

/**
 * A celebrity's first evening as a host, after Luo Yonghao on Douyin, 1 April 2020: 48 million views in three hours, 22 products,
 * 910,000 units, CNY 110 million. What the products were our sources do not say: these 22 are invented, and so are their prices, but for
 * the average.
 */
const PRODUCTS: readonly (readonly [title: string, priceCny: number])[] = [
  ['Gel pens, ten', 9.9],
  ['Crayfish, 1 kg', 99],
  ['Budget phone, 128 GB', 659],
  ['Potato crisps, six bags', 29.9],
  ['Electric shaver', 129],
  ['Milk tea vouchers, two', 39],
  ['Power bank', 79],
  ['Nuts, gift box', 69],
  ['Electric toothbrush', 149],
  ['Rice cooker', 199],
  ['Facial cleanser', 59],
  ['Backpack', 149],
  ['Earphones', 99],
  ['Coffee, 40 sachets', 79],
  ['Pillow', 89],
  ['Desk lamp', 119],
  ['Beef noodles, eight bowls', 49],
  ['Vacuum cleaner', 299],
  ['Chocolate, gift box', 49],
  ['Bluetooth speaker', 99],
  ['Washing tablets, 60', 39],
  ['T-shirts, three', 99],
];

/** Four minutes of opening words, and 22 times eight minutes: the three hours. */
const FIRST_PITCH_MIN = 4;
const PITCH_MIN = 8;

/** 16 % of clicks become orders: 53.4 % fill a cart, and three in ten carts are paid. */
const funnel = { click: '100%', cart: '53.4%', checkout: '32.5%', pay: '97%' };
/** A pitch is listened to before it is clicked. */
const reaction = { median: '15s', sigma: 1 };

export default defineScenario({
  name: 'douyin-mega-event',
  title: 'Douyin mega-event: a celebrity pitches 22 products',
  about:
    'A celebrity sells for the first time. Two in five of 48 million viewers follow a push at the start, most are gone within seconds, and the host pitches 22 products, eight minutes each. Nothing sells out; three in ten units come back.',
  duration: '3h',
  seed: 20200401,

  rooms: { main: { title: 'Main room' } },

  personas: {
    follower: {
      // Many who are called in only look; those who came for the show stay as long as people stay at a mega-event.
      dwell: {
        mix: [
          { share: '56%', mean: '6s' },
          { share: '28%', median: '90s', sigma: 1.2 },
          { share: '16%', quantiles: { p10: '33s', p50: '461s', p90: '2575s', p99: '6493s' } },
        ],
      },
      likes: '0.1/min',
      gifts: '0.002/min',
      funnel,
      cardDeclined: '5%',
      reaction,
      answersCalls: '5%',
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

  // They look in, try what is pinned, and go.
  bots: { share: '5%', dwell: '20s' },

  audience: {
    followers: { kind: 'push', at: '0s', size: '19.2M', within: '10m', personas: { follower: 1 } },
    feed: {
      kind: 'waves',
      personas: { passerby: 1 },
      waves: [
        { at: '5m', size: '5M', within: '25m' },
        { at: '30m', size: '4.2M', within: '30m' },
        { at: '60m', size: '4.2M', within: '40m' },
        { at: '90m', size: '3M', within: '40m' },
        { at: '2h', size: '2.8M', within: '40m' },
        { at: '2h25m', size: '2.4M', within: '35m' },
      ],
    },
    ads: { kind: 'paid', from: '0s', to: '2h50m', size: '7.2M', personas: { passerby: 1 } },
  },

  products: Object.fromEntries(
    PRODUCTS.map(([title, price], i) => [`p${i + 1}`, { title, price: `CNY ${price}`, stock: '800k', perBuyer: 2 }]),
  ),

  show: [
    ...PRODUCTS.map((_, i) => ({
      at: `${FIRST_PITCH_MIN + i * PITCH_MIN}m`,
      cue: 'pin' as const,
      product: `p${i + 1}`,
      interest: '12%',
    })),
    { at: '2m', every: '20m', cue: 'call', say: '1', response: '20%' },
    { at: '50m', every: '50m', cue: 'giveaway', keyword: 'lucky', prize: 'a phone', response: '100%' },
  ],

  chat: {
    rate: '0.003/min',
    bursts: { share: '65%', size: 11, decay: '8s' },
    skew: { chatters: '12%', sigma: 1 },
    length: { p50: 9, p90: 31 },
  },

  network: { rtt: { median: '45ms', sigma: 0.5 } },

  shop: { hold: '2m', refunds: '30%' },

  // Sized so that the first pitch comes near the knee.
  backend: {
    endpoints: {
      view: { servers: 600, service: { median: '20ms', sigma: 0.5 }, queue: '40k', timeout: '5s' },
      cart: { servers: 180, service: { median: '20ms', sigma: 0.5 }, queue: '10k', timeout: '5s' },
      checkout: { servers: 125, service: { median: '40ms', sigma: 0.5 }, queue: '5k', timeout: '5s' },
      pay: { servers: 240, service: { median: '80ms', sigma: 0.5 }, queue: '5k', timeout: '10s' },
    },
    fanout: { capacity: '32M/s', perViewer: '10/s', messageBytes: 200 },
  },

  // For runs of a few hundred viewers: nothing about chat and orders, of which a short window may have none.
  thresholds: {
    join_duration: ['p(95)<1000'],
    joins_failed: ['count==0'],
    oversold_units: ['count==0'],
    late_starts: ['p(99)<100'],
  },

  sources: {
    duration: { tag: 'S', from: 'Luo Yonghao, Douyin, 1 Apr 2020: 3 h (e-com-net; 1905)' },
    audience: {
      tag: 'a',
      from: '48 million views (e-com-net; 1905) are seen; that 40 % come by push within 10 min, 45 % in feed waves and 15 % by advertisements is assumed, and so are the times, chosen for a peak of about 2.9 million',
    },
    'audience.feed.waves': {
      tag: 'w',
      from: 'a room is re-ranked at 5, 30 and 60 min, second hand; the later waves and all sizes are assumptions',
    },
    'personas.follower': { tag: 'a', from: 'a follower of a celebrity, not of a shop: nearly as fleeting as the feed' },
    'personas.follower.dwell': {
      tag: 'a',
      from: 'those who stay, as at a mega-event: p10/p50/p90/p99 = 33/461/2575/6493 s (derived from AdpGen, World Cup 2014); that only 16 % do is chosen so that 19 million in 10 min come to a peak of 2.9 million',
    },
    'personas.passerby': { tag: 'a', from: 'a viewer whom the feed or an advertisement brings' },
    'personas.passerby.dwell': {
      tag: 'a',
      from: 'watch time of feed-pushed viewers: 45 % 6 s, 40 % around 60 s, 15 % around 12 min',
    },
    'personas.follower.funnel': {
      tag: 'a',
      from: 'CTR 12 % is read as clicks among those present when a product is shown: interest 12 % (whom it concerns) x click 100 %. CVR 16 % as orders per click: cart x checkout x pay x cards accepted = .534 x .325 x .97 x .95; 70 % of carts are abandoned (Baymard). 48 M x .12 x .16 = 921,600, near the 910,000 units seen',
    },
    'personas.passerby.funnel': { tag: 'a', from: 'as followers' },
    'personas.follower.likes': { tag: 'd', from: 'likes per viewer-minute .03 to .18' },
    'personas.passerby.likes': { tag: 'd', from: 'likes per viewer-minute .03 to .18' },
    'personas.follower.gifts': { tag: 'd', from: 'gifts per viewer-minute 0 to .008' },
    'personas.passerby.gifts': { tag: 'd', from: 'gifts per viewer-minute 0 to .008' },
    bots: {
      tag: 'a',
      from: '5 % of entries. Bots of the model buy whatever they open, so at 12 % interest they make about a quarter of the orders; that they stay 20 s keeps it there. Nothing in our sources says that this event had bots',
    },
    products: {
      tag: 'a',
      from: '22 products are seen (e-com-net; 1905); which, and at what price, is invented, such that 910,000 units come to CNY 110 million: 121 each, one unit an order. Stock is ample, for carts hold three times what is paid',
    },
    show: {
      tag: 'a',
      from: '22 products in 3 h: 8 min each, after 4 min of opening words; Douyin pitches last 6.2 min (derived, QUT data set). Calls and giveaways are assumptions',
    },
    chat: { tag: 'd', from: 'bursts, skew and length: measured rooms of Bilibili and Twitch' },
    'chat.rate': { tag: 'a', from: 'below every room that was measured (2,000-8,000 viewers: .014-.038 a minute)' },
    network: { tag: 'a', from: 'phones on mobile networks, one country' },
    shop: { tag: 'a', from: 'long enough to pay' },
    'shop.refunds': { tag: 'd', from: 'live 30-50 % (economymiddleeast); the lower end' },
    backend: {
      tag: 'a',
      from: 'servers, service times and queues nobody published: a shop that is near its knee at the first pitch',
    },
    'backend.fanout': {
      tag: 'a',
      from: 'large platforms show each viewer a sample of the chat, here 10 a second (a guess); capacity is that for the peak, and a tenth more',
    },
  },
});
