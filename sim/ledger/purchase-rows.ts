import type { Purchase, Step } from './history.ts';
import { StepColumns } from './step-columns.ts';
import { stepsUpTo } from './table-step.ts';
import { Texts } from './texts.ts';

/** What is left of a purchase table when all is read: a row a purchase, in arrays that one thread can hand to another. */
export interface PurchaseFields {
  readonly count: number;
  readonly ids: Texts;
  readonly products: Texts;
  readonly viewer: Int32Array;
  readonly product: Int32Array;
  /** Row of its last step. */
  readonly last: Int32Array;
  readonly steps: StepColumns;
}

/** Adds the purchases of one file to `all`, in the order of their first requests. `viewers`: as they are kept for its visits, too. */
export function addPurchases(all: Purchase[], fields: PurchaseFields, viewers: Texts): void {
  const table = {
    ...fields,
    ids: Texts.revived(fields.ids),
    products: Texts.revived(fields.products),
    viewers,
    steps: StepColumns.revived(fields.steps),
  };
  for (let row = 0; row < fields.count; row++) all.push(new TablePurchase(table, row));
}

interface PurchaseRows extends PurchaseFields {
  readonly viewers: Texts;
}

/** A purchase in the table: what it holds is made when somebody looks. */
class TablePurchase implements Purchase {
  private readonly table: PurchaseRows;
  private readonly row: number;

  constructor(table: PurchaseRows, row: number) {
    this.table = table;
    this.row = row;
  }

  get id(): string {
    return this.table.ids.text(this.row);
  }

  get viewerId(): string {
    return this.table.viewers.kept(this.table.viewer[this.row]);
  }

  get productId(): string {
    return this.table.products.kept(this.table.product[this.row]);
  }

  get steps(): readonly Step[] {
    return stepsUpTo(this.table.steps, this.table.last[this.row], this);
  }
}
