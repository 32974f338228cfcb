import type { CompiledScenario } from '../../crowd/compiled.ts';
import { BIN_MS, type Bins } from '../bins.ts';
import type { Buyers } from './buyers.ts';
import { STEP, STEPS, type Flow } from './flow.ts';
import { UNIT_MS, type Grid } from './grid.ts';
import { part, type Lane } from './lane.ts';
import { Queue } from './queue.ts';
import { ShelfRush } from './shelf-rush.ts';
import { Holds, type Stock } from './stock.ts';
import type { Tally } from './tally.ts';

const REQUEST_ROWS = ['viewRequests', 'cartRequests', 'checkoutRequests', 'payRequests'] as const;

/** Answers the requests of a cell, step by step: the queue, the stock, and what viewers do next. */
export class Desk {
  private readonly scenario: CompiledScenario;
  private readonly grid: Grid;
  private readonly bins: Bins;
  private readonly stock: Stock;
  private readonly tally: Tally;
  private readonly buyers: Buyers;
  private readonly queues: readonly Queue[];
  private readonly rush: ShelfRush;
  /** Units of carts that became no order, of orders that were not paid, and of those who gave up later on. */
  private readonly holds = [new Holds(), new Holds(), new Holds()] as const;
  private readonly one = new Float64Array(1);
  private readonly back = (product: number, drop: number, units: number): void =>
    this.stock.giveBack(product, drop, units);
  private fates = { served: 0, lateP: 0, refused: 0, gaveUp: 0 };

  constructor(scenario: CompiledScenario, grid: Grid, bins: Bins, stock: Stock, tally: Tally, buyers: Buyers) {
    this.scenario = scenario;
    this.grid = grid;
    this.bins = bins;
    this.stock = stock;
    this.tally = tally;
    this.buyers = buyers;
    this.queues = scenario.backend.endpoints.map((endpoint) => new Queue(endpoint, scenario.tables));
    this.rush = new ShelfRush(scenario, grid, bins, stock, tally);
  }

  reset(): void {
    for (const queue of this.queues) queue.reset();
    for (const holds of this.holds) holds.reset();
  }

  /** Puts back what was held until the middle of a cell. */
  release(cell: number): void {
    const nowMs = this.middleMs(cell);
    for (const holds of this.holds) holds.sweep(nowMs, this.back);
  }

  serve(flows: readonly Flow[], cell: number): void {
    for (let step = 0; step < STEPS; step++) {
      let requests = 0;
      for (const flow of flows) requests += flow.draw(step, cell);
      this.tally.add(REQUEST_ROWS[step], cell, requests);
      this.tally.requests += requests;
      const queue = this.queues[step];
      queue.pass(requests, this.spanMs(cell), this.outShare(step, cell));
      if (requests === 0) continue;
      this.tally.longest('waitMs', cell, Math.max(queue.firstWaitMs, queue.lastWaitMs));
      if (step === STEP.cart) this.rush.begin();
      for (const flow of flows) this.answer(flow, step, cell);
      if (step === STEP.cart) this.fillCarts(cell);
      queue.record(this.tally.responseMs[step]);
    }
  }

  finish(): void {
    this.queues.forEach((queue, i) => queue.flush(this.tally.responseMs[i]));
  }

  private answer(flow: Flow, step: number, cell: number): void {
    if (step === STEP.view && flow.taps.outTotal > 0) this.decideFates(flow, step, flow.taps.outTotal, cell);
    const lanes = flow.lanes[step];
    // Retries go to lanes that are behind, and have drawn this cell already.
    for (let number = lanes.length - 1; number >= 0; number--) {
      const lane = lanes[number];
      if (lane === undefined || lane.outTotal === 0) continue;
      if (step === STEP.view && number === 0) this.click(flow, lane.outTotal, cell);
      this.decideFates(flow, step, lane.outTotal, cell);
      if (step === STEP.cart && number % 2 === 0) this.wantUnits(flow, lane, number, cell);
      else this.passOn(flow, step, lane, number, cell);
    }
  }

