import { defineScenario } from 'flashcrowd';

/**
 * 3,000 viewers, and more in the shop than they can buy: what they do follows from their seed alone, however slow the machine is. One cue
 * only begins purchases, and who comes in the window never buys. The longest purchase takes five seconds, and has thirteen: what is
 * left over is for a slow machine. To be played from 20 s for 15 s:
 *
 *     20      22      24      26      28      30      32      34
 *     |guests |drop, purchases    |                             |
 *      come
 */
export default defineScenario({
  name: 'three-thousand',
  duration: '40s',
  seed: 17,
  personas: {
    regular: {
      dwell: '10m',
      likes: '0.5/min',
      funnel: { click: '15%', cart: '80%', checkout: '80%', pay: '90%' },
      reaction: { quantiles: { p0: '100ms', p100: '3s' } },
      think: { quantiles: { p0: '100ms', p100: '600ms' } },
      units: { 1: '60%', 2: '40%' },
      timeout: '8s',
    },
    guest: { dwell: '10m', funnel: { click: '0%' }, timeout: '8s' },
  },
  audience: {
    regulars: { kind: 'raid', at: '0s', size: 2700, within: '5s', personas: { regular: 1 } },
    guests: { kind: 'paid', from: '20100ms', to: '21500ms', size: 300, personas: { guest: 1 } },
  },
  products: { serum: { title: 'Serum', price: 'USD 29', stock: '10k' } },
  show: [{ at: '22s', cue: 'drop', product: 'serum', countdown: '0s' }],
  chat: { rate: '0.05/min', skew: { chatters: '20%' } },
  network: { rtt: '30ms' },
  health: { lateStartP99: '30s', loopDelayP99: '30s', receiveWaitP99: '30s', stall: '30s', workerCpu: '100%' },
  thresholds: { http_failed: 'rate==0', joins_failed: 'count==0', oversold_units: 'count==0' },
});
