import type { BookMovement, BookOrder, BookPayment, BookProduct, Books } from '../../ledger/books.ts';
import type { AdminOrder, AdminPayment, Movement } from './admin-queries.ts';
import { buyerOf } from './buyers.ts';
import type { Start } from './host.ts';
import type { VendureOptions } from './options.ts';

/** One product's shelf as it was read. */
export interface ShelfRead {
  readonly productId: string;
  readonly variantId: string;
  readonly saleableUnits: number;
  readonly allocatedUnits: number;
  /** `null`: it was not stocked for this run. */
  readonly start: Start | null;
  /** Since the start; `null`: not known. */
  readonly movements: readonly Movement[] | null;
}

interface Answers {
  readonly orders: readonly AdminOrder[];
  readonly shelves: readonly ShelfRead[];
  readonly readAtEpochMs: number | null;
  readonly options: Pick<VendureOptions, 'emailDomain' | 'exclusive'>;
}

/**
 * Orders of products of the show, and their payments. Amounts are those of the goods, as `shop.ts` tells them: what was paid for
 * shipping is taken off. Vendure holds nothing for carts and unpaid orders.
 */
export function readBooks({ orders, shelves, readAtEpochMs, options }: Answers): Books {
  const products = new Map(shelves.map(({ variantId, productId }) => [variantId, productId]));
  const about = orders.filter(({ lines }) => lines.some(({ productVariant }) => products.has(productVariant.id)));
  const knowsMovements = shelves.every(({ movements }) => movements !== null);
  return {
    readAtEpochMs,
    exclusive: options.exclusive,
    products: shelves.map(productOf),
    orders: about.flatMap((order) => ordersOf(order, products, options.emailDomain)),
    payments: about.flatMap(paymentsOf),
    // It makes none. Without movements nobody could tell from that when the shelf was empty.
    reservations: knowsMovements ? [] : null,
    movements: knowsMovements ? shelves.flatMap(movementsOf) : null,
    rooms: null,
  };
}

function productOf({ productId, saleableUnits, allocatedUnits, start, movements }: ShelfRead): BookProduct {
  const adjusted = sum((movements ?? []).filter(({ type }) => type === 'ADJUSTMENT'));
  return {
    id: productId,
    stockedUnits: start && start.levelUnits + adjusted,
    soldUnits: start && allocatedUnits - start.allocatedUnits,
    leftUnits: saleableUnits,
    heldUnits: 0,
  };
}

/**
 * An order of several lines becomes several orders, because the books know one product an order: the first has the code and the money,
 * so that payments find it, and the others have their units.
 */
function ordersOf(order: AdminOrder, products: ReadonlyMap<string, string>, domain: string): BookOrder[] {
  const lines = order.lines.filter(({ productVariant }) => products.has(productVariant.id));
  return lines.map(({ quantity, productVariant }, i) => ({
    id: i === 0 ? order.code : `${order.code}/${i + 1}`,
    buyerId: order.customer === null ? 'nobody' : buyerOf(order.customer.emailAddress, domain),
    productId: products.get(productVariant.id) ?? '',
    units: quantity,
    amountMinor: i === 0 ? order.subTotalWithTax : 0,
    status: statusOf(order),
    atEpochMs: Date.parse(order.orderPlacedAt ?? order.createdAt),
  }));
}

function statusOf({ state, orderPlacedAt, payments }: AdminOrder): BookOrder['status'] {
  const taken = (payments ?? []).filter(isTaken);
  const isBack = taken.length > 0 && taken.every((payment) => backMinor(payment) >= payment.amount);
  if (isBack) return 'refunded';
  if (state === 'Cancelled') return 'cancelled';
  return orderPlacedAt === null ? 'pending' : 'paid';
}

/** Money that was authorised counts as taken: the shop sells on it. */
function isTaken({ state }: AdminPayment): boolean {
  return state === 'Settled' || state === 'Authorized';
}

function paymentsOf({ code, payments, shippingWithTax }: AdminOrder): BookPayment[] {
  return (payments ?? []).flatMap((payment): BookPayment[] => {
    const { id, createdAt, amount, state } = payment;
    const entry = { id, orderId: code, atEpochMs: Date.parse(createdAt) };
    const goodsMinor = amount - shippingWithTax;
    if (state === 'Declined' || state === 'Error') return [{ ...entry, amountMinor: goodsMinor, status: 'declined' }];
    if (state === 'Cancelled') return [{ ...entry, amountMinor: goodsMinor, status: 'refunded' }];
    // It is still on its way to being one of these.
    if (!isTaken(payment)) return [];
    const back = backMinor(payment);
    if (back >= amount) return [{ ...entry, amountMinor: goodsMinor, status: 'refunded' }];
    return [{ ...entry, amountMinor: goodsMinor - back, status: 'captured' }];
  });
}

function backMinor({ refunds }: AdminPayment): number {
  return refunds.reduce((total, refund) => (refund.state === 'Settled' ? total + refund.total : total), 0);
}

/** On the shelf is what can be sold: a sale takes its units when it is paid for, and nothing more when it is sent. */
function movementsOf({ productId, start, movements }: ShelfRead): BookMovement[] {
  if (start === null || movements === null) return [];
  const first = { productId, kind: 'initial', units: start.levelUnits, atEpochMs: start.atEpochMs } as const;
  return [first, ...movements.flatMap((movement) => movementOf(productId, movement))];
}

function movementOf(productId: string, { type, quantity, createdAt }: Movement): BookMovement[] {
  const entry = { productId, atEpochMs: Date.parse(createdAt) };
  switch (type) {
    case 'ADJUSTMENT':
      return [{ ...entry, kind: 'restock', units: quantity }];
    case 'ALLOCATION':
      return [{ ...entry, kind: 'reserve', units: -Math.abs(quantity) }];
    case 'RELEASE':
      return [{ ...entry, kind: 'release', units: Math.abs(quantity) }];
    case 'CANCELLATION':
    case 'RETURN':
      return [{ ...entry, kind: 'refund', units: Math.abs(quantity) }];
    case 'SALE':
      return [];
  }
}

function sum(movements: readonly Movement[]): number {
  return movements.reduce((total, { quantity }) => total + quantity, 0);
}