  private click(flow: Flow, clicks: number, cell: number): void {
    const { tally, grid } = this;
    const { tapsMean, tapsVariance, taps } = flow.habits;
    tally.products.clicked[flow.product] += clicks;
    tally.add('clicks', cell, clicks);
    if (tapsMean <= 0) return;
    const spread = Math.sqrt(clicks * tapsVariance) * flow.stream.normal();
    const all = this.asOne(Math.max(0, Math.round(clicks * tapsMean + spread)));
    flow.taps.close(cell);
    flow.send(all, flow.taps, taps, 1, 0, 0, cell, grid);
  }

  /** How many of these requests are served, and how many of them too late; counts those that fail. */
  private decideFates(flow: Flow, step: number, requests: number, cell: number): void {
    const { fates, tally } = this;
    const queue = this.queues[step];
    const { stream, habits } = flow;
    const { timeoutMs } = habits.persona;
    fates.refused = queue.refusedP > 0 ? stream.binomial(requests, queue.refusedP) : 0;
    const rest = requests - fates.refused;
    fates.gaveUp =
      queue.givenUpP > 0 ? stream.binomial(rest, Math.min(1, queue.givenUpP / Math.max(1e-9, 1 - queue.refusedP))) : 0;
    fates.served = rest - fates.gaveUp;
    fates.lateP = queue.lateShare(timeoutMs);
    const late = fates.lateP > 0 ? Math.round(fates.served * fates.lateP) : 0;
    const failed = fates.refused + fates.gaveUp + late;
    tally.add('failedRequests', cell, failed);
    if (!tally.isInWindow(cell)) return;
    tally.failed[step] += failed;
    queue.count(fates.served, timeoutMs);
    if (fates.refused > 0) tally.responseMs[step].recordMany(0, fates.refused);
    if (fates.gaveUp > 0) tally.responseMs[step].recordMany(Math.min(queue.giveUpMs, timeoutMs), fates.gaveUp);
  }

  /** Carts that nobody has filled yet: they meet at the shelf when all of the cell are known. */
  private wantUnits(flow: Flow, lane: Lane, number: number, cell: number): void {
    const { fates, rush } = this;
    const { served, refused, gaveUp } = fates;
    const { sizes, sizeP } = flow.habits;
    const want = rush.want(flow, number);
    flow.stream.multinomial(served, sizeP, want.orders);
    for (let size = 0; size < sizes.length; size++) {
      const refusedP = this.buyers.refusedP(flow.product, flow.heldP, sizes[size]);
      if (refusedP > 0 && want.orders[size] > 0)
        want.orders[size] -= flow.stream.binomial(want.orders[size], Math.min(1, refusedP));
    }
    want.lateP = fates.lateP;
    if (refused > 0) this.tryAgain(flow, STEP.cart, number, this.asOne(refused), cell, 0, false, 0);
    if (gaveUp > 0)
      this.tryAgain(flow, STEP.cart, number, this.asOne(gaveUp), cell, this.queues[STEP.cart].giveUpMs, false, 0);
    lane.outTotal = 0;
  }

  private fillCarts(cell: number): void {
    const queue = this.queues[STEP.cart];
    this.rush.settle(cell, queue);
    for (let k = 0; k < this.rush.count; k++) {
      const { flow, number, orders, got, lateP } = this.rush.wants[k];
      const { sizes, index, persona } = flow.habits;
      const price = this.stock.priceMinor[flow.product];
      const { inTime, late } = flow;
      let refused = 0;
      let carts = 0;
      for (let size = 0; size < sizes.length; size++) {
        refused += orders[size] - got[size];
        carts += got[size];
        late[size] = lateP > 0 && got[size] > 0 ? flow.stream.binomial(got[size], lateP) : 0;
        inTime[size] = got[size] - late[size];
        this.buyers.got(flow.product, index, flow.heldP, sizes[size], got[size]);
      }
      this.tally.products.carted[flow.product] += carts;
      this.tally.products.lostSoldOut[flow.product] += refused;
      if (carts > 0) flow.drop = this.stock.openDrop[flow.product];
      if (carts > 0) this.goOn(flow, STEP.cart, inTime, price, cell);
      if (lateP <= 0) continue;
      this.tryAgain(flow, STEP.cart, number, late, cell, persona.timeoutMs, true, price);
      // Who is told too late that there is nothing asks again, too.
      this.tryAgain(
        flow,
        STEP.cart,
        number,
        this.asOne(Math.round(refused * lateP)),
        cell,
        persona.timeoutMs,
        false,
        0,
      );
    }
  }

