import type { BookMovement, BookOrder, BookPayment, BookReservation } from '../../sim/ledger/books.ts';

/** What an export may hold: its tables, their fields, and the names that columns and statuses usually have. */

export interface FieldSpec {
  /** Without a column for it the table cannot be read. */
  readonly needed: boolean;
  /** Usual names of its column, the best first; as `plain` makes them. */
  readonly columns: readonly string[];
}

export interface TableSpec {
  /** What its rows are called. */
  readonly one: string;
  readonly many: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  /** Words that shops have for a status, by the status that is meant; as `plain` makes them. Empty: it has none. */
  readonly words: Readonly<Record<string, readonly string[]>>;
}

const BUYER = ['buyer', 'buyer_id', 'viewer', 'viewer_id', 'customer_id', 'customer', 'user_id', 'user'].map(plain);
const PRODUCT = ['product', 'product_id', 'sku', 'variant_sku', 'lineitem_sku', 'item', 'item_id'].map(plain);
const UNITS = ['units', 'quantity', 'qty', 'lineitem_quantity'].map(plain);
const AMOUNT = ['amount_minor', 'amount_cents', 'total_minor', 'total_cents', 'amount', 'total'].map(plain);
const STATUS = ['status', 'state', 'financial_status', 'payment_status'].map(plain);
const AT = ['at', 'created_at', 'placed_at', 'ordered_at', 'time', 'timestamp', 'date'].map(plain);
const NOTHING_ELSE: readonly string[] = [];

const ORDER_WORDS: Readonly<Record<BookOrder['status'], readonly string[]>> = {
  pending: [
    'open',
    'new',
    'created',
    'unpaid',
    'notpaid',
    'awaitingpayment',
    'arrangingpayment',
    'authorized',
    'paymentauthorized',
  ],
  paid: ['captured', 'completed', 'complete', 'settled', 'paymentsettled', 'succeeded'],
  refunded: ['paymentrefunded', 'returned'],
  cancelled: ['canceled', 'voided', 'expired', 'failed', 'declined', 'abandoned'],
};
const PAYMENT_WORDS: Readonly<Record<BookPayment['status'], readonly string[]>> = {
  captured: ['paid', 'settled', 'succeeded', 'success', 'successful', 'completed', 'complete', 'charged'],
  declined: ['refused', 'rejected', 'failed', 'failure', 'error', 'cancelled', 'canceled', 'voided', 'expired'],
  refunded: ['returned', 'reversed'],
};
const RESERVATION_WORDS: Readonly<Record<BookReservation['status'], readonly string[]>> = {
  held: ['active', 'open', 'reserved'],
  sold: ['completed', 'confirmed', 'converted', 'paid'],
  released: ['expired', 'cancelled', 'canceled', 'returned'],
  refunded: NOTHING_ELSE,
};
const MOVEMENT_WORDS: Readonly<Record<BookMovement['kind'], readonly string[]>> = {
  initial: ['opening', 'initialstock'],
  restock: ['received', 'replenishment', 'stockin'],
  reserve: ['hold', 'reservation', 'allocation', 'sale'],
  release: ['cancellation', 'unreserve'],
  refund: ['return'],
};

export const TABLES = {
  orders: {
    one: 'order',
    many: 'orders',
    fields: {
      id: needed(['order_id', 'id', 'order', 'order_number', 'code'].map(plain)),
      buyer: needed(BUYER),
      product: needed(PRODUCT),
      units: needed(UNITS),
      amount: needed(AMOUNT),
      status: needed(STATUS),
      at: optional(AT),
    },
    words: ORDER_WORDS,
  },
  stock: {
    one: 'product',
    many: 'products',
    fields: {
      product: needed([...PRODUCT, 'id']),
      stocked: optional(['stocked', 'stocked_units'].map(plain)),
      left: optional(['left', 'left_units', 'available', 'stock_available'].map(plain)),
      sold: optional(['sold', 'sold_units'].map(plain)),
      held: optional(['held', 'held_units', 'reserved', 'allocated', 'stock_allocated'].map(plain)),
    },
    words: {},
  },
  payments: {
    one: 'payment',
    many: 'payments',
    fields: {
      id: needed(['payment_id', 'id', 'payment', 'transaction_id', 'charge_id'].map(plain)),
      order: needed(['order', 'order_id', 'order_number'].map(plain)),
      amount: needed(AMOUNT),
      status: needed(STATUS),
      at: optional([...AT, 'captured_at', 'paid_at'].map(plain)),
    },
    words: PAYMENT_WORDS,
  },
  reservations: {
    one: 'hold',
    many: 'holds',
    fields: {
      id: needed(['reservation_id', 'id', 'reservation', 'hold_id'].map(plain)),
      buyer: needed(BUYER),
      product: needed(PRODUCT),
      units: needed(UNITS),
      expires: needed(['expires', 'expires_at', 'expiry', 'held_until'].map(plain)),
      status: needed(STATUS),
    },
    words: RESERVATION_WORDS,
  },
  movements: {
    one: 'movement',
    many: 'movements',
    fields: {
      product: needed(PRODUCT),
      kind: needed(['kind', 'type', 'reason'].map(plain)),
      units: needed(['units', 'quantity', 'qty', 'change', 'delta'].map(plain)),
      at: needed(AT),
    },
    words: MOVEMENT_WORDS,
  },
} as const satisfies Record<string, TableSpec>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];

/** Names are compared without case, blanks and punctuation: `Order ID`, `order_id` and `orderId` are the same. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function needed(columns: readonly string[]): FieldSpec {
  return { needed: true, columns };
}

function optional(columns: readonly string[]): FieldSpec {
  return { needed: false, columns };
}
