import type { CompiledScenario } from '../../crowd/compiled.ts';
import { BIN_MS, type Bins } from '../bins.ts';
import { Stream } from '../random.ts';
import { Buyers } from './buyers.ts';
import { STREAM, type CrowdOverTime } from './crowd-over-time.ts';
import { Desk } from './desk.ts';
import { Flow, STEP } from './flow.ts';
import { cellOf, makeGrid, UNIT_MS, UNITS_A_BIN, type Grid } from './grid.ts';
import { makeHabits, type Habits } from './habits.ts';
import { isContested } from './contested.ts';
import { Standing } from './standing.ts';
import { Stock } from './stock.ts';
import { Tally } from './tally.ts';
import { clickShares, makeWaves, type Wave } from './waves.ts';

/** The last of a crowd do not need a step of their own: less than this share of it is put off to the next. Few are never put off. */
const GRAIN = 1 / 1000;
const NO_GRAIN_UP_TO = 4000;
/** Newcomers of about so many cells are on their way at once. */
const NEWCOMERS_CELLS = 8;

/** Cells after which flows are looked through for those in which nobody is left. */
const TIDY_EVERY = 8;

/** What comes later than the base lag by less changes nothing that is seen. */
const LAG_SLACK_MS = 20;

/** Everybody who buys: waves of those who are there when a cue comes, and newcomers who see what stands. */
export class Shop {
  readonly tally: Tally;
  private readonly scenario: CompiledScenario;
  private readonly crowd: CrowdOverTime;
  private readonly bins: Bins;
  private readonly grid: Grid;
  private readonly habits: readonly Habits[];
  private readonly habitsOf: readonly (Habits | undefined)[];
  private readonly waves: readonly (readonly Wave[])[];
  private readonly stock: Stock;
  private readonly standing: Standing;
  private readonly buyers: Buyers;
  private readonly desk: Desk;
  /** By cue: the cell in which it comes. */
  private readonly cellOfCue: Int32Array;
  private flows: Flow[] = [];
  /** By persona: flows that can be used again. */
  private readonly spare: Flow[][];
  private newcomers = new Map<number, Flow>();
  private streams = new Map<number, Stream>();
  /** By population: arrivals up to the beginning of the cell. */
  private readonly came: Float64Array;
  private seedHi = 0;
  private seedLo = 0;

  constructor(scenario: CompiledScenario, crowd: CrowdOverTime, bins: Bins) {
    const { populations } = crowd;
    this.scenario = scenario;
    this.crowd = crowd;
    this.bins = bins;
    this.habits = scenario.personas.flatMap((_, index) => {
      const population = populations.find(({ persona }) => persona === index);
      return population === undefined ? [] : [makeHabits(scenario, index, population.stay)];
    });
    this.habitsOf = scenario.personas.map((_, persona) => this.habits.find(({ index }) => index === persona));
    this.grid = makeGrid(scenario, bins, isContested(scenario, populations, bins));
    this.waves = scenario.cues.map((_, cue) => makeWaves(scenario, cue, populations, this.habits, this.grid, bins));
    this.cellOfCue = Int32Array.from(scenario.cues, ({ atMs }) => this.cellNearest(atMs));
    this.tally = new Tally(scenario, bins, this.grid);
    this.stock = new Stock(scenario);
    this.standing = new Standing(scenario, this.stock);
    this.buyers = new Buyers(scenario, populations, this.habits, bins);
    this.desk = new Desk(scenario, this.grid, bins, this.stock, this.tally, this.buyers);
    this.spare = scenario.personas.map(() => []);
    this.came = new Float64Array(populations.length);
  }

  /** Plays what the crowd of this run buys. Its lag is read from the bins. */
  play(seedHi: number, seedLo: number): void {
    const { grid, desk, scenario } = this;
    this.reset(seedHi, seedLo);
    let cue = 0;
    let bin = 0;
    for (let cell = 0; cell < grid.count; cell++) {
      for (; cue < scenario.cues.length && this.cellOfCue[cue] <= cell; cue++) this.give(cue);
      desk.release(cell);
      this.enter(cell);
      desk.serve(this.flows, cell);
      if (cell % TIDY_EVERY === 0) this.tidy();
      for (; (bin + 1) * UNITS_A_BIN <= grid.from[cell + 1]; bin++) this.noteStock(bin);
    }
    desk.finish();
  }

  private reset(seedHi: number, seedLo: number): void {
    this.seedHi = seedHi;
    this.seedLo = seedLo;
    this.tally.reset();
    this.stock.reset();
    this.standing.reset();
    this.buyers.reset();
    this.desk.reset(seedHi, seedLo);
    for (const list of this.spare) list.length = 0;
    this.flows = [];
    this.newcomers = new Map();
    this.streams = new Map();
    this.came.fill(0);
  }

  private give(cueIndex: number): void {
    const cue = this.scenario.cues[cueIndex];
    this.stock.apply(cueIndex);
    this.standing.apply(cueIndex);
    // Sold out at once: every drop means to sell something.
    if (cue.kind === 'drop' && this.stock.forSale(cue.product) <= 0) this.tally.soldOutAfterMs[cueIndex] = 0;
    for (const wave of this.waves[cueIndex]) this.beginWave(wave, cue.product);
  }

