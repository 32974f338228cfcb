import type { BooksAnswer } from '../../../server-stub/protocol.ts';
import type { Books } from '../../ledger/books.ts';

/** The show was set up for this run alone, so whoever is in the books is one of its viewers. */
export function readBooks(answer: BooksAnswer): Books {
  return {
    readAtEpochMs: answer.at,
    exclusive: true,
    products: answer.products.map(({ id, stocked, sold, left, held }) => ({
      id,
      stockedUnits: stocked,
      soldUnits: sold,
      leftUnits: left,
      heldUnits: held,
    })),
    orders: answer.orders.map(({ viewer, product, at, ...order }) => ({
      ...order,
      buyerId: viewer,
      productId: product,
      atEpochMs: at,
    })),
    payments: answer.payments.map(({ order, at, ...payment }) => ({ ...payment, orderId: order, atEpochMs: at })),
    reservations: answer.reservations.map(({ viewer, product, expiresAt, ...reservation }) => ({
      ...reservation,
      buyerId: viewer,
      productId: product,
      expiresAtEpochMs: expiresAt,
    })),
    movements: answer.movements.map(({ product, kind, units, at }) => ({
      productId: product,
      kind,
      units,
      atEpochMs: at,
    })),
    rooms: answer.rooms.map(({ id, messages, lastSeq }) => ({ id, messagesPublished: messages, lastSeq })),
  };
}
