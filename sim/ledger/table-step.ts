import { STEPS, type Step, type StepKind, type Told } from './history.ts';
import { NONE, STATUSES, UNANSWERED, type StepColumns } from './step-columns.ts';

interface HasId {
  readonly id: string;
}

/** Whether a step has a key that no other purchase has: `<anything>/<purchase>/<step>`. One without a key has none. */
export function hasOwnKey(step: Step, purchase: HasId): boolean {
  const known = step instanceof TableStep ? step.hasOwnKey : null;
  return known ?? (step.key !== null && isKeyOf(step.key, purchase.id, step.kind));
}

/** The steps up to row `last`, in order of sending; `purchase` is asked for its id when somebody asks for a key. */
export function stepsUpTo(columns: StepColumns, last: number, purchase: HasId): Step[] {
  let length = 0;
  for (let row = last; row >= 0; row = columns.before[row]) length++;
  const steps = new Array<Step>(length);
  for (let row = last; row >= 0; row = columns.before[row]) steps[--length] = new TableStep(columns, row, purchase);
  return steps;
}

/** A step as it stands in the table: nothing is read, and no string made, before somebody asks for it. */
class TableStep implements Step {
  private readonly columns: StepColumns;
  private readonly row: number;
  private readonly purchase: HasId;
  private heard: Told | null = null;

  constructor(columns: StepColumns, row: number, purchase: HasId) {
    this.columns = columns;
    this.row = row;
    this.purchase = purchase;
  }

  get kind(): StepKind {
    return STEPS[this.columns.kind[this.row]];
  }

  get attempt(): number {
    return this.columns.attempt[this.row];
  }

  get key(): string | null {
    const key = this.columns.key[this.row];
    if (key === 0) return null;
    if (key < 0) return this.columns.oddKeys.text(-1 - key);
    return `${this.columns.keyHeads.kept(key - 1)}${this.purchase.id}/${this.kind}`;
  }

  get units(): number | null {
    return whole(this.columns.units[this.row]);
  }

  get coupon(): string | null {
    const coupon = this.columns.coupon[this.row];
    return coupon === 0 ? null : this.columns.coupons.kept(coupon - 1);
  }

  get sentMs(): number {
    return this.columns.sentMs[this.row];
  }

  get told(): Told | null {
    if (this.columns.status[this.row] === UNANSWERED) return null;
    this.heard ??= new TableTold(this.columns, this.row);
    return this.heard;
  }

  /** As `isKeyOf` says of its key, without making it; `null`: it has to be made. */
  get hasOwnKey(): boolean | null {
    const key = this.columns.key[this.row];
    if (key <= 0) return null;
    const head = this.columns.keyHeads.kept(key - 1);
    return head === '' || head.endsWith('/');
  }
}

class TableTold implements Told {
  private readonly columns: StepColumns;
  private readonly row: number;

  constructor(columns: StepColumns, row: number) {
    this.columns = columns;
    this.row = row;
  }

  get atMs(): number {
    return this.columns.toldMs[this.row];
  }

  get status(): Told['status'] {
    return STATUSES[this.columns.status[this.row]];
  }

  get code(): string {
    return this.columns.codes.kept(this.columns.code[this.row]);
  }

  get httpStatus(): number | null {
    const httpStatus = this.columns.httpStatus[this.row];
    return httpStatus === 0 ? null : httpStatus;
  }

  get unsent(): boolean {
    return this.columns.unsent[this.row] === 1;
  }

  get cartId(): string | null {
    const cart = this.columns.cart[this.row];
    return cart === 0 ? null : this.columns.carts.text(cart - 1);
  }

  get orderId(): string | null {
    const order = this.columns.order[this.row];
    return order === 0 ? null : this.columns.orders.kept(order - 1);
  }

  get paymentId(): string | null {
    const payment = this.columns.payment[this.row];
    return payment === 0 ? null : this.columns.payments.kept(payment - 1);
  }

  get units(): number | null {
    return whole(this.columns.toldUnits[this.row]);
  }

  get priceMinor(): number | null {
    return number(this.columns.price[this.row]);
  }

  get discountMinor(): number | null {
    return number(this.columns.discount[this.row]);
  }

  get amountMinor(): number | null {
    return number(this.columns.amount[this.row]);
  }
}

function whole(units: number): number | null {
  return units === NONE ? null : units;
}

function number(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function isKeyOf(key: string, purchaseId: string, kind: string): boolean {
  const purchaseAt = key.length - kind.length - 1 - purchaseId.length;
  const isSeparate = purchaseAt === 0 || key[purchaseAt - 1] === '/';
  if (purchaseAt < 0 || !isSeparate || key[purchaseAt + purchaseId.length] !== '/') return false;
  return key.startsWith(purchaseId, purchaseAt) && key.endsWith(kind);
}
