import { areEqual, grown, textOf } from './bytes.ts';
import { STEPS, type Step, type Told } from './history.ts';
import { Ids } from './ids.ts';
import * as of from './request-line.ts';
import type { RequestLine } from './request-line.ts';

const FIRST_CAPACITY = 1024;
const NONE = -2_147_483_648;
const STATUSES = ['ok', 'rejected', 'unknown'] as const;
const UNANSWERED = 255;
const SLASH = 47;

/**
 * Every request of a run, in columns: some 90 bytes each, where an object with all that a step can hold takes 250, and
 * millions of them keep the collector busy for seconds. `Step` and `Told` are made when somebody looks, and forgotten.
 */
export class StepTable {
  private length = 0;
  private kind = new Uint8Array(FIRST_CAPACITY);
  private attempt = new Int16Array(FIRST_CAPACITY);
  private sentMs = new Float64Array(FIRST_CAPACITY);
  private units = new Int32Array(FIRST_CAPACITY);
  /** Row of the step before in the same purchase, or -1. */
  private before = new Int32Array(FIRST_CAPACITY);

  private status = new Uint8Array(FIRST_CAPACITY);
  private code = new Uint16Array(FIRST_CAPACITY);
  private unsent = new Uint8Array(FIRST_CAPACITY);
  /** 0: there was no answer. */
  private httpStatus = new Int16Array(FIRST_CAPACITY);
  private toldMs = new Float64Array(FIRST_CAPACITY);
  private toldUnits = new Int32Array(FIRST_CAPACITY);
  private price = new Float64Array(FIRST_CAPACITY);
  private discount = new Float64Array(FIRST_CAPACITY);
  private amount = new Float64Array(FIRST_CAPACITY);

  /** 0 for null; above, the row of what stands before `<purchase>/<step>` in the key; below, that of a key of another form. */
  private key = new Int32Array(FIRST_CAPACITY);
  private readonly keyHeads = new Ids();
  private readonly oddKeys = new Ids();
  /** Rows of `names`, 0 for null: what a checkout names, the payment names again. */
  private cart = new Int32Array(FIRST_CAPACITY);
  private order = new Int32Array(FIRST_CAPACITY);
  private payment = new Int32Array(FIRST_CAPACITY);
  private readonly names: (string | null)[] = [null];
  private readonly kinds = new Ids(STEPS);
  private readonly statuses = new Ids(STATUSES);
  private readonly codes = new Ids();

  /** Returns its row. `before`: that of the step before in the same purchase, or -1. */
  add(sent: RequestLine, before: number): number {
    const row = this.length++;
    if (row === this.kind.length) this.grow(Math.ceil(row * 1.5));
    this.kind[row] = this.row(this.kinds, sent, of.STEP);
    this.attempt[row] = sent.numbers[of.ATTEMPT];
    this.sentMs[row] = sent.numbers[of.AT];
    this.units[row] = orNone(sent.numbers[of.UNITS]);
    this.before[row] = before;
    this.key[row] = sent.has(of.KEY) ? this.keyRow(sent) : 0;
    this.status[row] = UNANSWERED;
    return row;
  }

  /** The step that this answers, from the last row of its purchase back: -1 when it is not there, or was answered before. */
  find(told: RequestLine, last: number): number {
    const kind = this.row(this.kinds, told, of.STEP);
    const attempt = told.numbers[of.ATTEMPT];
    for (let row = last; row >= 0; row = this.before[row]) {
      if (this.kind[row] === kind && this.attempt[row] === attempt && this.status[row] === UNANSWERED) return row;
    }
    return -1;
  }

  answer(row: number, told: RequestLine): void {
    const { numbers } = told;
    const status = told.has(of.OUTCOME) ? this.row(this.statuses, told, of.OUTCOME) : UNANSWERED;
    // What a later version may say is no answer that is known here.
    this.status[row] = status < STATUSES.length ? status : UNANSWERED;
    this.code[row] = this.row(this.codes, told, of.CODE);
    this.unsent[row] = numbers[of.UNSENT];
    this.httpStatus[row] = numbers[of.HTTP];
    this.toldMs[row] = numbers[of.AT];
    this.toldUnits[row] = orNone(numbers[of.UNITS]);
    this.price[row] = numbers[of.PRICE];
    this.discount[row] = numbers[of.OFF];
    this.amount[row] = numbers[of.AMOUNT];
    const before = this.before[row];
    this.cart[row] = this.name(told, of.CART, before < 0 ? 0 : this.cart[before]);
    this.order[row] = this.name(told, of.ORDER, before < 0 ? 0 : this.order[before]);
    this.payment[row] = this.name(told, of.PAYMENT, before < 0 ? 0 : this.payment[before]);
  }