  /** All other requests: what was served has its effect, whether or not somebody still waits for the answer. */
  private passOn(flow: Flow, step: number, lane: Lane, number: number, cell: number): void {
    const { outTotal, out, priceMinor } = lane;
    const { served, refused, gaveUp, lateP } = this.fates;
    const isDone = number % 2 === 1;
    const holdsUnits = step > STEP.cart || isDone;
    const { timeoutMs } = flow.habits.persona;
    const rest = flow.inTime;
    for (let size = 0; size < out.length; size++) rest[size] = out[size];
    if (refused > 0) {
      const part = this.take(rest, refused, outTotal, flow);
      this.tryAgain(flow, step, number, part, cell, 0, isDone, holdsUnits ? priceMinor : 0);
    }
    if (gaveUp > 0) {
      const part = this.take(rest, gaveUp, outTotal - refused, flow);
      const afterMs = Math.min(timeoutMs, this.queues[step].giveUpMs);
      this.tryAgain(flow, step, number, part, cell, afterMs, isDone, holdsUnits ? priceMinor : 0);
    }
    if (served === 0) return;
    if (step === STEP.checkout && !isDone) this.tally.products.checkedOut[flow.product] += served;
    if (step === STEP.pay && !isDone) this.pay(flow, rest, priceMinor, cell);
    if (lateP > 0) {
      const { late } = flow;
      for (let size = 0; size < rest.length; size++) {
        late[size] = part(flow.stream, rest[size], lateP);
        rest[size] -= late[size];
      }
      this.tryAgain(flow, step, number, late, cell, timeoutMs, true, holdsUnits ? priceMinor : 0);
    }
    if (step < STEP.pay) this.goOn(flow, step, rest, priceMinor, cell);
  }

  /** Takes those whose card is declined out of `orders`, and counts the others. */
  private pay(flow: Flow, orders: Float64Array, priceMinor: number, cell: number): void {
    const { tally } = this;
    const { sizes, persona, thinkMs } = flow.habits;
    let paid = 0;
    let units = 0;
    let declinedUnits = 0;
    for (let size = 0; size < sizes.length; size++) {
      const declined = part(flow.stream, orders[size], persona.cardDeclinedP);
      orders[size] -= declined;
      paid += orders[size];
      units += orders[size] * sizes[size];
      declinedUnits += declined * sizes[size];
      this.buyers.gaveBack(flow.product, flow.habits.index, sizes[size], declined);
    }
    this.hold(2, flow, declinedUnits, this.middleMs(cell) - thinkMs);
    const amountMinor = Math.round(units * priceMinor);
    tally.products.paid[flow.product] += paid;
    tally.products.units[flow.product] += units;
    tally.products.gmvMinor[flow.product] += amountMinor;
    const queue = this.queues[STEP.pay];
    const laterBins = Math.round((queue.meanWaitMs + queue.meanServiceMs) / BIN_MS);
    tally.add('orders', cell, paid, laterBins);
    tally.add('units', cell, units, laterBins);
    tally.add('gmvMinor', cell, amountMinor, laterBins);
  }

