import { doubledMs } from '../../crowd/back-off.ts';
import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Bins } from '../bins.ts';
import type { ProductField } from '../engine.ts';
import { Stream } from '../random.ts';
import type { Buyers } from './buyers.ts';
import { STREAM } from './crowd-over-time.ts';
import { STEP, STEPS, type Flow } from './flow.ts';
import { UNIT_MS, type Grid } from './grid.ts';
import { part, type Lane } from './lane.ts';
import { outShare } from './outage.ts';
import { Queue } from './queue.ts';
import { ShelfRush } from './shelf-rush.ts';
import { countOf, splitOff } from './split.ts';
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
  /** By step: the chance of its queue. */
  private streams: readonly Stream[] = [];
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

  reset(seedHi: number, seedLo: number): void {
    for (const queue of this.queues) queue.reset();
    this.streams = this.queues.map((_, step) => new Stream(seedHi, seedLo, STREAM.queue + step));
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
      queue.pass(requests, this.spanMs(cell), this.outShare(step, cell), this.streams[step]);
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
    if (step === STEP.view && flow.taps.outTotal > 0) {
      this.decideFates(flow, step, flow.taps.outTotal, cell);
      this.noteFailed(step, cell, part(flow.stream, this.fates.served, this.fates.lateP));
    }
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
    tally.note('clicked', flow.product, cell, clicks, 0, 0, flow.stream);
    tally.add('clicks', cell, clicks);
    if (tapsMean <= 0) return;
    const spread = Math.sqrt(clicks * tapsVariance) * flow.stream.normal();
    const all = this.asOne(Math.max(0, Math.round(clicks * tapsMean + spread)));
    flow.taps.close(cell);
    flow.send(all, flow.taps, taps, 1, 0, 0, cell, grid);
  }

  /** How many of these requests are served, and how likely too late; counts those that are not. */
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
    this.noteFailed(step, cell, fates.refused + fates.gaveUp);
    if (!tally.isInWindow(cell)) return;
    queue.count(fates.served, timeoutMs);
    tally.refused[step] += fates.refused;
    if (fates.gaveUp > 0) tally.responseMs[step].recordMany(Math.min(queue.giveUpMs, timeoutMs), fates.gaveUp);
  }

  private noteFailed(step: number, cell: number, requests: number): void {
    this.tally.add('failedRequests', cell, requests);
    if (this.tally.isInWindow(cell)) this.tally.failed[step] += requests;
  }

  /** Counts what happens to requests of a cell `laterMs` after they are let in, or after `mostMs` when that is sooner. */
  private note(
    field: ProductField,
    flow: Flow,
    step: number,
    cell: number,
    count: number,
    laterMs: number,
    mostMs = Infinity,
  ): void {
    const { firstWaitMs, lastWaitMs } = this.queues[step];
    const [first, last] = [Math.min(mostMs, firstWaitMs + laterMs), Math.min(mostMs, lastWaitMs + laterMs)];
    this.tally.note(field, flow.product, cell, count, first, last, flow.stream);
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
      this.tryAgain(flow, STEP.cart, number, this.asOne(gaveUp), cell, this.patienceMs(flow, STEP.cart), false, 0);
    lane.outTotal = 0;
  }

  private fillCarts(cell: number): void {
    const queue = this.queues[STEP.cart];
    this.rush.settle(cell, queue);
    for (let k = 0; k < this.rush.count; k++) {
      const { flow, number, orders, got, lateP } = this.rush.wants[k];
      const { sizes, index, persona } = flow.habits;
      const price = this.stock.priceMinor[flow.product] * this.paidShare(flow);
      const { inTime, late } = flow;
      let refused = 0;
      let carts = 0;
      let lateCarts = 0;
      for (let size = 0; size < sizes.length; size++) {
        refused += orders[size] - got[size];
        carts += got[size];
        late[size] = lateP > 0 ? part(flow.stream, got[size], lateP) : 0;
        inTime[size] = got[size] - late[size];
        lateCarts += late[size];
        this.buyers.got(flow.product, index, flow.heldP, sizes[size], got[size]);
      }
      const lateRefused = lateP > 0 ? part(flow.stream, refused, lateP) : 0;
      this.noteFailed(STEP.cart, cell, lateCarts + lateRefused);
      this.note('carted', flow, STEP.cart, cell, carts, 0);
      this.note('lostSoldOut', flow, STEP.cart, cell, refused - lateRefused, queue.meanServiceMs, persona.timeoutMs);
      if (carts > 0) flow.drop = this.stock.openDrop[flow.product];
      if (carts > 0) this.goOn(flow, STEP.cart, inTime, price, cell);
      if (lateP <= 0) continue;
      this.tryAgain(flow, STEP.cart, number, late, cell, persona.timeoutMs, true, price);
      // Who is told too late that there is nothing asks again, too.
      this.tryAgain(flow, STEP.cart, number, this.asOne(lateRefused), cell, persona.timeoutMs, false, 0);
    }
  }

  /** Of the price: what a cart costs in the mean, with the coupons that are entered. */
  private paidShare({ product, habits }: Flow): number {
    const { coupon } = this.scenario.products[product];
    return coupon === null ? 1 : 1 - habits.persona.couponP * coupon.offShare;
  }

  /** All other requests: what was served has its effect, whether or not somebody still waits for the answer. */
  private passOn(flow: Flow, step: number, lane: Lane, number: number, cell: number): void {
    const { outTotal, out, priceMinor } = lane;
    const { served, refused, gaveUp, lateP } = this.fates;
    const isDone = number % 2 === 1;
    const holdsUnits = step > STEP.cart || isDone;
    const { timeoutMs } = flow.habits.persona;
    const { inTime: rest, late } = flow;
    for (let size = 0; size < out.length; size++) rest[size] = out[size];
    if (refused > 0) {
      const part = splitOff(rest, refused, outTotal, flow.stream);
      this.tryAgain(flow, step, number, part, cell, 0, isDone, holdsUnits ? priceMinor : 0);
    }
    if (gaveUp > 0) {
      const part = splitOff(rest, gaveUp, outTotal - refused, flow.stream);
      this.tryAgain(flow, step, number, part, cell, this.patienceMs(flow, step), isDone, holdsUnits ? priceMinor : 0);
    }
    if (served === 0) return;
    let lateCount = 0;
    for (let size = 0; size < rest.length; size++) {
      late[size] = lateP > 0 ? part(flow.stream, rest[size], lateP) : 0;
      rest[size] -= late[size];
      lateCount += late[size];
    }
    this.noteFailed(step, cell, lateCount);
    if (step >= STEP.checkout && !isDone) {
      this.runOut(flow, step, lane, number, cell);
      if (step === STEP.checkout) this.note('checkedOut', flow, step, cell, countOf(rest) + countOf(late), 0);
      else this.pay(flow, rest, late, priceMinor, cell);
    }
    if (lateCount > 0) this.tryAgain(flow, step, number, late, cell, timeoutMs, true, holdsUnits ? priceMinor : 0);
    if (step < STEP.pay) this.goOn(flow, step, rest, priceMinor, cell);
  }

  /** Takes those out whose hold came to its end while they queued, or tried again. Who is told too late asks again. */
  private runOut(flow: Flow, step: number, lane: Lane, number: number, cell: number): void {
    const { inTime, late, habits } = flow;
    const queue = this.queues[step];
    const longerMs = queue.meanWaitMs + lane.sinceMs;
    if (longerMs === 0) return;
    const { holdMs } = this.scenario;
    const wentOnBy = habits.wentOnBy[step - 1];
    const all = wentOnBy(holdMs);
    const p = all > 0 ? 1 - wentOnBy(holdMs - longerMs) / all : 1;
    if (p <= 0) return;
    const again = new Float64Array(late.length);
    let lost = 0;
    let units = 0;
    for (let size = 0; size < late.length; size++) {
      again[size] = part(flow.stream, late[size], p);
      late[size] -= again[size];
      const told = part(flow.stream, inTime[size], p);
      inTime[size] -= told;
      lost += told;
      units += told * habits.sizes[size];
      this.buyers.gaveBack(flow.product, habits.index, habits.sizes[size], told);
    }
    this.hold(2, flow, units, this.middleMs(cell) - habits.thinkMs);
    this.note('lostSlow', flow, step, cell, lost, queue.meanServiceMs, habits.persona.timeoutMs);
    this.tryAgain(flow, step, number, again, cell, habits.persona.timeoutMs, false, lane.priceMinor);
  }

  /** Takes those whose card is declined out of both, and counts the others, whether or not they hear of it in time. */
  private pay(flow: Flow, inTime: Float64Array, late: Float64Array, priceMinor: number, cell: number): void {
    const { sizes, persona, thinkMs } = flow.habits;
    let paid = 0;
    let units = 0;
    let declinedUnits = 0;
    for (let size = 0; size < sizes.length; size++) {
      const inTimeDeclined = part(flow.stream, inTime[size], persona.cardDeclinedP);
      const lateDeclined = part(flow.stream, late[size], persona.cardDeclinedP);
      inTime[size] -= inTimeDeclined;
      late[size] -= lateDeclined;
      paid += inTime[size] + late[size];
      units += (inTime[size] + late[size]) * sizes[size];
      declinedUnits += (inTimeDeclined + lateDeclined) * sizes[size];
      this.buyers.gaveBack(flow.product, flow.habits.index, sizes[size], inTimeDeclined + lateDeclined);
    }
    this.hold(2, flow, declinedUnits, this.middleMs(cell) - thinkMs);
    const { firstWaitMs, lastWaitMs, meanServiceMs } = this.queues[STEP.pay];
    const [first, last] = [firstWaitMs + meanServiceMs, lastWaitMs + meanServiceMs];
    this.tally.sell(flow.product, cell, paid, units, priceMinor, first, last, flow.stream);
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
    let lost = 0;
    for (let size = 0; size < sizes.length; size++) {
      const stop = counts[size] - flow.sent[size];
      units += stop * sizes[size];
      this.buyers.gaveBack(flow.product, index, sizes[size], stop);
      if (expiredP[step] > 0 && stop > 0)
        lost += flow.stream.binomial(stop, (p * expiredP[step]) / (1 - p * (1 - expiredP[step]) + 1e-12));
    }
    this.note('lostSlow', flow, step, cell, lost, this.scenario.holdMs);
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
    const all = countOf(counts);
    if (all === 0) return;
    const { habits, product } = flow;
    const { retryAttempts, retryBackoffMs, timeoutMs } = habits.persona;
    const attempt = number >> 1;
    const isOver = attempt >= retryAttempts;
    const isPaid = step === STEP.pay && isDone;
    if (isOver && !isPaid) this.tally.note('lostSlow', product, cell, all, afterMs, afterMs, flow.stream);
    if (!isOver) {
      const into = flow.lane(step, (attempt + 1) * 2 + (isDone ? 1 : 0));
      into.close(cell);
      const before = into.total;
      const after = afterMs / UNIT_MS;
      const sinceMs =
        (flow.lanes[step][number]?.sinceMs ?? 0) + afterMs + doubledMs(retryBackoffMs, attempt, timeoutMs);
      const sent = flow.send(counts, into, habits.backOff(attempt), 1, after, after, cell, this.grid);
      into.priceMinor = before + sent > 0 ? (before * into.priceMinor + sent * priceMinor) / (before + sent) : 0;
      into.sinceMs = before + sent > 0 ? (before * into.sinceMs + sent * sinceMs) / (before + sent) : 0;
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

  /** After so long a request that the backend gives up has failed for its viewer. */
  private patienceMs({ habits }: Flow, step: number): number {
    return Math.min(habits.persona.timeoutMs, this.queues[step].giveUpMs);
  }

  private asOne(count: number): Float64Array {
    this.one[0] = count;
    return this.one;
  }

  private outShare(step: number, cell: number): number {
    const startMs = this.middleMs(cell) - this.spanMs(cell) / 2;
    return outShare(this.scenario.backend.outages, step, startMs, startMs + this.spanMs(cell));
  }

  private spanMs(cell: number): number {
    return (this.grid.from[cell + 1] - this.grid.from[cell]) * UNIT_MS;
  }

  private middleMs(cell: number): number {
    return this.bins.originMs + ((this.grid.from[cell + 1] + this.grid.from[cell]) / 2) * UNIT_MS;
  }
}
