import { areEqual } from './bytes.ts';
import { STEPS } from './history.ts';
import { Ids } from './ids.ts';
import * as of from './request-line.ts';
import type { RequestLine } from './request-line.ts';
import { NONE, STATUSES, StepColumns, UNANSWERED, type Room } from './step-columns.ts';
import type { Texts } from './texts.ts';

const SLASH = 47;

/**
 * Every request of a file, in columns: some 90 bytes each, where an object with all that a step can hold takes 250, and
 * millions of them keep the collector busy for seconds.
 */
export class StepTable {
  readonly columns: StepColumns;
  private readonly kinds = new Ids(STEPS);
  private readonly statuses = new Ids(STATUSES);
  private readonly codes: Ids;
  private readonly coupons: Ids;
  private readonly keyHeads: Ids;
  private readonly oddKeys: Ids;

  private readonly memory: Room['memory'];

  constructor(room: Room) {
    this.memory = room.memory;
    this.columns = new StepColumns(room);
    this.codes = new Ids([], this.columns.codes);
    this.coupons = new Ids([], this.columns.coupons);
    this.keyHeads = new Ids([], this.columns.keyHeads);
    this.oddKeys = new Ids([], this.columns.oddKeys);
  }

  /** Which step a line is of; -1: one that only a later version knows. */
  kindOf({ bytes, from, until }: RequestLine): number {
    return this.kinds.find(bytes, from[of.STEP], until[of.STEP]);
  }

  /** Returns its row. `kind`: as `kindOf` says. `before`: that of the step before in the same purchase, or -1. */
  add(sent: RequestLine, kind: number, before: number): number {
    const { columns } = this;
    const row = columns.add(this.memory);
    columns.kind[row] = kind;
    columns.attempt[row] = sent.numbers[of.ATTEMPT];
    columns.sentMs[row] = sent.numbers[of.AT];
    columns.units[row] = orNone(sent.numbers[of.UNITS]);
    columns.coupon[row] = sent.has(of.COUPON) ? this.row(this.coupons, sent, of.COUPON) + 1 : 0;
    columns.before[row] = before;
    columns.key[row] = sent.has(of.KEY) ? this.keyRow(sent) : 0;
    columns.status[row] = UNANSWERED;
    return row;
  }

  /** The step that this answers, from the last row of its purchase back: -1 when it is not there, or was answered before. */
  find(told: RequestLine, last: number): number {
    const { columns } = this;
    const kind = this.kindOf(told);
    const attempt = told.numbers[of.ATTEMPT];
    for (let row = last; row >= 0; row = columns.before[row]) {
      if (columns.kind[row] === kind && columns.attempt[row] === attempt && columns.status[row] === UNANSWERED)
        return row;
    }
    return -1;
  }

  answer(row: number, told: RequestLine): void {
    const { columns } = this;
    const { numbers } = told;
    const status = told.has(of.OUTCOME) ? this.row(this.statuses, told, of.OUTCOME) : UNANSWERED;
    // What a later version may say is no answer that is known here.
    columns.status[row] = status < STATUSES.length ? status : UNANSWERED;
    columns.code[row] = this.row(this.codes, told, of.CODE);
    columns.unsent[row] = numbers[of.UNSENT];
    columns.httpStatus[row] = numbers[of.HTTP];
    columns.toldMs[row] = numbers[of.AT];
    columns.toldUnits[row] = orNone(numbers[of.UNITS]);
    columns.price[row] = numbers[of.PRICE];
    columns.discount[row] = numbers[of.OFF];
    columns.amount[row] = numbers[of.AMOUNT];
    const before = columns.before[row];
    columns.cart[row] = this.name(told, of.CART, columns.carts, before < 0 ? 0 : columns.cart[before]);
    columns.order[row] = this.name(told, of.ORDER, columns.orders, before < 0 ? 0 : columns.order[before]);
    columns.payment[row] = this.name(told, of.PAYMENT, columns.payments, before < 0 ? 0 : columns.payment[before]);
  }

  private row(ids: Ids, line: RequestLine, text: number): number {
    return ids.row(line.bytes, line.from[text], line.until[text]);
  }

  private name({ bytes, from, until }: RequestLine, text: number, names: Texts, nameBefore: number): number {
    if (from[text] < 0) return 0;
    if (nameBefore > 0 && names.is(nameBefore - 1, bytes, from[text], until[text])) return nameBefore;
    return names.add(bytes, from[text], until[text]) + 1;
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
}

function orNone(units: number): number {
  return Number.isNaN(units) ? NONE : units;
}