  /** Those who were answered in time take the next step, or stop. What they hold and do not order or pay comes back. */
  private goOn(flow: Flow, step: number, counts: Float64Array, priceMinor: number, cell: number): void {
    const { sizes, goOnP, expiredP, index } = flow.habits;
    const queue = this.queues[step];
    const into = flow.lane(step + 1, 0);
    const p = goOnP[step];
    const before = into.total;
    const [first, last] = [queue.firstWaitMs / UNIT_MS, queue.lastWaitMs / UNIT_MS];
    const sent = flow.send(counts, into, flow.kernels[step], p * (1 - expiredP[step]), first, last, cell, this.grid);
    into.priceMinor = before + sent > 0 ? (before * into.priceMinor + sent * priceMinor) / (before + sent) : 0;
    if (step === STEP.view) return;
    let units = 0;
    for (let size = 0; size < sizes.length; size++) {
      const stop = counts[size] - flow.sent[size];
      units += stop * sizes[size];
      this.buyers.gaveBack(flow.product, index, sizes[size], stop);
      if (expiredP[step] > 0 && stop > 0)
        this.tally.products.lostSlow[flow.product] += flow.stream.binomial(
          stop,
          (p * expiredP[step]) / (1 - p * (1 - expiredP[step]) + 1e-12),
        );
    }
    this.hold(step === STEP.cart ? 0 : 1, flow, units, this.middleMs(cell) + queue.meanWaitMs);
  }

  /** A step that failed is taken again after a while, unless it has been tried often enough. */
  private tryAgain(
    flow: Flow,
    step: number,
    number: number,
    counts: Float64Array,
    cell: number,
    afterMs: number,
    isDone: boolean,
    priceMinor: number,
  ): void {
    let all = 0;
    for (let size = 0; size < counts.length; size++) all += counts[size];
    if (all === 0) return;
    const { habits, product } = flow;
    const { retryAttempts } = habits.persona;
    const attempt = number >> 1;
    const isOver = attempt >= retryAttempts;
    if (isOver) this.tally.products.lostSlow[product] += all;
    else {
      const into = flow.lane(step, (attempt + 1) * 2 + (isDone ? 1 : 0));
      into.close(cell);
      const before = into.total;
      const after = afterMs / UNIT_MS;
      const sent = flow.send(counts, into, habits.backOff(attempt), 1, after, after, cell, this.grid);
      into.priceMinor = before + sent > 0 ? (before * into.priceMinor + sent * priceMinor) / (before + sent) : 0;
    }
    const held = step === STEP.pay ? !isDone : step > STEP.cart || (step === STEP.cart && isDone);
    if (!held) return;
    let units = 0;
    for (let size = 0; size < counts.length; size++) {
      const stop = isOver ? counts[size] : counts[size] - flow.sent[size];
      units += stop * habits.sizes[size];
      this.buyers.gaveBack(product, habits.index, habits.sizes[size], stop);
    }
    this.hold(2, flow, units, this.middleMs(cell) - habits.thinkMs);
  }

  private hold(kind: 0 | 1 | 2, flow: Flow, units: number, fromMs: number): void {
    this.holds[kind].push(fromMs + this.scenario.holdMs, flow.product, flow.drop, units);
  }

  /** Splits `count` off `from`, which holds `all`, by chance. */
  private take(from: Float64Array, count: number, all: number, flow: Flow): Float64Array {
    const part = new Float64Array(from.length);
    let left = count;
    let rest = all;
    for (let size = 0; size < from.length && left > 0; size++) {
      const n = from[size];
      const k = rest <= n ? left : flow.stream.binomial(left, n / rest);
      part[size] = Math.min(n, Math.max(k, left - (rest - n)));
      from[size] -= part[size];
      left -= part[size];
      rest -= n;
    }
    return part;
  }

  private asOne(count: number): Float64Array {
    this.one[0] = count;
    return this.one;
  }

  private outShare(step: number, cell: number): number {
    const { from } = this.grid;
    const startMs = this.bins.originMs + from[cell] * UNIT_MS;
    const endMs = this.bins.originMs + from[cell + 1] * UNIT_MS;
    let share = 0;
    for (const outage of this.scenario.backend.outages) {
      if (outage.endpoint !== step || outage.fromMs >= endMs || outage.untilMs <= startMs) continue;
      share += (Math.min(endMs, outage.untilMs) - Math.max(startMs, outage.fromMs)) / (endMs - startMs);
    }
    return Math.min(1, share);
  }

  private spanMs(cell: number): number {
    return (this.grid.from[cell + 1] - this.grid.from[cell]) * UNIT_MS;
  }

  private middleMs(cell: number): number {
    return this.bins.originMs + ((this.grid.from[cell + 1] + this.grid.from[cell]) / 2) * UNIT_MS;
  }
}
