import { defineScenario } from 'flashcrowd';

/**
 * A seller who is live nearly all day, after a report from Indonesia: three shows of six hours, one after the other, about 1,500 pieces
 * a day, paid at the door. The room lives from the feed, whose waves come and go; the evening brings twice as many.
 */
const SHOW_HOURS = 6;
/** Morning, afternoon, evening. */
const SHOWS = [1, 1, 2];

/** What the feed brings in the course of a show: hours into it, viewers, and minutes until all have come. */
const WAVES: readonly (readonly [atHours: number, size: number, withinMin: number])[] = [
  [0.1, 550, 25],
  [0.5, 650, 30],
  [1, 1200, 50],
  [2, 1300, 55],
  [3, 1300, 55],
  [4, 1300, 55],
  [5, 1300, 55],
];

/** Prices in thousands of rupiah. */
const PRODUCTS: readonly (readonly [title: string, price: number])[] = [
  ['Hijab, plain', 25],
  ['Hijab, printed', 35],
  ['Inner cap', 15],
  ['Tunic', 79],
  ['Daily dress', 99],
  ['Prayer set', 119],
  ['T-shirt', 39],
  ['Culottes', 59],
  ['Batik shirt', 89],
  ['Sarong', 65],
  ['Socks, three', 20],
  ['Cardigan', 69],
  ['Denim skirt', 85],
  ['Pyjamas', 75],
  ['Brooch set', 12],
  ['Tote bag', 29],
  ['Sandals', 49],
  ['Children’s dress', 55],
  ['Children’s shirt', 45],
  ['Belt', 25],
  ['Scarf', 30],
  ['House dress', 45],
  ['Blouse', 69],
  ['Trousers', 79],
];
const PITCH_MIN = 1;

const shows = SHOWS.map((times, i) => ({ times, startHours: i * SHOW_HOURS }));

export default defineScenario({
  name: 'indonesia-shop-tab',
  title: 'Indonesia: three shows a day, paid at the door',
  about:
    'A seller of clothes is live for eighteen hours in three shows of six. The feed brings people in waves, the evening twice as many, never more than some three hundred at once. About 1,500 pieces go out a day, and 15 % of the orders are refused at the door.',
  duration: `${SHOWS.length * SHOW_HOURS}h`,
  seed: 18,

  rooms: { main: { title: 'The shop' } },

  personas: {
    browser: {
      dwell: {
        mix: [
          { share: '45%', mean: '6s' },
          { share: '40%', median: '60s', sigma: 1.2 },
          { share: '15%', median: '8m', sigma: 1 },
        ],
      },
      likes: '0.06/min',
      gifts: '0.001/min',
      funnel: { click: '8%', cart: '20%', checkout: '32.5%', pay: '92%' },
      // Nobody pays with a card.
      cardDeclined: '0%',
      reaction: { median: '3s', sigma: 0.8 },
      units: { 1: '55%', 2: '30%', 3: '15%' },
      answersCalls: '5%',
    },
  },

  audience: {
    ...Object.fromEntries(
      shows.map(({ times, startHours }, i) => [
        `followers${i + 1}`,
        { kind: 'push' as const, at: `${startHours}h`, size: 400 * times, within: '25m' },
      ]),
    ),
    feed: {
      kind: 'waves',
      waves: shows.flatMap(({ times, startHours }) =>
        WAVES.map(([atHours, size, withinMin]) => ({
          at: `${Math.round((startHours + atHours) * 60)}m`,
          size: size * times,
          within: `${withinMin}m`,
        })),
      ),
    },
    ...Object.fromEntries(
      shows.map(({ times, startHours }, i) => [
        `tab${i + 1}`,
        { kind: 'steady' as const, from: `${startHours}h`, to: `${startHours + SHOW_HOURS}h`, size: 7000 * times },
      ]),
    ),
  },

  products: Object.fromEntries(
    PRODUCTS.map(([title, thousands], i) => [`p${i + 1}`, { title, price: `IDR ${thousands}000`, stock: 300 }]),
  ),

  show: [
    ...PRODUCTS.map((_, i) => ({
      at: `${15 + i * PITCH_MIN * 60}s`,
      every: `${PRODUCTS.length * PITCH_MIN}m`,
      cue: 'pin' as const,
      product: `p${i + 1}`,
      interest: '100%',
    })),
    { at: '10m', every: '30m', cue: 'call', say: '1', response: '50%' },
  ],

  chat: {
    rate: '0.04/min',
    bursts: { share: '65%', size: 11, decay: '8s' },
    skew: { chatters: '12%', sigma: 1 },
    length: { p50: 9, p90: 31 },
  },

  network: { rtt: { median: '80ms', sigma: 0.6 } },

  shop: { hold: '5m', unpaid: '15%', refunds: '0%' },

  // Nothing about orders, of which a short window may have none.
  thresholds: {
    join_duration: ['p(95)<1000'],
    joins_failed: ['count==0'],
    oversold_units: ['count==0'],
    late_starts: ['p(99)<100'],
  },

  sources: {
    duration: { tag: 'S', from: 'an Indonesian seller: 18 h a day in three 6 h shows (restofworld)' },
    audience: {
      tag: 'a',
      from: 'chosen so that 60,000 views a day come to a saw-tooth with a peak of about 300; that the evening brings twice as many is assumed',
    },
    'audience.feed': {
      tag: 'w',
      from: 'a room is re-ranked at 5, 30 and 60 min, second hand; the later waves and all sizes are assumptions',
    },
    'personas.browser': { tag: 'a', from: 'a viewer whom the feed or the shop tab brings' },
    'personas.browser.dwell': {
      tag: 'a',
      from: 'as feed-pushed viewers (45 % 6 s, 40 % around 60 s, 15 % around 12 min), the last a little shorter',
    },
    'personas.browser.funnel': {
      tag: 'a',
      from: 'CTR 8 % is read as clicks among those present when a product is shown: click x interest 100 %. CVR 6 % is orders per click: cart x checkout x pay = .2 x .325 x .92; pay is the last confirmation, and 70 % of carts are abandoned (Baymard)',
    },
    'personas.browser.units': {
      tag: 'a',
      from: 'chosen with the minute that each product is shown, so that about 1,500 pieces a day are ordered (seen: restofworld)',
    },
    'personas.browser.likes': { tag: 'd', from: 'likes per viewer-minute .03 to .18' },
    'personas.browser.gifts': { tag: 'd', from: 'gifts per viewer-minute 0 to .008' },
    products: {
      tag: 'a',
      from: 'clothes, and prices of such sellers; both invented, and more in stock than a day sells',
    },
    show: { tag: 'a', from: '24 products in turn, a minute each, and a call every half hour' },
    chat: { tag: 'd', from: 'bursts, skew and length: measured rooms of Bilibili and Twitch' },
    'chat.rate': { tag: 'd', from: 'between .095 in a room of 36 and .02 in one of 120 (Bilibili)' },
    network: { tag: 'a', from: 'phones on mobile networks, spread over islands' },
    shop: { tag: 'a', from: 'nothing is paid before the door, so nobody hurries' },
    'shop.unpaid': {
      tag: 'a',
      from: 'cash on delivery: 15 % are refused at the door; presale deposits never paid are 10-30 %, also an assumption',
    },
    'shop.refunds': { tag: 'a', from: 'what is not wanted is refused at the door, and counted there' },
  },
});
