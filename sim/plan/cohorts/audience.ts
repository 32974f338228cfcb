import type { CompiledChat } from '../../crowd/compiled.ts';
import type { Stream } from '../random.ts';
import { beginsAt, endsAt, makeBlocks, type Blocks } from './blocks.ts';
import { ChatWeights, type WeightLaw } from './chat-weights.ts';
import type { Population } from './populations.ts';

/** A block carries the chat weights of its viewers of its own from this many seconds on; younger ones have the mean. */
const WEIGHED_FROM_SEC = 8;

/** One population through an event: how many come, leave and are there, step by step. Those who have come are followed in blocks. */
export class Audience {
  readonly population: Population;
  /** By step: those who come, who leave, and who are there at the end. */
  readonly joins: Float64Array;
  readonly leaves: Float64Array;
  readonly present: Float64Array;
  /** Those who have come before each step, and in the end all. */
  readonly joinedBy: Float64Array;
  /** By step: sum of the chat weights of those there at the end. */
  readonly weight: Float64Array;
  private readonly blocks: Blocks;
  private readonly expectedJoins: Float64Array;
  private readonly weights: ChatWeights;
  private readonly firstWeighed: number;
  /** By level: who was there at the end of each block. */
  private readonly left: readonly Float64Array[];
  /** Expected departures of those who have been drawn to leave, by step. */
  private readonly due: Float64Array;

  constructor(population: Population, binsAStep: number, steps: number, chat: CompiledChat, law: WeightLaw) {
    const column = (): Float64Array => new Float64Array(steps);
    this.population = population;
    this.joins = column();
    this.leaves = column();
    this.present = column();
    this.weight = column();
    this.joinedBy = new Float64Array(steps + 1);
    this.due = column();
    this.blocks = makeBlocks(population, binsAStep, steps);
    this.left = this.blocks.levels.map(({ leaveP }) => new Float64Array(leaveP.length));
    this.expectedJoins = column();
    population.arrivals.forEach((n, bin) => (this.expectedJoins[Math.floor(bin / binsAStep)] += n));
    this.firstWeighed = Math.max(1, Math.ceil(Math.log2(WEIGHED_FROM_SEC / binsAStep)));
    this.weights = new ChatWeights(
      this.left.map((column) => column.length),
      steps,
      chat.chatterP,
      law,
    );
  }

  play(stream: Stream): void {
    const { joins, leaves, present, due, expectedJoins } = this;
    due.fill(0);
    this.weights.reset();
    let there = 0;
    // Drawn to leave at some step to come, and what of `due` is still ahead of them.
    let leaving = 0;
    let ahead = 0;
    for (let step = 0; step < joins.length; step++) {
      const came = stream.poisson(expectedJoins[step]);
      let drawn = this.begin(0, step, came, stream);
      for (let level = 1; level < this.left.length && step % 2 ** level === 0; level++) {
        const i = step / 2 ** level - 2;
        if (i < 0) break;
        drawn += this.takeOver(level, i, stream);
      }
      leaving += drawn;
      ahead += drawn;
      const left = leaving > 0 ? stream.binomial(leaving, ahead > due[step] ? due[step] / ahead : 1) : 0;
      leaving -= left;
      ahead = Math.max(0, ahead - due[step]);
      there += came - left;
      joins[step] = came;
      this.joinedBy[step + 1] = this.joinedBy[step] + came;
      leaves[step] = left;
      present[step] = there;
    }
    this.weights.into(this.weight, present);
  }

  /** The block's halves become one. Returns how many of it will leave before its end. */
  private takeOver(level: number, i: number, stream: Stream): number {
    const halves = this.left[level - 1];
    const second = 2 * i + 1 < halves.length ? halves[2 * i + 1] : 0;
    const there = halves[2 * i] + second;
    if (level === this.firstWeighed) this.weights.weigh(level, i, beginsAt(level, i), there, stream);
    else if (level > this.firstWeighed) this.weights.join(level, i);
    const leave = this.begin(level, i, there, stream);
    if (level >= this.firstWeighed)
      this.weights.follow(
        level,
        i,
        beginsAt(level, i),
        Math.min(this.due.length, endsAt(level, i)),
        there,
        there - leave,
        stream,
      );
    return leave;
  }

  private begin(level: number, i: number, there: number, stream: Stream): number {
    const { leaveP, when } = this.blocks.levels[level];
    const { due } = this;
    const leave = there > 0 ? stream.binomial(there, leaveP[i]) : 0;
    this.left[level][i] = there - leave;
    if (leave === 0) return 0;
    const shares = when[i & 1];
    const first = beginsAt(level, i);
    const count = Math.min(shares.length, due.length - first);
    let share = 1;
    if (count < shares.length) {
      share = 0;
      for (let k = 0; k < count; k++) share += shares[k];
    }
    if (share > 0) for (let k = 0; k < count; k++) due[first + k] += (leave / share) * shares[k];
    return leave;
  }
}