  /** The steps up to row `last`, in order of sending. */
  steps(purchaseId: () => string, last: number): Step[] {
    let count = 0;
    for (let row = last; row >= 0; row = this.before[row]) count++;
    const steps = new Array<Step>(count);
    for (let row = last; row >= 0; row = this.before[row]) steps[--count] = this.step(purchaseId, row);
    return steps;
  }

  private step(purchaseId: () => string, row: number): Step {
    return {
      kind: STEPS[this.kind[row]],
      attempt: this.attempt[row],
      key: this.keyAt(row, purchaseId),
      units: whole(this.units[row]),
      sentMs: this.sentMs[row],
      told: this.status[row] === UNANSWERED ? null : this.told(row),
    };
  }

  private told(row: number): Told {
    const httpStatus = this.httpStatus[row];
    return {
      atMs: this.toldMs[row],
      status: STATUSES[this.status[row]],
      code: this.codes.kept(this.code[row]),
      httpStatus: httpStatus === 0 ? null : httpStatus,
      unsent: this.unsent[row] === 1,
      cartId: this.names[this.cart[row]],
      orderId: this.names[this.order[row]],
      paymentId: this.names[this.payment[row]],
      units: whole(this.toldUnits[row]),
      priceMinor: number(this.price[row]),
      discountMinor: number(this.discount[row]),
      amountMinor: number(this.amount[row]),
    };
  }

  private row(ids: Ids, line: RequestLine, text: number): number {
    return ids.row(line.bytes, line.from[text], line.until[text]);
  }

  private name({ bytes, from, until }: RequestLine, text: number, nameBefore: number): number {
    if (from[text] < 0) return 0;
    const before = this.names[nameBefore];
    if (before !== null && isText(before, bytes, from[text], until[text])) return nameBefore;
    return this.names.push(textOf(bytes, from[text], until[text])) - 1;
  }

  /** Most keys are made of the names of their purchase and step: then only what stands before is kept. */
  private keyRow(sent: RequestLine): number {
    const { bytes, from, until } = sent;
    const stepAt = until[of.KEY] - sent.length(of.STEP);
    const purchaseAt = stepAt - 1 - sent.length(of.PURCHASE);
    const isPlain =
      purchaseAt >= from[of.KEY] &&
      bytes[stepAt - 1] === SLASH &&
      areEqual(bytes, stepAt, bytes, from[of.STEP], sent.length(of.STEP)) &&
      areEqual(bytes, purchaseAt, bytes, from[of.PURCHASE], sent.length(of.PURCHASE));
    if (isPlain) return this.keyHeads.row(bytes, from[of.KEY], purchaseAt) + 1;
    return -1 - this.row(this.oddKeys, sent, of.KEY);
  }

  private keyAt(row: number, purchaseId: () => string): string | null {
    const key = this.key[row];
    if (key === 0) return null;
    if (key < 0) return this.oddKeys.text(-1 - key);
    return `${this.keyHeads.kept(key - 1)}${purchaseId()}/${STEPS[this.kind[row]]}`;
  }

  private grow(capacity: number): void {
    this.kind = grown(this.kind, new Uint8Array(capacity));
    this.attempt = grown(this.attempt, new Int16Array(capacity));
    this.sentMs = grown(this.sentMs, new Float64Array(capacity));
    this.units = grown(this.units, new Int32Array(capacity));
    this.before = grown(this.before, new Int32Array(capacity));
    this.status = grown(this.status, new Uint8Array(capacity));
    this.code = grown(this.code, new Uint16Array(capacity));
    this.unsent = grown(this.unsent, new Uint8Array(capacity));
    this.httpStatus = grown(this.httpStatus, new Int16Array(capacity));
    this.toldMs = grown(this.toldMs, new Float64Array(capacity));
    this.toldUnits = grown(this.toldUnits, new Int32Array(capacity));
    this.price = grown(this.price, new Float64Array(capacity));
    this.discount = grown(this.discount, new Float64Array(capacity));
    this.amount = grown(this.amount, new Float64Array(capacity));
    this.key = grown(this.key, new Int32Array(capacity));
    this.cart = grown(this.cart, new Int32Array(capacity));
    this.order = grown(this.order, new Int32Array(capacity));
    this.payment = grown(this.payment, new Int32Array(capacity));
  }
}

function isText(text: string, bytes: Uint8Array, from: number, until: number): boolean {
  if (text.length !== until - from) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}

function orNone(units: number): number {
  return Number.isNaN(units) ? NONE : units;
}

function whole(units: number): number | null {
  return units === NONE ? null : units;
}

function number(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
