import type { CompiledScenario } from '../../crowd/compiled.ts';

/**
 * The shelves of the model's shop as `backend/shelves.ts` has them, in numbers instead of reservations: a cart takes units off the shelf
 * and out of the batch on offer; what is not paid comes back when its hold ends, to the batch too while that lasts.
 */
export class Stock {
  readonly left: Float64Array;
  readonly priceMinor: Float64Array;
  /** Units that the open drop still offers; -1 closed, Infinity without a limit of its own. */
  readonly offered: Float64Array;
  /** Cue of the open drop; -1 none. */
  readonly openDrop: Int32Array;
  /** Grows whenever something begins or ceases to be for sale. */
  version = 0;
  private readonly scenario: CompiledScenario;

  constructor(scenario: CompiledScenario) {
    const { length } = scenario.products;
    this.scenario = scenario;
    this.left = new Float64Array(length);
    this.priceMinor = new Float64Array(length);
    this.offered = new Float64Array(length);
    this.openDrop = new Int32Array(length);
  }

  reset(): void {
    this.scenario.products.forEach((product, i) => {
      this.left[i] = product.stock;
      this.priceMinor[i] = product.priceMinor;
      this.offered[i] = product.dropped ? -1 : Infinity;
    });
    this.openDrop.fill(-1);
    this.version++;
  }

  forSale(product: number): number {
    return Math.max(0, Math.min(this.left[product], this.offered[product]));
  }

  apply(cueIndex: number): void {
    const { kind, product, units, priceMinor } = this.scenario.cues[cueIndex];
    if (product < 0) return;
    if (kind === 'drop') {
      this.offered[product] = units ?? Infinity;
      this.openDrop[product] = cueIndex;
    } else if (kind === 'close') {
      this.offered[product] = this.openDrop[product] = -1;
    } else if (kind === 'restock') this.left[product] += units ?? 0;
    if (priceMinor !== null) this.priceMinor[product] = priceMinor;
    this.version++;
  }

  take(product: number, units: number): void {
    if (units === 0) return;
    this.left[product] -= units;
    this.offered[product] -= units;
    if (this.forSale(product) === 0) this.version++;
  }

  /** Gives units back that were taken while `drop` was open. */
  giveBack(product: number, drop: number, units: number): void {
    if (this.forSale(product) === 0) this.version++;
    this.left[product] += units;
    if (this.offered[product] >= 0 && drop === this.openDrop[product]) this.offered[product] += units;
  }
}

/** Units on hold that will come back, in order of time because all of one kind are held equally long. */
export class Holds {
  private dueMs = new Float64Array(256);
  private product = new Int32Array(256);
  private drop = new Int32Array(256);
  private units = new Float64Array(256);
  private first = 0;
  private end = 0;

  reset(): void {
    this.first = this.end = 0;
  }

  push(dueMs: number, product: number, drop: number, units: number): void {
    if (units <= 0) return;
    if (this.end === this.dueMs.length) this.grow();
    const i = this.end++;
    this.dueMs[i] = dueMs;
    this.product[i] = product;
    this.drop[i] = drop;
    this.units[i] = units;
  }

  /** Calls `back` for all that are due by now. */
  sweep(nowMs: number, back: (product: number, drop: number, units: number) => void): void {
    while (this.first < this.end && this.dueMs[this.first] <= nowMs) {
      const i = this.first++;
      back(this.product[i], this.drop[i], this.units[i]);
    }
  }

  private grow(): void {
    const length = this.dueMs.length * 2;
    const dueMs = new Float64Array(length);
    const product = new Int32Array(length);
    const drop = new Int32Array(length);
    const units = new Float64Array(length);
    dueMs.set(this.dueMs);
    product.set(this.product);
    drop.set(this.drop);
    units.set(this.units);
    Object.assign(this, { dueMs, product, drop, units });
  }
}