  /** Those who are there, and not in the middle of a purchase, see the product. */
  private beginWave(wave: Wave, product: number): void {
    const { crowd, scenario } = this;
    const { habits, cue } = wave;
    let present = 0;
    for (const population of wave.populations) present += crowd.presentAt(population, scenario.cues[cue].atMs);
    if (present === 0) return;
    const idle = Math.max(0, present - Math.round(present * this.busyShare(habits.index, cue)));
    const clicks = this.clicksAfterLag(wave);
    const flow = this.flowOf(habits, product, this.stream(STREAM.flow + cue * 64 + habits.index));
    flow.there = wave.there;
    flow.firstCell = wave.firstCell;
    flow.kernels = habits.next;
    flow.heldP = this.buyers.at(cue, product, habits.index, present);
    let share = 0;
    for (let k = 0; k < clicks.length; k++) share += clicks[k];
    const all = flow.stream.binomial(idle, Math.min(1, share));
    if (all === 0) return;
    flow.grain = grainOf(all);
    const lane = flow.lane(STEP.view, 0);
    lane.reserve(clicks.length);
    lane.add(0, all);
    for (let k = 0; k < clicks.length; k++)
      if (clicks[k] > 0) lane.expect(wave.firstCell + k, (all * clicks[k]) / share);
  }

  private clicksAfterLag(wave: Wave): Float64Array {
    const { scenario, bins, grid } = this;
    const { lagMs } = scenario.backend.fanout;
    const bin = bins.at(scenario.cues[wave.cue].atMs) - 1;
    const nowMs = bin >= 0 ? bins.rows.chatLagMs[bin] : lagMs;
    return nowMs - lagMs < LAG_SLACK_MS ? wave.clicks : clickShares(wave, scenario, grid, bins, nowMs);
  }

  private busyShare(persona: number, cue: number): number {
    let busy = 0;
    for (const flow of this.flows) if (flow.habits.index === persona) busy += flow.busy;
    if (busy === 0) return 0;
    const { populations } = this.crowd;
    let present = 0;
    for (let i = 0; i < populations.length; i++)
      if (populations[i].persona === persona) present += this.crowd.presentAt(i, this.scenario.cues[cue].atMs);
    return present > 0 ? Math.min(1, busy / present) : 0;
  }

  /** Newcomers of a cell take the first that they want of what stands. */
  private enter(cell: number): void {
    const { crowd, scenario, standing, came, grid } = this;
    for (let i = 0; i < crowd.populations.length; i++) {
      const before = came[i];
      const after = this.cameBy(i, grid.from[cell + 1]);
      came[i] = after;
      const { room, persona } = crowd.populations[i];
      let left = Math.floor(after) - Math.floor(before);
      if (left <= 0) continue;
      for (const cueIndex of standing.in(room)) {
        const { product, interest } = scenario.cues[cueIndex];
        const p = Math.min(1, scenario.personas[persona].clickP * interest);
        if (p <= 0) continue;
        if (left <= 0) break;
        left -= this.enterShop(cell, persona, product, left, p);
      }
    }
  }

  /** Returns how many of `viewers` want it. */
  private enterShop(cell: number, persona: number, product: number, viewers: number, p: number): number {
    const key = product * this.scenario.personas.length + persona;
    const habits = this.habitsOf[persona] as Habits;
    const flow = this.newcomers.get(key) ?? this.newcomerFlow(key, habits, product);
    const counts = this.one;
    counts[0] = viewers;
    flow.grain = grainOf((viewers * p * NEWCOMERS_CELLS) | 0);
    const click = flow.send(counts, flow.lane(STEP.view, 0), habits.enter, p, 0, 0, cell, this.grid);
    return habits.enter.total > 0 ? Math.min(viewers, Math.round(click / habits.enter.total)) : 0;
  }

  private readonly one = new Float64Array(1);

  private newcomerFlow(key: number, habits: Habits, product: number): Flow {
    const flow = this.flowOf(habits, product, this.stream(STREAM.flow - 1 - key));
    flow.there = null;
    flow.heldP = null;
    flow.kernels = habits.nextOfNewcomers;
    this.newcomers.set(key, flow);
    return flow;
  }

  private flowOf(habits: Habits, product: number, stream: Stream): Flow {
    const flow = this.spare[habits.index].pop() ?? new Flow(habits);
    flow.reset(product, stream);
    this.flows.push(flow);
    return flow;
  }

  /** Each flow has a stream of its own, which goes on where it was when the flow comes back. */
  private stream(number: number): Stream {
    const known = this.streams.get(number) ?? new Stream(this.seedHi, this.seedLo, number);
    this.streams.set(number, known);
    return known;
  }

  /** Flows in which nobody is left are put away. */
  private tidy(): void {
    const { flows } = this;
    let kept = 0;
    for (const flow of flows) {
      if (!flow.isIdle) flows[kept++] = flow;
      else {
        if (flow.there === null)
          this.newcomers.delete(flow.product * this.scenario.personas.length + flow.habits.index);
        this.spare[flow.habits.index].push(flow);
      }
    }
    flows.length = kept;
  }

  /** Arrivals of a population up to a unit: even within its steps. */
  private cameBy(i: number, unit: number): number {
    const { step, audiences } = this.crowd;
    const { joins, joinedBy } = audiences[i];
    const at = unit / (UNITS_A_BIN * step);
    const whole = Math.min(joins.length, Math.floor(at));
    return joinedBy[whole] + (whole < joins.length ? (at - whole) * joins[whole] : 0);
  }

  private noteStock(bin: number): void {
    const { stockLeft } = this.bins;
    for (let product = 0; product < stockLeft.length; product++) stockLeft[product][bin] = this.stock.forSale(product);
  }

  private cellNearest(atMs: number): number {
    const unit = Math.round((atMs - this.bins.originMs) / UNIT_MS);
    if (atMs - this.bins.originMs >= this.bins.count * BIN_MS) return this.grid.count;
    return cellOf(this.grid, unit);
  }
}

function grainOf(people: number): number {
  return people > NO_GRAIN_UP_TO ? people * GRAIN : 0;
}
