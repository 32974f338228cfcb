import type { CompiledScenario } from '../../crowd/compiled.ts';
import { BIN_MS, type Bins } from '../bins.ts';
import { Stream } from '../random.ts';
import { Audience } from './audience.ts';
import { weightLaw } from './chat-weights.ts';
import type { Population } from './populations.ts';

/** Events of more seconds are followed in steps of several. */
const STEP_OF_ONE_UP_TO_SEC = 24_000;
const LONG_STEP_SEC = 4;

/** Numbers of streams: those of the parts of the engine do not meet. */
export const STREAM = {
  totals: 1,
  talk: 2,
  calls: 3,
  queue: 10,
  rate: 1000,
  audience: 100_000,
  flow: 10_000_000,
} as const;

/** All populations of an event: who comes, leaves and is there. Nothing that the shop does changes it. */
export class CrowdOverTime {
  readonly populations: readonly Population[];
  readonly audiences: readonly Audience[];
  /** Bins in a step of the audiences. */
  readonly step: number;
  private readonly bins: Bins;

  constructor(scenario: CompiledScenario, populations: readonly Population[], bins: Bins) {
    this.populations = populations;
    this.bins = bins;
    this.step = bins.count > STEP_OF_ONE_UP_TO_SEC ? LONG_STEP_SEC : 1;
    const law = weightLaw(scenario.tables[scenario.chat.weightTable]);
    const steps = Math.ceil(bins.count / this.step);
    this.audiences = populations.map((population) => new Audience(population, this.step, steps, scenario.chat, law));
  }

  /** Fills the rows of joins, leaves and viewers. Returns how many of these events there were. */
  play(seedHi: number, seedLo: number): number {
    this.audiences.forEach((audience, i) => audience.play(new Stream(seedHi, seedLo, STREAM.audience + i)));
    return this.step === 1 ? this.addUp() : this.divide(new Stream(seedHi, seedLo, STREAM.totals));
  }

  /** Those of a population who are there at a moment: a straight line between the steps. */
  presentAt(population: number, atMs: number): number {
    const { present } = this.audiences[population];
    const at = (atMs - this.bins.originMs) / (this.step * BIN_MS);
    const step = Math.min(present.length - 1, Math.floor(at));
    if (step < 0) return 0;
    const before = step > 0 ? present[step - 1] : 0;
    return Math.round(before + Math.min(1, at - step) * (present[step] - before));
  }

  private addUp(): number {
    const { joins, leaves, viewers } = this.bins.rows;
    let events = 0;
    for (const audience of this.audiences)
      for (let bin = 0; bin < joins.length; bin++) {
        joins[bin] += audience.joins[bin];
        leaves[bin] += audience.leaves[bin];
        viewers[bin] += audience.present[bin];
        events += audience.joins[bin] + audience.leaves[bin];
      }
    return events;
  }

  /** Divides what all do in a step among its bins. */
  private divide(stream: Stream): number {
    const { populations, audiences, step } = this;
    const { joins, leaves, viewers } = this.bins.rows;
    const { count } = this.bins;
    let there = 0;
    let events = 0;
    for (let from = 0, k = 0; from < count; from += step, k++) {
      const until = Math.min(count, from + step);
      let came = 0;
      let left = 0;
      let expected = 0;
      for (let p = 0; p < audiences.length; p++) {
        came += audiences[p].joins[k];
        left += audiences[p].leaves[k];
        for (let bin = from; bin < until; bin++) expected += populations[p].arrivals[bin];
      }
      events += came + left;
      for (let bin = from; bin < until; bin++) {
        let share = 0;
        for (let p = 0; p < populations.length; p++) share += populations[p].arrivals[bin];
        const isLast = bin === until - 1;
        joins[bin] = isLast ? came : stream.binomial(came, expected > 0 ? Math.min(1, share / expected) : 0);
        const goes = isLast ? left : stream.binomial(left, 1 / (until - bin));
        leaves[bin] = Math.min(goes, there + joins[bin]);
        came -= joins[bin];
        left -= leaves[bin];
        expected -= share;
        there += joins[bin] - leaves[bin];
        viewers[bin] = there;
      }
    }
    return events;
  }
}
