import type { CompiledScenario } from '../../crowd/compiled.ts';

/** Why units were not given. */
export const REFUSAL = { notOpen: -1, limit: -2, soldOut: -3 } as const;

const STATE = { carted: 0, ordered: 1, paid: 2, gone: 3 } as const;

/**
 * The stock of the model's shop, with the rules of the bundled one: a cart takes units off the shelf and out of the batch on
 * offer, at the price of that moment; they come back a while after the cart, or after the order, unless it is paid. No unit is sold
 * twice.
 */
export class Shelves {
  readonly left: Float64Array;
  readonly priceMinor: Float64Array;
  /** Units that the open drop still offers; -1 closed, Infinity without a limit of its own. */
  readonly offered: Float64Array;
  /** Cue of the open drop; -1 none. */
  readonly openDrop: Int32Array;
  /** Goes up whenever what is shown to those who come may have changed: by a cue, or because a product is gone or back. */
  changes = 0;
  private readonly scenario: CompiledScenario;
  /** By product: the cues that close it or change its price. */
  private readonly cuesOf: readonly (readonly number[])[];
  private lastCue = -1;
  private readonly taken = new Map<number, number>();
  // Reservations, numbered from 0.
  private product = new Int32Array(1024);
  private units = new Int32Array(1024);
  private drop = new Int32Array(1024);
  private price = new Float64Array(1024);
  private buyer = new Float64Array(1024);
  private state = new Uint8Array(1024);
  private dueMs = new Float64Array(1024);
  private count = 0;
  /** All holds last equally long, so those made first end first: one queue for carts (all of them), one for orders. */
  private readonly orders: number[] = [];
  private nextCart = 0;
  private nextOrder = 0;

  constructor(scenario: CompiledScenario) {
    const { products } = scenario;
    this.scenario = scenario;
    this.cuesOf = products.map((_, product) =>
      scenario.cues.flatMap((cue, index) =>
        cue.product === product && (cue.kind === 'close' || cue.priceMinor !== null) ? [index] : [],
      ),
    );
    this.left = new Float64Array(products.length);
    this.priceMinor = new Float64Array(products.length);
    this.offered = new Float64Array(products.length);
    this.openDrop = new Int32Array(products.length);
    this.reset();
  }

  reset(): void {
    this.scenario.products.forEach((product, i) => {
      this.left[i] = product.stock;
      this.priceMinor[i] = product.priceMinor;
      this.offered[i] = product.dropped ? -1 : Infinity;
    });
    this.openDrop.fill(-1);
    this.taken.clear();
    this.lastCue = -1;
    this.count = this.nextCart = this.nextOrder = this.orders.length = 0;
  }

  /** What can be put into a cart now. */
  forSale(product: number): number {
    return Math.max(0, Math.min(this.left[product], this.offered[product]));
  }

  apply(cueIndex: number): void {
    this.lastCue = cueIndex;
    const { kind, product, units, priceMinor } = this.scenario.cues[cueIndex];
    this.changes++;
    if (product < 0) return;
    if (kind === 'drop') {
      this.offered[product] = units ?? Infinity;
      this.openDrop[product] = cueIndex;
    } else if (kind === 'close') {
      this.offered[product] = this.openDrop[product] = -1;
    } else if (kind === 'restock') this.left[product] += units ?? 0;
    if (priceMinor !== null) this.priceMinor[product] = priceMinor;
  }

  /** Takes units for a buyer at `atMs`, until `dueMs`. Returns the number of the reservation, or a REFUSAL. */
  reserve(product: number, units: number, buyer: number, atMs: number, dueMs: number): number {
    const priceMinor = this.priceAt(product, atMs);
    if (priceMinor < 0) return REFUSAL.notOpen;
    const { perBuyer } = this.scenario.products[product];
    if (perBuyer !== null && this.takenBy(product, buyer) + units > perBuyer) return REFUSAL.limit;
    if (units > this.left[product] || units > this.offered[product]) return REFUSAL.soldOut;
    if (this.count === this.product.length) this.grow();
    const id = this.count++;
    this.product[id] = product;
    this.units[id] = units;
    this.drop[id] = this.openDrop[product];
    this.price[id] = priceMinor;
    this.buyer[id] = buyer;
    this.state[id] = STATE.carted;
    this.dueMs[id] = dueMs;
    this.move(id, -1);
    return id;
  }

