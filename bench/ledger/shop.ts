import type { Books, BookMovement, BookOrder, BookPayment, BookReservation } from '../../sim/ledger/books.ts';

const HOLD_MS = 60_000;
const PRICE_MINOR = 2900;
const STOCK_UNITS = 14_000;
export const EPOCH_OFFSET_MS = 1_700_000_000_000;

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** An honest shop with books, for one unit at a time. Times are event time; it is called in order of time. */
export class HonestShop {
  private readonly shelves: Map<string, number>;
  private readonly reservations: Open<BookReservation>[] = [];
  private readonly orders: Open<BookOrder>[] = [];
  private readonly payments: BookPayment[] = [];
  private readonly movements: BookMovement[] = [];
  /** Holds in order of their end. */
  private ends = 0;

  constructor(productIds: readonly string[]) {
    this.shelves = new Map(productIds.map((id) => [id, STOCK_UNITS]));
    for (const productId of productIds) this.move(productId, 'initial', STOCK_UNITS, -1000);
  }

  get show(): { readonly holdMs: number; readonly priceMinor: number; readonly stockUnits: number } {
    return { holdMs: HOLD_MS, priceMinor: PRICE_MINOR, stockUnits: STOCK_UNITS };
  }

  left(productId: string): number {
    return this.shelves.get(productId) ?? 0;
  }

  /** Number of the hold, or -1: sold out. */
  cart(buyerId: string, productId: string, atMs: number): number {
    this.release(atMs);
    if (this.left(productId) === 0) return -1;
    this.move(productId, 'reserve', -1, atMs);
    const expiresAtEpochMs = EPOCH_OFFSET_MS + atMs + HOLD_MS;
    const id = `cart-${this.reservations.length}`;
    return this.reservations.push({ id, buyerId, productId, units: 1, expiresAtEpochMs, status: 'held' }) - 1;
  }

  /** Number of the order. */
  checkout(hold: number, atMs: number): number {
    const { buyerId, productId } = this.reservations[hold];
    const id = `order-${this.orders.length}`;
    const atEpochMs = EPOCH_OFFSET_MS + atMs;
    return (
      this.orders.push({ id, buyerId, productId, units: 1, amountMinor: PRICE_MINOR, status: 'pending', atEpochMs }) - 1
    );
  }

  /** Id of the payment. */
  pay(hold: number, order: number, isAccepted: boolean, atMs: number): string {
    const id = `payment-${this.payments.length}`;
    const status = isAccepted ? 'captured' : 'declined';
    const atEpochMs = EPOCH_OFFSET_MS + atMs;
    this.payments.push({ id, orderId: this.orders[order].id, amountMinor: PRICE_MINOR, status, atEpochMs });
    if (isAccepted) {
      this.orders[order].status = 'paid';
      this.reservations[hold].status = 'sold';
    }
    return id;
  }

  books(atMs: number): Books {
    this.release(Infinity);
    for (const order of this.orders) if (order.status === 'pending') order.status = 'cancelled';
    const { reservations, orders, payments, movements } = this;
    const products = [...this.shelves].map(([id, leftUnits]) => {
      return { id, stockedUnits: STOCK_UNITS, soldUnits: STOCK_UNITS - leftUnits, leftUnits, heldUnits: 0 };
    });
    const readAtEpochMs = EPOCH_OFFSET_MS + atMs + 2 * HOLD_MS;
    return { readAtEpochMs, exclusive: true, products, orders, payments, reservations, movements, rooms: null };
  }

  /** What was held until now and not paid lies on the shelf again. */
  private release(atMs: number): void {
    for (; this.ends < this.reservations.length; this.ends++) {
      const hold = this.reservations[this.ends];
      const endMs = hold.expiresAtEpochMs - EPOCH_OFFSET_MS;
      if (endMs > atMs) return;
      if (hold.status === 'sold') continue;
      hold.status = 'released';
      this.move(hold.productId, 'release', 1, endMs);
    }
  }

  private move(productId: string, kind: BookMovement['kind'], units: number, atMs: number): void {
    if (kind !== 'initial') this.shelves.set(productId, this.left(productId) + units);
    this.movements.push({ productId, kind, units, atEpochMs: EPOCH_OFFSET_MS + atMs });
  }
}
