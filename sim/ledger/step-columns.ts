import { grown } from './bytes.ts';
import { Texts } from './texts.ts';

const FIRST_CAPACITY = 1024;
/** For units that are absent. */
export const NONE = -2_147_483_648;
export const STATUSES = ['ok', 'rejected', 'unknown'] as const;
export const UNANSWERED = 255;

/** What a step table holds: a row a request, in arrays that can be handed to another thread. Absent money is NaN. */
export class StepColumns {
  private length = 0;
  kind = new Uint8Array(FIRST_CAPACITY);
  attempt = new Int16Array(FIRST_CAPACITY);
  sentMs = new Float64Array(FIRST_CAPACITY);
  units = new Int32Array(FIRST_CAPACITY);
  /** 0 for null, or the row of the code plus 1. */
  coupon = new Uint16Array(FIRST_CAPACITY);
  /** Row of the step before in the same purchase, or -1. */
  before = new Int32Array(FIRST_CAPACITY);

  status = new Uint8Array(FIRST_CAPACITY);
  code = new Uint16Array(FIRST_CAPACITY);
  unsent = new Uint8Array(FIRST_CAPACITY);
  /** 0: there was no answer. */
  httpStatus = new Int16Array(FIRST_CAPACITY);
  toldMs = new Float64Array(FIRST_CAPACITY);
  toldUnits = new Int32Array(FIRST_CAPACITY);
  price = new Float64Array(FIRST_CAPACITY);
  discount = new Float64Array(FIRST_CAPACITY);
  amount = new Float64Array(FIRST_CAPACITY);

  /** 0 for null; above, the row plus 1 of what stands before `<purchase>/<step>` in the key; below, that of a key of another form. */
  key = new Int32Array(FIRST_CAPACITY);
  /** 0 for null, or the row plus 1: what a checkout names, the payment names again. */
  cart = new Int32Array(FIRST_CAPACITY);
  order = new Int32Array(FIRST_CAPACITY);
  payment = new Int32Array(FIRST_CAPACITY);

  keyHeads = new Texts();
  oddKeys = new Texts();
  carts = new Texts();
  orders = new Texts();
  payments = new Texts();
  codes = new Texts();
  coupons = new Texts();

  /** `fields`: those of the columns of another thread, which lost their methods on the way. */
  static revived(fields: StepColumns): StepColumns {
    const columns = Object.assign(new StepColumns(), fields);
    columns.keyHeads = Texts.revived(fields.keyHeads);
    columns.oddKeys = Texts.revived(fields.oddKeys);
    columns.carts = Texts.revived(fields.carts);
    columns.orders = Texts.revived(fields.orders);
    columns.payments = Texts.revived(fields.payments);
    columns.codes = Texts.revived(fields.codes);
    columns.coupons = Texts.revived(fields.coupons);
    return columns;
  }

  /** A new row. */
  add(): number {
    const row = this.length++;
    if (row === this.kind.length) this.grow(row * 2);
    return row;
  }

  private grow(capacity: number): void {
    this.kind = grown(this.kind, new Uint8Array(capacity));
    this.attempt = grown(this.attempt, new Int16Array(capacity));
    this.sentMs = grown(this.sentMs, new Float64Array(capacity));
    this.units = grown(this.units, new Int32Array(capacity));
    this.coupon = grown(this.coupon, new Uint16Array(capacity));
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