  /** Turns a cart into an order at `atMs`, held until `dueMs`. False when the cart has run out, or will have by then. */
  order(id: number, atMs: number, dueMs: number): boolean {
    if (this.hasRunOut(id, atMs)) return false;
    if (this.state[id] !== STATE.carted) return true;
    this.state[id] = STATE.ordered;
    this.dueMs[id] = dueMs;
    this.orders.push(id);
    return true;
  }

  /** Whether it has become an order, maybe a paid one. */
  isOrdered(id: number): boolean {
    return this.state[id] === STATE.ordered || this.state[id] === STATE.paid;
  }

  isPaid(id: number): boolean {
    return this.state[id] === STATE.paid;
  }

  /** Pays an order at `atMs`. 1: it is paid now; 0: it was paid before; -1: it has run out, or will have by then. */
  pay(id: number, atMs: number): number {
    if (this.state[id] === STATE.paid) return 0;
    if (this.hasRunOut(id, atMs)) return -1;
    this.state[id] = STATE.paid;
    return 1;
  }

  /** Takes a paid order back: its units are for sale again. Any other stays as it is. */
  refund(id: number): void {
    if (this.state[id] === STATE.paid) this.release(id);
  }

  unitsOf(id: number): number {
    return this.units[id];
  }

  amountOf(id: number): number {
    return this.units[id] * this.price[id];
  }

  /** Gives back what was held until now or before. */
  sweep(nowMs: number): void {
    while (this.nextCart < this.count) {
      const id = this.nextCart;
      if (this.state[id] === STATE.carted && this.dueMs[id] > nowMs) break;
      if (this.state[id] === STATE.carted) this.release(id);
      this.nextCart++;
    }
    while (this.nextOrder < this.orders.length) {
      const id = this.orders[this.nextOrder];
      if (this.state[id] === STATE.ordered && this.dueMs[id] > nowMs) break;
      if (this.state[id] === STATE.ordered) this.release(id);
      this.nextOrder++;
    }
  }

  /** Gives back all that is held, and forgets who has bought. */
  releaseAll(): void {
    this.sweep(Infinity);
    this.taken.clear();
  }

  private hasRunOut(id: number, atMs: number): boolean {
    if (this.state[id] === STATE.paid) return false;
    return this.state[id] === STATE.gone || this.dueMs[id] <= atMs;
  }

  private release(id: number): void {
    this.state[id] = STATE.gone;
    this.move(id, 1);
  }

  /** Units of a batch go back to it while it lasts, else to the shelf only. */
  private move(id: number, sign: number): void {
    const product = this.product[id];
    const units = sign * this.units[id];
    const wasForSale = this.forSale(product) > 0;
    this.left[product] += units;
    if (this.offered[product] >= 0 && this.drop[id] === this.openDrop[product]) this.offered[product] += units;
    if (this.scenario.products[product].perBuyer !== null)
      this.taken.set(this.keyOf(product, this.buyer[id]), this.takenBy(product, this.buyer[id]) - units);
    if (this.forSale(product) > 0 !== wasForSale) this.changes++;
  }

  /** The price by the time a request is served, after the cues that come until then; -1 when it will be closed. */
  private priceAt(product: number, atMs: number): number {
    let priceMinor = this.offered[product] < 0 ? -1 : this.priceMinor[product];
    for (const index of this.cuesOf[product]) {
      const cue = this.scenario.cues[index];
      if (cue.atMs > atMs) break;
      if (index <= this.lastCue) continue;
      if (cue.kind === 'close') priceMinor = -1;
      else if (priceMinor >= 0 && cue.priceMinor !== null) priceMinor = cue.priceMinor;
    }
    return priceMinor;
  }

  private takenBy(product: number, buyer: number): number {
    return this.taken.get(this.keyOf(product, buyer)) ?? 0;
  }

  private keyOf(product: number, buyer: number): number {
    return buyer * this.scenario.products.length + product;
  }

  private grow(): void {
    const { length } = this.product;
    const bigger = <T extends Int32Array | Float64Array | Uint8Array>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    this.product = bigger(new Int32Array(length * 2), this.product);
    this.units = bigger(new Int32Array(length * 2), this.units);
    this.drop = bigger(new Int32Array(length * 2), this.drop);
    this.price = bigger(new Float64Array(length * 2), this.price);
    this.buyer = bigger(new Float64Array(length * 2), this.buyer);
    this.state = bigger(new Uint8Array(length * 2), this.state);
    this.dueMs = bigger(new Float64Array(length * 2), this.dueMs);
  }
}
