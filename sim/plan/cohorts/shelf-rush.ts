import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Bins } from '../bins.ts';
import type { Flow } from './flow.ts';
import { UNIT_MS, type Grid } from './grid.ts';
import type { Queue } from './queue.ts';
import type { Stock } from './stock.ts';
import type { Tally } from './tally.ts';

/** Orders of one lane that are at the shelf in a cell. */
export interface Want {
  flow: Flow;
  /** Of the lane. */
  number: number;
  /** By size: orders that ask, and those that get their units. */
  orders: Float64Array;
  got: Float64Array;
  lateP: number;
}

/** Everybody who asks for units in one cell. Where there are too few, chance decides who was first. */
export class ShelfRush {
  readonly wants: Want[] = [];
  count = 0;
  private readonly scenario: CompiledScenario;
  private readonly grid: Grid;
  private readonly bins: Bins;
  private readonly stock: Stock;
  private readonly tally: Tally;
  /** By product: units that are asked for in this cell. */
  private readonly asked: Float64Array;

  constructor(scenario: CompiledScenario, grid: Grid, bins: Bins, stock: Stock, tally: Tally) {
    this.scenario = scenario;
    this.grid = grid;
    this.bins = bins;
    this.stock = stock;
    this.tally = tally;
    this.asked = new Float64Array(scenario.products.length);
  }

  begin(): void {
    this.count = 0;
  }

  want(flow: Flow, number: number): Want {
    const { length } = flow.habits.sizes;
    const known = this.wants[this.count];
    const want: Want =
      known !== undefined && known.orders.length === length
        ? known
        : { flow, number, orders: new Float64Array(length), got: new Float64Array(length), lateP: 0 };
    want.flow = flow;
    want.number = number;
    want.lateP = 0;
    this.wants[this.count++] = want;
    return want;
  }

  /** Fills `got` of all, takes the units, and notes what is sold out. */
  settle(cell: number, queue: Queue): void {
    const { stock, asked, wants } = this;
    for (let k = 0; k < this.count; k++) asked[wants[k].flow.product] += unitsOf(wants[k], wants[k].orders);
    for (let k = 0; k < this.count; k++) {
      const { product } = wants[k].flow;
      if (asked[product] > 0) {
        const all = asked[product];
        asked[product] = 0;
        const before = stock.forSale(product);
        if (all <= before) this.giveAll(product, all);
        else this.giveSome(product, before, all);
        if (before > 0 && stock.forSale(product) <= 0) this.note(product, cell, Math.min(1, before / all), queue);
      } else if (unitsOf(wants[k], wants[k].orders) === 0) wants[k].got.fill(0);
    }
  }

  private giveAll(product: number, units: number): void {
    for (let k = 0; k < this.count; k++) {
      const { flow, orders, got } = this.wants[k];
      if (flow.product === product) got.set(orders);
    }
    this.stock.take(product, units);
  }

  /** In random order, as a sample without replacement; an order of more than is left gets nothing, and a smaller one behind it may. */
  private giveSome(product: number, available: number, asked: number): void {
    const { wants } = this;
    let orders = 0;
    for (let k = 0; k < this.count; k++) if (wants[k].flow.product === product) orders += ordersOf(wants[k].orders);
    let lucky = Math.floor((available * orders) / asked);
    let rest = orders;
    let left = available;
    for (let k = 0; k < this.count; k++) {
      const { flow, orders: asking, got } = wants[k];
      if (flow.product !== product) continue;
      for (let size = 0; size < asking.length; size++) {
        const n = asking[size];
        const units = flow.habits.sizes[size];
        const drawn = rest > n ? flow.stream.binomial(lucky, n / rest) : lucky;
        got[size] = Math.min(n, Math.floor(left / units), Math.max(drawn, lucky - (rest - n)));
        left -= got[size] * units;
        lucky -= Math.min(lucky, drawn);
        rest -= n;
      }
    }
    this.stock.take(product, available - this.giveRest(product, left));
  }

  /** What rounding left over goes to the smallest orders. Returns what nobody can use. */
  private giveRest(product: number, units: number): number {
    let left = units;
    for (let k = 0; k < this.count && left > 0; k++) {
      const { flow, orders, got } = this.wants[k];
      if (flow.product !== product) continue;
      for (let size = 0; size < orders.length; size++) {
        const more = Math.min(orders[size] - got[size], Math.floor(left / flow.habits.sizes[size]));
        got[size] += more;
        left -= more * flow.habits.sizes[size];
      }
    }
    return left;
  }

  /** The last unit went when `share` of what the cell asks for had come by. */
  private note(product: number, cell: number, share: number, queue: Queue): void {
    const { stock, tally, grid } = this;
    const width = grid.from[cell + 1] - grid.from[cell];
    const waitMs = queue.firstWaitMs + share * (queue.lastWaitMs - queue.firstWaitMs);
    const atMs = this.bins.originMs + (grid.from[cell] + share * width) * UNIT_MS + waitMs;
    if (stock.left[product] <= 0 && Number.isNaN(tally.products.soldOutAtMs[product]))
      tally.products.soldOutAtMs[product] = atMs;
    const drop = stock.openDrop[product];
    if (drop >= 0 && Number.isNaN(tally.soldOutAfterMs[drop]))
      tally.soldOutAfterMs[drop] = Math.max(0, atMs - this.scenario.cues[drop].atMs);
  }
}

function unitsOf({ flow }: Want, orders: Float64Array): number {
  let sum = 0;
  for (let size = 0; size < orders.length; size++) sum += orders[size] * flow.habits.sizes[size];
  return sum;
}

function ordersOf(orders: Float64Array): number {
  let sum = 0;
  for (let size = 0; size < orders.length; size++) sum += orders[size];
  return sum;
}
