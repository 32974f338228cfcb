import { defineScenario } from 'flashcrowd';

/**
 * A starter: one creator, one product, one drop at ten minutes. Every key that is not here has a default;
 * `flashcrowd explain` shows them all. Times, sizes, shares and rates are written with their units.
 */
export default defineScenario({
  name: 'my-drop',
  title: 'My first drop',
  about: 'A creator puts 60 hoodies on sale, ten minutes into a half-hour show.',
  duration: '30m',
  // The same seed, the same crowd: viewers decide the same in every run.
  seed: 1,

  // Kinds of viewers: how long they stay, what they do, and how many of them go on at each step of a purchase.
  personas: {
    fan: {
      dwell: { median: '12m', sigma: 1 },
      chat: 1.5,
      likes: '0.2/min',
      funnel: { click: '25%', cart: '45%', checkout: '70%', pay: '92%' },
      taps: 2,
      answersCalls: '10%',
    },
    passerby: {
      // Half of those whom the feed brings are gone within seconds.
      dwell: {
        mix: [
          { share: '50%', mean: '8s' },
          { share: '50%', median: '3m', sigma: 1.2 },
        ],
      },
      chat: 0.5,
    },
  },

  // Where they come from: push, waves, raid, paid, steady or curve.
  audience: {
    followers: { kind: 'push', at: '0s', size: 800, within: '8m', personas: { fan: 1 } },
    feed: { kind: 'steady', rate: '60/min', personas: { passerby: 0.9, fan: 0.1 } },
  },

  products: {
    hoodie: { title: 'Hoodie, black', price: 'USD 49.00', stock: 60, perBuyer: 2 },
  },

  // What the host does: pin, drop, price, restock, call, giveaway or raid.
  show: [
    { at: '5m', cue: 'pin', product: 'hoodie', interest: '10%' },
    { at: '9m30s', cue: 'call', say: '1' },
    { at: '10m', cue: 'drop', product: 'hoodie', countdown: '3s' },
  ],

  // What must hold, in the grammar of k6. A failed threshold makes the run exit with 99.
  thresholds: {
    join_duration: 'p(95)<1000',
    chat_lag: 'p(99)<250',
    'checkout_duration{during:drop:hoodie}': 'p(95)<500',
    http_failed: 'rate<0.001',
    oversold_units: 'count==0',
  },

  // Where your figures come from: S seen, d derived, w weak source, a assumption.
  sources: {
    'audience.followers.size': { tag: 'a', from: 'replace with the figures of your last show' },
  },
});
