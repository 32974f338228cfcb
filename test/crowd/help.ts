import { Crowd } from '../../sim/crowd/crowd.ts';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { ANSWER, INTENT, type IntentKind, type IntentSink } from '../../sim/crowd/intents.ts';
import { compileScenario, type CompileOptions } from '../../sim/scenario/compile.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { scenarioWithTitle } from '../../sim/scenario/schema/scenario.ts';

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

export interface TracedIntent {
  readonly kind: IntentKind;
  readonly viewer: string;
  readonly dueMs: number;
  readonly arg: number;
  readonly arg2: number;
}

/** Plays a whole event in a world that says yes to everything; every cue reaches everyone the moment it is given. */
export class YesWorld implements IntentSink {
  readonly trace: TracedIntent[] = [];
  readonly crowd: Crowd;
  private readonly scenario: CompiledScenario;

  constructor(scenario: CompiledScenario, shard = 0, shards = 1, startMs = 0) {
    this.scenario = scenario;
    this.crowd = new Crowd(scenario, this, { shard, shards, startMs, capacity: 16 });
  }

  intent(kind: IntentKind, row: number, dueMs: number, arg: number, arg2: number): void {
    const { rows } = this.crowd;
    const viewer = `${this.scenario.sources[rows.source[row]].id}-${rows.index[row]}`;
    this.trace.push({ kind, viewer, dueMs, arg, arg2 });
    if (kind >= INTENT.view && kind <= INTENT.pay && arg2 >= 0) {
      this.crowd.answer(row, rows.generation[row], kind, ANSWER.ok, dueMs);
    }
  }

  /** `stepMs`: how far each step goes; what the viewers do must not depend on it. */
  play(stepMs: number, untilMs = this.scenario.durationMs): this {
    let next = 0;
    const { cues } = this.scenario;
    for (let t = 0; t < untilMs;) {
      const cueAt = next < cues.length ? cues[next].atMs : Infinity;
      const to = Math.min(t + stepMs - 1, untilMs - 1, cueAt);
      this.crowd.step(to);
      t = to + 1;
      for (; next < cues.length && cues[next].atMs <= to; next++) this.give(next);
    }
    return this;
  }

  private give(cue: number): void {
    const { rows } = this.crowd;
    for (let row = 0; row < rows.used; row++) {
      if (rows.alive[row] === 1) this.crowd.cue(row, cue, this.scenario.cues[cue].atMs);
    }
  }
}

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
