import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { compileScenario, type CompileOptions } from '../../sim/scenario/compile.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { scenarioWithTitle } from '../../sim/scenario/schema/scenario.ts';
import type { TracedIntent } from './yes-world.ts';

export { YesWorld } from './yes-world.ts';

export function compiled(input: ScenarioInput, options: CompileOptions = {}): CompiledScenario {
  return compileScenario(scenarioWithTitle.parse(input), options);
}

/** A busy ten minutes: two sources, two personas, a pin, a call and a drop. */
export const BUSY: ScenarioInput = {
  name: 'busy',
  duration: '10m',
  seed: '12345678901234567',
  personas: {
    fan: {
      dwell: { median: '4m', sigma: 1 },
      chat: 1.5,
      likes: '0.6/min',
      gifts: '0.05/min',
      funnel: { click: '40%', cart: '70%', checkout: '80%', pay: '90%' },
      taps: 2.5,
      units: { 1: '70%', 2: '30%' },
      answersCalls: '30%',
    },
    guest: {
      dwell: {
        mix: [
          { share: '50%', mean: '8s' },
          { share: '50%', median: '90s', sigma: 1.2 },
        ],
      },
    },
  },
  audience: {
    followers: { kind: 'push', size: 1500, within: '3m', personas: { fan: 3, guest: 1 } },
    browse: { kind: 'steady', rate: '120/min', personas: { guest: 1 } },
  },
  products: { serum: { title: 'Serum', price: 'CNY 199', stock: '10k' } },
  show: [
    { at: '1m', cue: 'pin', product: 'serum' },
    { at: '2m', cue: 'call', say: '1' },
    { at: '3m', cue: 'drop', product: 'serum', units: 5000, for: '3m' },
  ],
  chat: { rate: '0.3/min' },
};

/** A backend that answers at once, and a fan-out without a lag. */
export const AT_ONCE: ScenarioInput['backend'] = {
  endpoints: {
    view: { service: 0 },
    cart: { service: 0 },
    checkout: { service: 0 },
    pay: { service: 0 },
  },
  fanout: { lag: 0 },
};

/** In an order that does not depend on who was where in memory. */
export function sorted(trace: readonly TracedIntent[]): string[] {
  return trace.map((one) => `${one.dueMs} ${one.viewer} ${one.kind} ${one.arg} ${one.arg2}`).sort();
}

/** Counts in consecutive windows: variance over mean. */
export function fano(times: readonly number[], windowMs: number, fromMs: number, toMs: number): number {
  const windows = Math.floor((toMs - fromMs) / windowMs);
  const counts = new Float64Array(windows);
  for (const t of times) {
    const i = Math.floor((t - fromMs) / windowMs);
    if (i >= 0 && i < windows) counts[i]++;
  }
  const mean = counts.reduce((sum, n) => sum + n, 0) / windows;
  return counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (windows - 1) / mean;
}

/** Largest distance between the empirical distribution of `samples` and `cdf` (Kolmogorov-Smirnov). */
export function ksDistance(samples: readonly number[], cdf: (x: number) => number): number {
  const ordered = [...samples].sort((a, b) => a - b);
  return ordered.reduce((most, x, i) => {
    const p = cdf(x);
    return Math.max(most, Math.abs(p - i / ordered.length), Math.abs(p - (i + 1) / ordered.length));
  }, 0);
}

/** The KS distance that a true hypothesis exceeds once in a thousand. */
export function ksBound(n: number): number {
  return 1.95 / Math.sqrt(n);
}
