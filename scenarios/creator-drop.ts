import { defineScenario } from 'flashcrowd';

/**
 * A creator's own brand on TikTok, after Canvas Beauty's show of 8 June 2024: six hours, a peak of 10,000 viewers,
 * and "3, 2, 1, link is up" every 15 minutes.
 */
export default defineScenario({
  name: 'creator-drop',
  title: 'Creator drop: "3, 2, 1, link is up" every 15 minutes',
  about:
    'A creator sells her own brand for six hours. Followers are pushed in at the start, the feed brings waves, and every 15 minutes a small batch goes on sale.',
  duration: '6h',
  seed: 20240608,

  rooms: { main: { title: 'Main room' } },

  personas: {
    fan: {
      dwell: { median: '17m', sigma: 1.1 },
      chat: 1.1,
      likes: '0.16/min',
      gifts: '0.006/min',
      funnel: { click: '24%', cart: '45%', checkout: '70%', pay: '92%' },
      reaction: { median: '900ms', sigma: 0.5 },
      taps: 2.2,
      units: { 1: '80%', 2: '20%' },
      answersCalls: '6%',
    },
    passerby: {
      // Feed-pushed viewers: nearly half swipe on within seconds.
      dwell: {
        mix: [
          { share: '45%', mean: '6s' },
          { share: '40%', median: '60s', sigma: 1.2 },
          { share: '15%', median: '12m', sigma: 1 },
        ],
      },
      chat: 0.7,
      likes: '0.06/min',
      gifts: '0.001/min',
      funnel: { click: '9%', cart: '30%', checkout: '55%', pay: '90%' },
      reaction: { median: '1.3s', sigma: 0.6 },
      taps: 1.5,
      answersCalls: '2%',
    },
  },

  audience: {
    followers: { kind: 'push', at: '0s', size: '10.6k', within: '12m', personas: { fan: 1 } },
    regulars: { kind: 'steady', from: '10m', rate: '100/min', personas: { fan: 1 } },
    feed: {
      kind: 'waves',
      personas: { passerby: 0.85, fan: 0.15 },
      waves: [
        { at: '5m', size: '9k', within: '12m' },
        { at: '30m', size: '14k', within: '20m' },
        { at: '60m', size: '16k', within: '30m' },
        { at: '2h', size: '14k', within: '40m' },
        { at: '3h', size: '14k', within: '40m' },
        { at: '4h', size: '14k', within: '40m' },
      ],
    },
    browse: { kind: 'steady', rate: '120/min', personas: { passerby: 0.9, fan: 0.1 } },
  },

  products: {
    serum: { title: 'Hair serum, 60 ml', price: 'USD 29.00', stock: '5k', perBuyer: 2 },
  },

  show: [
    { at: '2m', cue: 'pin', product: 'serum', interest: '10%' },
    { at: '14m50s', every: '15m', until: '5h50m', cue: 'call', say: '1', response: '60%' },
    { at: '15m', every: '15m', until: '5h45m', cue: 'drop', product: 'serum', units: 215, countdown: '3s', for: '2m' },
  ],

  chat: {
    rate: '0.02/min',
    bursts: { share: '65%', size: 11, decay: '8s' },
    skew: { chatters: '12%', sigma: 1 },
    length: { p50: 9, p90: 31 },
  },

  network: { rtt: { median: '45ms', sigma: 0.5 } },

  shop: { hold: '90s', refunds: '30%' },

  thresholds: {
    join_duration: ['p(95)<1000'],
    joins_failed: ['count==0'],
    chat_lag: ['p(99)<250'],
    chat_delivery: ['rate>0.999'],
    cue_lag: ['p(99)<250'],
    'checkout_duration{during:drop:serum}': ['p(95)<500'],
    http_failed: ['rate<0.001', { threshold: 'rate<0.5', abortOnFail: true, delayAbortEval: '10s' }],
    oversold_units: ['count==0'],
    late_starts: ['p(99)<100'],
  },

  sources: {
    duration: { tag: 'S', from: 'marketplacepulse: Canvas Beauty, TikTok, 8 Jun 2024' },
    audience: {
      tag: 'd',
      from: 'sizes and times chosen so that 170,000 views come to a peak of about 10,000 (marketplacepulse)',
    },
    'personas.fan': {
      tag: 'a',
      from: 'a follower who came for the brand; shares of the funnel above the usual 5-15 % clicks',
    },
    'personas.fan.likes': { tag: 'd', from: 'likes per viewer-minute .03 to .18' },
    'personas.fan.gifts': { tag: 'd', from: 'gifts per viewer-minute 0 to .008' },
    'personas.fan.reaction': {
      tag: 'a',
      from: '"3-2-1": 35-60 % of interested viewers tap within 3 s; lognormal, median .9 s, sigma .5',
    },
    'personas.fan.taps': { tag: 'a', from: '"3-2-1": 1.5 to 4 taps each' },
    'personas.passerby': { tag: 'a', from: 'product click in a live room 5-15 %, click to order 3-15 %' },
    'personas.passerby.dwell': {
      tag: 'a',
      from: 'watch time of feed-pushed viewers: 45 % 6 s, 40 % around 60 s, 15 % around 12 min',
    },
    'personas.passerby.likes': { tag: 'd', from: 'likes per viewer-minute .03 to .18' },
    'personas.passerby.gifts': { tag: 'd', from: 'gifts per viewer-minute 0 to .008' },
    products: { tag: 'a', from: 'price in the range of the brand; 5,000 in stock, sold in 23 batches' },
    show: { tag: 'S', from: '"3, 2, 1, link is up" every 15 minutes; what else the host does is an assumption' },
    'chat.rate': { tag: 'd', from: 'Bilibili and Twitch rooms of 2,000 to 8,000: .014 to .038 per viewer-minute' },
    'chat.bursts': { tag: 'd', from: 'Fano factor 1.5-2.4 at 1 s and 5-13 at 10 s' },
    'chat.skew': { tag: 'd', from: 'chatters are 9-15 % of the average viewers' },
    'chat.length': { tag: 'd', from: 'message length p50 9, p90 23-39 characters' },
    network: { tag: 'a', from: 'phones on mobile networks, one continent' },
    shop: { tag: 'a', from: 'a hold that is short enough to come back within a drop' },
    'shop.refunds': { tag: 'd', from: 'live 30-50 % (economymiddleeast); the lower end' },
  },
});
