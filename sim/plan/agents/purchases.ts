import { ENDPOINTS, type CompiledScenario } from '../../crowd/compiled.ts';
import { couponMinor } from '../../crowd/coupon.ts';
import { ANSWER, INTENT, type AnswerKind, type IntentKind, type IntentSink } from '../../crowd/intents.ts';
import type { Shoppers } from '../../crowd/shoppers.ts';
import { drawCardDeclined, drawsCoupon, drawUnits } from '../../crowd/viewer.ts';
import { Histogram } from '../../metrics/histogram.ts';
import { FATE, Station, type Fate } from '../backend/station.ts';
import { REFUSAL, type Shelves } from '../backend/shelves.ts';
import type { Bins } from '../bins.ts';
import { PRODUCT_FIELDS, type ProductField, type ProductTotals } from '../engine.ts';

/** A refund goes the way of a payment: the same servers, the same queue. */
const REFUND_ENDPOINT = ENDPOINTS.indexOf('pay');
const REQUEST_ROWS = ['viewRequests', 'cartRequests', 'checkoutRequests', 'payRequests'] as const;
const NONE = -1;

/** Answers the shop requests of the crowd: queue, stock, time-out; and keeps count. */
export class Purchases implements IntentSink {
  readonly products: ProductTotals;
  /** By cue: ms from the opening of a drop until its units were gone. */
  readonly soldOutAfterMs: Float64Array;
  readonly responseMs: readonly Histogram[];
  readonly failed = new Float64Array(ENDPOINTS.length);
  readonly refused = new Float64Array(ENDPOINTS.length);
  requests = 0;
  private readonly scenario: CompiledScenario;
  private readonly shelves: Shelves;
  private readonly bins: Bins;
  private readonly crowd: () => Shoppers;
  private readonly stations: readonly Station[];
  private readonly requestRows: readonly Float64Array[];
  /** What the last request that was served with a no costs its buyer; null: nothing that is counted. */
  private lostTo: ProductField | null = null;
  /** By row: the reservation of the purchase under way. */
  private reservation = new Int32Array(1024).fill(NONE);

  constructor(scenario: CompiledScenario, shelves: Shelves, bins: Bins, crowd: () => Shoppers) {
    this.scenario = scenario;
    this.shelves = shelves;
    this.bins = bins;
    this.crowd = crowd;
    const column = (): Float64Array => new Float64Array(scenario.products.length);
    this.products = {
      ...(Object.fromEntries(PRODUCT_FIELDS.map((field) => [field, column()])) as Record<ProductField, Float64Array>),
      soldOutAtMs: column(),
    };
    this.soldOutAfterMs = new Float64Array(scenario.cues.length);
    this.responseMs = ENDPOINTS.map(() => new Histogram());
    this.requestRows = REQUEST_ROWS.map((row) => bins.rows[row]);
    this.stations = scenario.backend.endpoints.map((endpoint, i) => new Station(endpoint, scenario.tables, i));
  }

  reset(seedHi: number, seedLo: number): void {
    for (const field of PRODUCT_FIELDS) this.products[field].fill(0);
    this.products.soldOutAtMs.fill(NaN);
    this.soldOutAfterMs.fill(NaN);
    for (const histogram of this.responseMs) histogram.reset();
    for (const station of this.stations) station.reset(seedHi, seedLo);
    this.failed.fill(0);
    this.refused.fill(0);
    this.requests = 0;
    this.shelves.reset();
  }

  /** A drop that opens when nothing is left is sold out at once: every drop means to sell something. */
  opened(cueIndex: number): void {
    const { kind, product } = this.scenario.cues[cueIndex];
    if (kind === 'drop' && this.shelves.forSale(product) <= 0) this.soldOutAfterMs[cueIndex] = 0;
  }

  intent(kind: IntentKind, row: number, dueMs: number, product: number, attempt: number): void {
    this.shelves.sweep(dueMs);
    const endpoint = kind === INTENT.refund ? REFUND_ENDPOINT : kind - INTENT.view;
    const { bins } = this;
    const bin = bins.at(dueMs);
    this.requests++;
    this.requestRows[endpoint][bin]++;
    const isFirstView = kind === INTENT.view && attempt === 0;
    if (isFirstView) {
      this.note('clicked', product, dueMs);
      bins.rows.clicks[bin]++;
      this.remember(row, NONE);
    }
    const { timeoutMs, retryAttempts } = this.personaOf(row);
    const station = this.stations[endpoint];
    const fate: Fate = this.isOut(endpoint, dueMs) ? FATE.refused : station.offer(dueMs);
    const responseMs = fate === FATE.refused ? 0 : station.doneMs - dueMs;
    if (fate === FATE.served) {
      const waitMs = station.startMs - dueMs;
      if (waitMs > bins.rows.waitMs[bin]) bins.rows.waitMs[bin] = waitMs;
    }
    const inTime = fate === FATE.served && responseMs <= timeoutMs;
    if (bin >= bins.from) {
      // A refusal takes no time: it must not look like a quick answer.
      if (fate === FATE.refused) this.refused[endpoint]++;
      else this.responseMs[endpoint].record(Math.min(responseMs, timeoutMs));
      if (!inTime) this.failed[endpoint]++;
    }
    if (!inTime) bins.rows.failedRequests[bin]++;
    // What was served has its effect, though nobody may be waiting for it any more.
    const answer = fate === FATE.served ? this.serve(kind, row, product, station) : ANSWER.unsure;
    if (attempt < 0) return;
    const answeredMs = dueMs + Math.round(Math.min(responseMs, timeoutMs));
    // A refund that comes to nothing is no sale that is lost.
    if (kind !== INTENT.refund) this.noteEnd(row, product, inTime, answer, attempt >= retryAttempts, answeredMs);
    this.crowd().answer(row, kind, inTime ? answer : ANSWER.unsure, answeredMs);
  }

