import { defineScenario } from 'flashcrowd';

/**
 * Everything that a viewer can do, timed so that a slow machine changes nothing of it: who comes and who goes does so
 * 1.5 s or more from any cue, a purchase is over 1.5 s before the next cue that could begin one, and all reactions have
 * a longest time. To be played from 20 s for 10 s:
 *
 *     20      21      22      23      24      25      26      27      28      29      30
 *     |guests |       |pin,call, purchases    |  drop, purchases      |       |guests |
 *      come                                                                    leave
 */
const SHORT = { quantiles: { p0: '80ms', p100: '300ms' } };

export default defineScenario({
  name: 'same-seed',
  duration: '40s',
  seed: 5,
  personas: {
    regular: {
      dwell: '10m',
      likes: '20/min',
      gifts: '5/min',
      funnel: { click: '70%', cart: '80%', checkout: '80%', pay: '90%' },
      reaction: SHORT,
      think: SHORT,
      taps: 1.5,
      units: { 1: '60%', 3: '40%' },
      answersCalls: '40%',
    },
    guest: {
      dwell: '8600ms',
      likes: '20/min',
      gifts: '2/min',
      funnel: { click: '50%', cart: '60%', checkout: '80%', pay: '90%' },
      reaction: SHORT,
      think: SHORT,
      answersCalls: '20%',
    },
  },
  audience: {
    regulars: { kind: 'raid', at: '0s', size: 90, within: '2s', personas: { regular: 1 } },
    guests: { kind: 'paid', from: '20100ms', to: '20600ms', size: 40, personas: { guest: 1 } },
  },
  products: {
    mug: { title: 'Mug', price: 'USD 12', stock: '10k' },
    serum: { title: 'Serum', price: 'USD 29', stock: '10k' },
  },
  show: [
    { at: '22200ms', cue: 'pin', product: 'mug', interest: '50%' },
    { at: '22400ms', cue: 'call', say: 'me' },
    { at: '25500ms', cue: 'drop', product: 'serum', countdown: '1s' },
  ],
  chat: { rate: '6/min', skew: { chatters: '70%' } },
  network: { rtt: '30ms' },
  health: { lateStartP99: '30s', loopDelayP99: '30s', receiveWaitP99: '30s', stall: '30s', workerCpu: '100%' },
  thresholds: { http_failed: 'rate==0', joins_failed: 'count==0', oversold_units: 'count==0' },
});
