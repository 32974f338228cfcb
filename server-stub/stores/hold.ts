import type { BooksAnswer, CheckoutAnswer, PaymentAnswer, RefundAnswer } from '../protocol.ts';
import type { Drop, Shelf } from './shelf.ts';

/** Units that are off the shelf for somebody: first a cart, then an order. */
export interface Hold {
  readonly cart: string;
  readonly viewer: string;
  readonly shelf: Shelf;
  readonly drop: Drop;
  readonly units: number;
  readonly discountMinor: number;
  /** The price when the cart was made, times the units, less the discount. */
  amountMinor: number;
  state: 'carted' | 'expired' | 'pending' | 'paid' | 'refunded' | 'cancelled';
  expiresAtMs: number;
  /** The units are on the shelf again. */
  givenBack: boolean;
  order: CheckoutAnswer | null;
  orderedAtMs: number;
  /** A payment is at the gateway. The hold does not expire before it is settled. */
  paying: boolean;
  capture: PaymentAnswer | null;
  refund: RefundAnswer | null;
}

type Made = Pick<Hold, 'cart' | 'viewer' | 'shelf' | 'drop' | 'units' | 'discountMinor' | 'expiresAtMs'>;

export function newHold(made: Made): Hold {
  return {
    ...made,
    amountMinor: made.shelf.priceMinor * made.units - made.discountMinor,
    state: 'carted',
    givenBack: false,
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
  for (const hold of holds) {
    const status = reservationStatus(hold);
    const { shelf, units } = hold;
    if (status === 'sold') sold.set(shelf, (sold.get(shelf) ?? 0) + units);
    else if (status === 'held') held.set(shelf, (held.get(shelf) ?? 0) + units);
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

/** With a payment at the gateway the hold has no end yet: it does not end before `nowMs`. */
export function reservationEntry(hold: Hold, nowMs: number): BooksAnswer['reservations'][number] {
  const { cart, viewer, shelf, units, paying } = hold;
  const expiresAt = paying ? Math.max(hold.expiresAtMs, nowMs) : hold.expiresAtMs;
  return { id: cart, viewer, product: shelf.id, units, expiresAt, status: reservationStatus(hold) };
}

function reservationStatus({ state, givenBack }: Hold): BooksAnswer['reservations'][number]['status'] {
  if (state === 'paid') return 'sold';
  if (state === 'refunded') return 'refunded';
  return givenBack ? 'released' : 'held';
}