  /** A purchase is lost once, when its viewer hears no or gives up. It is not lost when it was paid, though nobody heard of it. */
  private noteEnd(
    row: number,
    product: number,
    inTime: boolean,
    answer: AnswerKind,
    isLastTry: boolean,
    atMs: number,
  ): void {
    if (inTime) {
      if (answer === ANSWER.no && this.lostTo !== null) this.note(this.lostTo, product, atMs);
    } else if (isLastTry && !this.isPaid(row)) this.note('lostSlow', product, atMs);
  }

  /** Products are counted like everything else: in the window alone. */
  private note(field: ProductField, product: number, atMs: number, amount = 1): void {
    const bin = this.bins.at(atMs);
    if (bin >= this.bins.from && bin < this.bins.until) this.products[field][product] += amount;
  }

  private serve(kind: IntentKind, row: number, product: number, { startMs, doneMs }: Station): AnswerKind {
    this.lostTo = null;
    if (kind === INTENT.cart) return this.cart(row, product, startMs);
    if (kind === INTENT.checkout) return this.checkout(row, product, startMs);
    if (kind === INTENT.pay) return this.pay(row, product, startMs, doneMs);
    if (kind === INTENT.refund) this.shelves.refund(this.reservationOf(row));
    return ANSWER.ok;
  }

  private cart(row: number, product: number, atMs: number): AnswerKind {
    // A second try after a time-out finds what the first one got.
    if (this.reservationOf(row) !== NONE) return ANSWER.ok;
    const { rows } = this.crowd();
    const units = drawUnits(rows, row, this.personaOf(row), rows.shopCue[row]);
    const buyer = rows.source[row] * 4294967296 + rows.index[row];
    const id = this.shelves.reserve(product, units, buyer, atMs, atMs + this.scenario.holdMs);
    if (id < 0) {
      if (id !== REFUSAL.limit) this.lostTo = 'lostSoldOut';
      return ANSWER.no;
    }
    this.note('carted', product, atMs);
    this.remember(row, id);
    this.noteSoldOut(product, atMs);
    return ANSWER.ok;
  }

  private checkout(row: number, product: number, atMs: number): AnswerKind {
    const id = this.reservationOf(row);
    const had = this.shelves.isOrdered(id);
    if (!this.shelves.order(id, atMs, atMs + this.scenario.holdMs)) return this.ranOut();
    if (!had) this.note('checkedOut', product, atMs);
    return ANSWER.ok;
  }

  /** A hold does not run out while the payment is under way. */
  private pay(row: number, product: number, startMs: number, doneMs: number): AnswerKind {
    const { rows } = this.crowd();
    if (drawCardDeclined(rows, row, this.personaOf(row), rows.shopCue[row])) return ANSWER.no;
    const id = this.reservationOf(row);
    const paid = this.shelves.pay(id, startMs);
    if (paid < 0) return this.ranOut();
    if (paid === 1) this.sold(product, this.shelves.unitsOf(id), this.chargedFor(row, product, id), doneMs);
    return ANSWER.ok;
  }

  private chargedFor(row: number, product: number, id: number): number {
    const fullMinor = this.shelves.amountOf(id);
    const { coupon } = this.scenario.products[product];
    const { rows } = this.crowd();
    if (coupon === null || !drawsCoupon(rows, row, this.personaOf(row), rows.shopCue[row])) return fullMinor;
    return fullMinor - couponMinor(fullMinor, coupon.offShare);
  }

  /** The hold had come to its end before the backend got round to it. */
  private ranOut(): AnswerKind {
    this.lostTo = 'lostSlow';
    return ANSWER.no;
  }

  private sold(product: number, units: number, amountMinor: number, atMs: number): void {
    this.note('paid', product, atMs);
    this.note('units', product, atMs, units);
    this.note('gmvMinor', product, atMs, amountMinor);
    const { rows, count } = this.bins;
    const bin = this.bins.at(atMs);
    if (bin >= count) return;
    rows.orders[bin]++;
    rows.units[bin] += units;
    rows.gmvMinor[bin] += amountMinor;
  }

  private noteSoldOut(product: number, atMs: number): void {
    const { shelves, products, soldOutAfterMs } = this;
    if (shelves.left[product] <= 0 && Number.isNaN(products.soldOutAtMs[product])) products.soldOutAtMs[product] = atMs;
    const drop = shelves.openDrop[product];
    if (drop >= 0 && shelves.forSale(product) <= 0 && Number.isNaN(soldOutAfterMs[drop]))
      soldOutAfterMs[drop] = Math.max(0, atMs - this.scenario.cues[drop].atMs);
  }

  private isOut(endpoint: number, atMs: number): boolean {
    for (const outage of this.scenario.backend.outages)
      if (outage.endpoint === endpoint && outage.fromMs <= atMs && atMs < outage.untilMs) return true;
    return false;
  }

  private isPaid(row: number): boolean {
    const id = this.reservationOf(row);
    return id !== NONE && this.shelves.isPaid(id);
  }

  private personaOf(row: number) {
    return this.scenario.personas[this.crowd().rows.persona[row]];
  }

  private reservationOf(row: number): number {
    return row < this.reservation.length ? this.reservation[row] : NONE;
  }

  private remember(row: number, id: number): void {
    if (row >= this.reservation.length) {
      const bigger = new Int32Array(Math.max(row + 1, this.reservation.length * 2)).fill(NONE);
      bigger.set(this.reservation);
      this.reservation = bigger;
    }
    this.reservation[row] = id;
  }
}
