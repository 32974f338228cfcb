import type { Recorded } from './talk.ts';

/** Answers of Vendure 3.7.3, as it gave them. */

const LINE = { id: '1', quantity: 1, unitPriceWithTax: 1990, productVariant: { id: '7' } };

/** `shippingWithTax` is that of a parcel that costs something. */
export function order(
  state: string,
  change: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const money = { subTotalWithTax: 1990, shippingWithTax: 490 };
  return { type: 'Order', code: '5FYZSXH9NZF8KGWR', state, ...money, lines: [LINE], ...change };
}

export function lineOf(quantity: number): typeof LINE {
  return { ...LINE, quantity };
}

export const TOKEN = 'dd855511510a1b57ad038c4ceb00bbbe40b5f6e06983a8356d5870487ffc1c46';

export const PAGE: Recorded = {
  result: {
    variants: [
      { id: '7', sku: 'GS-30', priceWithTax: 1990 },
      { id: '8', sku: 'GS-50', priceWithTax: 2990 },
    ],
  },
};
export const ADDED: Recorded = {
  headers: { 'vendure-auth-token': TOKEN },
  result: order('AddingItems', { shippingWithTax: 0 }),
};
export const METHODS: Recorded = {
  result: [
    { id: '1', code: 'parcel' },
    { id: '2', code: 'express' },
  ],
};
export const CHANGED: Recorded = { result: order('AddingItems') };
export const ARRANGED: Recorded = { result: order('ArrangingPayment') };
const DECLINED = { id: '1', amount: 2480, state: 'Declined' };
export const PAID: Recorded = {
  result: order('PaymentSettled', { payments: [DECLINED, { id: '2', amount: 2480, state: 'Settled' }] }),
};

export const SOLD_OUT: Recorded = {
  headers: { 'vendure-auth-token': TOKEN },
  result: {
    type: 'InsufficientStockError',
    errorCode: 'INSUFFICIENT_STOCK_ERROR',
    message: 'No items were added to the order due to insufficient stock',
    quantityAvailable: 0,
    order: order('AddingItems', { subTotalWithTax: 0, shippingWithTax: 0, lines: [] }),
  },
};
export const NO_LONGER_THERE: Recorded = {
  result: {
    type: 'OrderStateTransitionError',
    errorCode: 'ORDER_STATE_TRANSITION_ERROR',
    message: 'Cannot transition Order from "AddingItems" to "ArrangingPayment"',
    transitionError: 'Cannot transition Order to the "ArrangingPayment" state due to insufficient stock of Glow serum',
    fromState: 'AddingItems',
  },
};
export const CARD_DECLINED: Recorded = {
  result: {
    type: 'PaymentDeclinedError',
    errorCode: 'PAYMENT_DECLINED_ERROR',
    message: 'The payment was declined',
  },
};
export const NO_ORDER: Recorded = {
  result: {
    type: 'NoActiveOrderError',
    errorCode: 'NO_ACTIVE_ORDER_ERROR',
    message: 'There is no active Order associated with the current session',
  },
};

export function thrown(code: string, message = code, data: unknown = null): Recorded {
  return { body: { errors: [{ message, path: ['result'], extensions: { code } }], data } };
}

export function errorResult(errorCode: string, more: Readonly<Record<string, unknown>> = {}): Recorded {
  return { result: { type: 'SomeError', errorCode, message: errorCode, ...more } };
}

/** The staff's side. */
export const ADMIN_TOKEN = 'd3efcca5f43d2ad0019b71f584495bde0dfe0ee4224100cea7a0ca1d931f08fd';

export const SIGNED_IN: Recorded = {
  headers: { 'vendure-auth-token': ADMIN_TOKEN },
  result: { type: 'CurrentUser' },
};
export const NOT_LET_IN: Recorded = {
  result: { type: 'InvalidCredentialsError', message: 'The provided credentials are invalid' },
};
export const FORBIDDEN = thrown('FORBIDDEN', 'You are not currently authorized to perform this action');

/** The shop's clock, at the whole second. */
export const NOW = 'Mon, 23 Nov 2026 05:56:10 GMT';

export function variantOf(stockOnHand: number, stockAllocated: number, movements = 1) {
  return {
    id: '7',
    sku: 'GS-30',
    stockLevels: [{ stockLocationId: '1', stockOnHand, stockAllocated }],
    stockMovements: { totalItems: movements },
  };
}

/** A product page as staff sees it. */
export function shelf(stockOnHand: number, stockAllocated: number, movements = 1): Recorded {
  return { headers: { date: NOW }, result: { variants: [variantOf(stockOnHand, stockAllocated, movements)] } };
}

export function updated(stockOnHand: number, stockAllocated: number, movements = 2): Recorded {
  return { headers: { date: NOW }, result: [variantOf(stockOnHand, stockAllocated, movements)] };
}

export function page(items: readonly unknown[], totalItems = items.length): Recorded {
  return { result: { totalItems, items } };
}

export function movementsPage(items: readonly unknown[], totalItems = items.length): Recorded {
  return { result: { stockMovements: { totalItems, items } } };
}

export function movement(type: string, quantity: number, id = 1) {
  return { id: String(id), createdAt: '2026-11-23T05:56:04.000Z', type, quantity };
}

/** An order of one serum, as staff sees it. `buyer`: a viewer of ours, or an address. */
export function placed(n: number, change: Readonly<Record<string, unknown>> = {}, buyer = `followers-${n}`) {
  return {
    code: `ORDER${n}`,
    state: 'PaymentSettled',
    createdAt: '2026-11-23T05:56:02.000Z',
    orderPlacedAt: '2026-11-23T05:56:04.682Z',
    customer: { emailAddress: buyer.includes('@') ? buyer : `${buyer}@flashcrowd.invalid` },
    lines: [{ quantity: 1, productVariant: { id: '7' } }],
    subTotalWithTax: 1990,
    shippingWithTax: 490,
    payments: [payment(n)],
    ...change,
  };
}

export function payment(n: number, change: Readonly<Record<string, unknown>> = {}) {
  const createdAt = '2026-11-23T05:56:04.000Z';
  return { id: String(n), createdAt, amount: 2480, state: 'Settled', refunds: [], ...change };
}
