import type { BooksAnswer, CheckoutAnswer, PaymentAnswer, RefundAnswer } from '../protocol.ts';
import type { Drop, Shelf } from './shelf.ts';

/** Units that are off the shelf for somebody: first a cart, then an order. */
export interface Hold {
  readonly cart: string;
  readonly viewer: string;
  readonly shelf: Shelf;
  readonly drop: Drop;
  readonly units: number;
  /** The price when the cart was made, times the units. */
  readonly amountMinor: number;
  state: 'carted' | 'expired' | 'pending' | 'paid' | 'refunded' | 'cancelled';
  expiresAtMs: number;
  order: CheckoutAnswer | null;
  orderedAtMs: number;
  /** A payment is at the gateway. The hold does not expire before it is settled. */
  paying: boolean;
  capture: PaymentAnswer | null;
  refund: RefundAnswer | null;
}

export function newHold(made: Pick<Hold, 'cart' | 'viewer' | 'shelf' | 'drop' | 'units' | 'expiresAtMs'>): Hold {
  return {
    ...made,
    amountMinor: made.shelf.priceMinor * made.units,
    state: 'carted',
    order: null,
    orderedAtMs: 0,
    paying: false,
    capture: null,
    refund: null,
  };
}

/** What the books say of each product. Sold and held are counted from the holds, so they check the shelf's figure. */
export function productEntries(shelves: Iterable<Shelf>, holds: Iterable<Hold>): BooksAnswer['products'] {
  const sold = new Map<Shelf, number>();
  const held = new Map<Shelf, number>();
  for (const { state, shelf, units } of holds) {
    if (state === 'paid') sold.set(shelf, (sold.get(shelf) ?? 0) + units);
    else if (state === 'carted' || state === 'pending') held.set(shelf, (held.get(shelf) ?? 0) + units);
  }
  return [...shelves].map((shelf) => ({
    id: shelf.id,
    stocked: shelf.everStockedUnits,
    sold: sold.get(shelf) ?? 0,
    held: held.get(shelf) ?? 0,
    left: shelf.shelfUnits,
  }));
}

export function orderEntry(id: string, hold: Hold): BooksAnswer['orders'][number] {
  return {
    id,
    viewer: hold.viewer,
    product: hold.shelf.id,
    units: hold.units,
    amountMinor: hold.amountMinor,
    // An order is never 'carted' or 'expired': those are states of the cart before it.
    status: hold.state as BooksAnswer['orders'][number]['status'],
    at: hold.orderedAtMs,
  };
}
