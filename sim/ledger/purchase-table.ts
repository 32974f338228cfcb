import { grown } from './bytes.ts';
import { Ids } from './ids.ts';
import type { PurchaseFields } from './purchase-rows.ts';
import * as of from './request-line.ts';
import type { RequestLine } from './request-line.ts';
import type { Room } from './step-columns.ts';
import { StepTable } from './step-table.ts';

const FIRST_CAPACITY = 256;

/** Every purchase of a file, put together from its requests and their answers. */
export class PurchaseTable {
  private readonly steps: StepTable;
  private readonly ids = new Ids();
  private readonly products = new Ids();
  private readonly viewers: Ids;
  private viewer = new Int32Array(FIRST_CAPACITY);
  private product = new Int32Array(FIRST_CAPACITY);
  /** Row of its last step. */
  private last = new Int32Array(FIRST_CAPACITY);

  constructor(viewers: Ids, room: Room) {
    this.viewers = viewers;
    this.steps = new StepTable(room);
  }

  /** A step that only a later version knows is passed over. */
  sent(line: RequestLine): void {
    if (!line.has(of.PURCHASE) || !line.has(of.STEP) || !line.has(of.VIEWER) || !line.has(of.PRODUCT)) {
      throw new Error('a request without its names');
    }
    const kind = this.steps.kindOf(line);
    if (kind < 0) return;
    const { bytes, from, until } = line;
    const known = this.ids.size;
    const row = this.ids.row(bytes, from[of.PURCHASE], until[of.PURCHASE]);
    if (row === known) this.begin(line, row);
    this.last[row] = this.steps.add(line, kind, this.last[row]);
  }

  /** An answer to nothing is passed over. */
  told(line: RequestLine): void {
    if (!line.has(of.PURCHASE) || !line.has(of.STEP) || !line.has(of.CODE))
      throw new Error('an answer without its names');
    const purchase = this.ids.find(line.bytes, line.from[of.PURCHASE], line.until[of.PURCHASE]);
    const row = purchase < 0 ? -1 : this.steps.find(line, this.last[purchase]);
    if (row >= 0) this.steps.answer(row, line);
  }

  get fields(): PurchaseFields {
    const { ids, products } = this;
    return {
      count: ids.size,
      ids: ids.texts,
      products: products.texts,
      viewer: this.viewer,
      product: this.product,
      last: this.last,
      steps: this.steps.columns,
    };
  }

  private begin({ bytes, from, until }: RequestLine, row: number): void {
    if (row === this.last.length) {
      this.viewer = grown(this.viewer, new Int32Array(row * 2));
      this.product = grown(this.product, new Int32Array(row * 2));
      this.last = grown(this.last, new Int32Array(row * 2));
    }
    this.viewer[row] = this.viewers.row(bytes, from[of.VIEWER], until[of.VIEWER]);
    this.product[row] = this.products.row(bytes, from[of.PRODUCT], until[of.PRODUCT]);
    this.last[row] = -1;
  }
}
