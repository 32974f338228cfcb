import type { BooksAnswer, StockMovement } from '../../protocol.ts';
import type { ShopBooks } from '../../store.ts';
import { parse } from './parse.ts';

/** What a script keeps of a cart, as far as the books need it. */
interface Hold {
  readonly cart: string;
  readonly viewer: string;
  readonly product: string;
  readonly units: number;
  readonly amountMinor: number;
  readonly state: 'carted' | 'expired' | BooksAnswer['orders'][number]['status'];
  readonly expiresAt: number;
  readonly payingUntil?: number;
  readonly orderedAt?: number;
  readonly order?: { readonly order: string };
}

const RESERVATION = {
  carted: 'held',
  pending: 'held',
  paid: 'sold',
  refunded: 'refunded',
  expired: 'released',
  cancelled: 'released',
} as const;

/** The reply of the script `books`. All of it is text. */
export type RawBooks = readonly [
  currency: string,
  levels: readonly string[],
  serverMs: string,
  at: string,
  shelves: readonly [id: string, stocked: string, left: string][],
  holds: readonly string[],
  payments: readonly string[],
  movements: readonly string[],
];

export function readBooks(raw: RawBooks): ShopBooks {
  const [currency, , , at, shelves, rawHolds, rawPayments, rawMovements] = raw;
  const holds = rawHolds.map((text) => parse<Hold>(text)).toSorted((a, b) => numberOf(a.cart) - numberOf(b.cart));
  const units = (product: string, status: string): number =>
    holds.reduce(
      (sum, hold) => sum + (hold.product === product && RESERVATION[hold.state] === status ? hold.units : 0),
      0,
    );
  return {
    currency: parse(currency),
    at: Number(at),
    products: shelves.map(([id, stocked, left]) => ({
      id,
      stocked: Number(stocked),
      sold: units(id, 'sold'),
      held: units(id, 'held'),
      left: Number(left),
    })),
    orders: holds.flatMap(orderOf).toSorted((a, b) => numberOf(a.id) - numberOf(b.id)),
    payments: rawPayments
      .map((text) => parse<BooksAnswer['payments'][number]>(text))
      .toSorted((a, b) => numberOf(a.id) - numberOf(b.id)),
    reservations: holds.map(({ cart, viewer, product, units, expiresAt, payingUntil = expiresAt, state }) => ({
      id: cart,
      viewer,
      product,
      units,
      expiresAt: Math.max(expiresAt, payingUntil),
      status: RESERVATION[state],
    })),
    movements: rawMovements.map((text) => parse<StockMovement>(text)),
  };
}

function orderOf({ viewer, product, units, amountMinor, state, order, orderedAt }: Hold): BooksAnswer['orders'] {
  if (order === undefined || orderedAt === undefined || state === 'carted' || state === 'expired') return [];
  return [{ id: order.order, viewer, product, units, amountMinor, status: state, at: orderedAt }];
}

/** `cart-12` was the twelfth id that was given out. */
function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}
