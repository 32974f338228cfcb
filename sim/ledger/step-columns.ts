import { Texts } from './texts.ts';

/** For units that are absent. */
export const NONE = -2_147_483_648;
export const STATUSES = ['ok', 'rejected', 'unknown'] as const;
export const UNANSWERED = 255;

/** Wide ones first: so each begins at a multiple of its own size. */
const COLUMNS = {
  sentMs: Float64Array,
  toldMs: Float64Array,
  price: Float64Array,
  discount: Float64Array,
  amount: Float64Array,
  units: Int32Array,
  before: Int32Array,
  toldUnits: Int32Array,
  key: Int32Array,
  cart: Int32Array,
  order: Int32Array,
  payment: Int32Array,
  attempt: Int16Array,
  httpStatus: Int16Array,
  coupon: Uint16Array,
  code: Uint16Array,
  kind: Uint8Array,
  status: Uint8Array,
  unsent: Uint8Array,
} as const;
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const BYTES_A_ROW = NAMES.reduce((sum, name) => sum + COLUMNS[name].BYTES_PER_ELEMENT, 0);
/** So that the columns behind the first begin where they may. */
const ROWS_AT_A_TIME = 8;

/** Where steps are kept. */
export interface Room {
  /** That there is room for from the start; more cost a copy. */
  readonly rows: number;
  /** Zeros. */
  readonly memory: (bytes: number) => ArrayBufferLike;
}

export const LITTLE_ROOM: Room = { rows: 1024, memory: (bytes) => new ArrayBuffer(bytes) };
const NO_ROOM: Room = { ...LITTLE_ROOM, rows: 0 };

/**
 * What a step table holds: a row a request. All columns lie in one buffer: it can be handed to another thread, and memory of that size comes
 * straight from the system, so that rows which are never used take none.
 */
export class StepColumns {
  private length = 0;
  private capacity = 0;
  kind!: Uint8Array;
  attempt!: Int16Array;
  sentMs!: Float64Array;
  units!: Int32Array;
  /** 0 for null, or the row of the code plus 1. */
  coupon!: Uint16Array;
  /** Row of the step before in the same purchase, or -1. */
  before!: Int32Array;

  status!: Uint8Array;
  code!: Uint16Array;
  unsent!: Uint8Array;
  /** 0: there was no answer. */
  httpStatus!: Int16Array;
  toldMs!: Float64Array;
  toldUnits!: Int32Array;
  /** Absent money is NaN. */
  price!: Float64Array;
  discount!: Float64Array;
  amount!: Float64Array;

  /** 0 for null; above, the row plus 1 of what stands before `<purchase>/<step>` in the key; below, that of a key of another form. */
  key!: Int32Array;
  /** 0 for null, or the row plus 1: what a checkout names, the payment names again. */
  cart!: Int32Array;
  order!: Int32Array;
  payment!: Int32Array;

  keyHeads = new Texts();
  oddKeys = new Texts();
  carts = new Texts();
  orders = new Texts();
  payments = new Texts();
  codes = new Texts();
  coupons = new Texts();

  constructor({ rows, memory }: Room) {
    this.make(rows, memory);
  }

  /** `fields`: those of the columns of another thread, which lost their methods on the way. */
  static revived(fields: StepColumns): StepColumns {
    const columns = Object.assign(new StepColumns(NO_ROOM), fields);
    columns.keyHeads = Texts.revived(fields.keyHeads);
    columns.oddKeys = Texts.revived(fields.oddKeys);
    columns.carts = Texts.revived(fields.carts);
    columns.orders = Texts.revived(fields.orders);
    columns.payments = Texts.revived(fields.payments);
    columns.codes = Texts.revived(fields.codes);
    columns.coupons = Texts.revived(fields.coupons);
    return columns;
  }

  /** A new row. `memory`: where there is more, when there is no room left. */
  add(memory: Room['memory']): number {
    if (this.length === this.capacity) {
      const before = NAMES.map((name) => this[name]);
      this.make(this.capacity * 2, memory);
      NAMES.forEach((name, i) => this[name].set(before[i]));
    }
    return this.length++;
  }

  /** The columns, empty. */
  private make(rows: number, memory: Room['memory']): void {
    this.capacity = Math.ceil(Math.max(1, rows) / ROWS_AT_A_TIME) * ROWS_AT_A_TIME;
    const buffer = memory(this.capacity * BYTES_A_ROW);
    let from = 0;
    const made = NAMES.map((name) => {
      const Column: new (buffer: ArrayBufferLike, from: number, length: number) => ArrayBufferView = COLUMNS[name];
      const column = new Column(buffer, from, this.capacity);
      from += column.byteLength;
      return [name, column] as const;
    });
    Object.assign(this, Object.fromEntries(made));
  }
}
