import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';

/**
 * The event of the golden trace. It never changes: whoever changes it, or what viewers decide, writes a new digest and says so in the CHANGELOG,
 * for a seed then means something else.
 */
export const GOLDEN: ScenarioInput = {
  name: 'golden',
  duration: '12m',
  seed: '9876543210987654321',
  rooms: { main: { title: 'Main' }, second: { title: 'Second' } },
  personas: {
    fan: {
      dwell: { median: '5m', sigma: 1 },
      chat: 1.5,
      likes: '15/min',
      gifts: '0.4/min',
      funnel: { click: '45%', cart: '70%', checkout: '80%', pay: '90%' },
      taps: 2.5,
      units: { 1: '70%', 2: '30%' },
      refunds: { share: '20%', after: { median: '40s', sigma: 0.8 } },
      answersCalls: '30%',
    },
    guest: {
      dwell: {
        mix: [
          { share: '50%', mean: '8s' },
          { share: '50%', median: '90s', sigma: 1.2 },
        ],
      },
      likes: '1/min',
    },
  },
  audience: {
    followers: { kind: 'push', size: 3000, within: '3m', personas: { fan: 3, guest: 1 } },
    browse: { kind: 'steady', rate: '600/min', personas: { guest: 3, fan: 1 } },
    visitors: { kind: 'raid', room: 'second', at: '4m', size: 800, within: '20s', personas: { fan: 1, guest: 1 } },
  },
  products: {
    serum: { title: 'Serum', price: 'CNY 199', stock: '10k' },
    mask: { title: 'Mask', price: 'CNY 59', stock: '10k' },
  },
  show: [
    { at: '1m', cue: 'pin', product: 'serum' },
    { at: '2m', cue: 'call', say: '1' },
    { at: '3m', cue: 'drop', product: 'serum', units: 5000, for: '3m' },
    { at: '7m', cue: 'pin', product: 'mask', interest: '80%' },
    { at: '9m', cue: 'call', say: 'me' },
  ],
  chat: { rate: '0.3/min' },
};
