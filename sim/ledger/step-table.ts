import type { SentEvent, ToldEvent } from './events.ts';
import { Texts, type CopyText } from './texts.ts';
import { STEPS, type Purchase, type Step, type Told } from './history.ts';

const FIRST_CAPACITY = 1024;
const NONE = -2_147_483_648;
const STATUSES = ['ok', 'rejected', 'unknown'] as const;
const UNANSWERED = 255;

/**
 * Every request of a run, in columns: some 100 bytes each, where an object with all that a step can hold takes 250, and
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

  private status = new Uint8Array(FIRST_CAPACITY).fill(UNANSWERED);
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
  private readonly keyHeads: Texts;
  private readonly oddKeys: Texts;
  /** Rows of `names`, 0 for null: what a checkout names, the payment names again. */
  private cart = new Int32Array(FIRST_CAPACITY);
  private order = new Int32Array(FIRST_CAPACITY);
  private payment = new Int32Array(FIRST_CAPACITY);
  private readonly names: (string | null)[] = [null];
  private readonly codes: Texts;
  private readonly copy: CopyText;

  /** `copy`: of the texts of events that are kept. */
  constructor(copy: CopyText) {
    this.copy = copy;
    this.keyHeads = new Texts(copy);
    this.oddKeys = new Texts(copy);
    this.codes = new Texts(copy);
  }

  /** Returns its row. */
  add(sent: SentEvent, before: number): number {
    const row = this.length++;
    if (row === this.kind.length) this.grow(row * 2);
    this.kind[row] = STEPS.indexOf(sent.s);
    this.attempt[row] = sent.a;
    this.sentMs[row] = sent.at;
    this.units[row] = sent.u ?? NONE;
    this.before[row] = before;
    this.key[row] = sent.k === undefined ? 0 : this.keyRow(sent.k, sent.p, sent.s);
    return row;
  }

  /** The step that this answers, from the last row of its purchase back: -1 when it is not there, or was answered before. */
  find(told: ToldEvent, last: number): number {
    const kind = STEPS.indexOf(told.s);
    for (let row = last; row >= 0; row = this.before[row]) {
      if (this.kind[row] === kind && this.attempt[row] === told.a && this.status[row] === UNANSWERED) return row;
    }
    return -1;
  }

  answer(row: number, told: ToldEvent): void {
    this.status[row] = STATUSES.indexOf(told.o);
    this.code[row] = this.codes.row(told.c);
    this.unsent[row] = told.un ?? 0;
    this.httpStatus[row] = told.h ?? 0;
    this.toldMs[row] = told.at;
    this.toldUnits[row] = told.u ?? NONE;
    this.price[row] = told.price ?? NaN;
    this.discount[row] = told.off ?? NaN;
    this.amount[row] = told.amount ?? NaN;
    const before = this.before[row];
    this.cart[row] = this.name(told.cart, before < 0 ? 0 : this.cart[before]);
    this.order[row] = this.name(told.order, before < 0 ? 0 : this.order[before]);
    this.payment[row] = this.name(told.pay, before < 0 ? 0 : this.payment[before]);
  }

  /** The steps up to row `last`, in order of sending. */
  steps(purchaseId: string, last: number): Step[] {
    const steps: Step[] = [];
    for (let row = last; row >= 0; row = this.before[row]) steps.push(this.step(purchaseId, row));
    return steps.reverse();
  }

  private step(purchaseId: string, row: number): Step {
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
      code: this.codes.at(this.code[row]),
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

  private name(name: string | undefined, nameBefore: number): number {
    if (name === undefined) return 0;
    if (name === this.names[nameBefore]) return nameBefore;
    return this.names.push(this.copy(name)) - 1;
  }

  /** Most keys are made of the names of their purchase and step: then only what stands before is kept. */
  private keyRow(key: string, purchaseId: string, kind: string): number {
    const head = key.length - purchaseId.length - kind.length - 1;
    const isPlain =
      head >= 0 && key.startsWith(purchaseId, head) && key.endsWith(kind) && key.at(-1 - kind.length) === '/';
    return isPlain ? this.keyHeads.row(key.slice(0, head)) + 1 : -1 - this.oddKeys.row(key);
  }

  private keyAt(row: number, purchaseId: string): string | null {
    const key = this.key[row];
    if (key === 0) return null;
    return key < 0 ? this.oddKeys.at(-1 - key) : `${this.keyHeads.at(key - 1)}${purchaseId}/${STEPS[this.kind[row]]}`;
  }

  private grow(capacity: number): void {
    this.kind = grown(this.kind, new Uint8Array(capacity));
    this.attempt = grown(this.attempt, new Int16Array(capacity));
    this.sentMs = grown(this.sentMs, new Float64Array(capacity));
    this.units = grown(this.units, new Int32Array(capacity));
    this.before = grown(this.before, new Int32Array(capacity));
    this.status = grown(this.status, new Uint8Array(capacity).fill(UNANSWERED));
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

/** A purchase whose steps lie in the table. */
export class TablePurchase implements Purchase {
  readonly id: string;
  readonly viewerId: string;
  readonly productId: string;
  private readonly table: StepTable;
  private last = -1;

  constructor(table: StepTable, id: string, viewerId: string, productId: string) {
    this.table = table;
    this.id = id;
    this.viewerId = viewerId;
    this.productId = productId;
  }

  get steps(): readonly Step[] {
    return this.table.steps(this.id, this.last);
  }

  sent(event: SentEvent): void {
    this.last = this.table.add(event, this.last);
  }

  told(event: ToldEvent): void {
    const row = this.table.find(event, this.last);
    if (row >= 0) this.table.answer(row, event);
  }
}

function whole(units: number): number | null {
  return units === NONE ? null : units;
}

function number(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
