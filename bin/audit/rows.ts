import type { BookMovement, BookOrder, BookPayment, BookProduct, BookReservation } from '../../sim/ledger/books.ts';
import type { Cells } from './cells.ts';
import type { TableName } from './tables.ts';

/** One row of each table, as the ledger has it. */

export interface RowTypes {
  readonly orders: BookOrder;
  readonly stock: BookProduct;
  readonly payments: BookPayment;
  readonly reservations: BookReservation;
  readonly movements: BookMovement;
}

export interface RowReader<Table extends TableName> {
  read(cells: Cells<Table>): RowTypes[Table];
  /** By what a row is known; two rows of the same key are a mistake. `null`: rows have none. */
  readonly key: { readonly field: Parameters<Cells<Table>['id']>[0]; of(row: RowTypes[Table]): string } | null;
  /** The field with status words; `null`: there is none. */
  readonly wordField: Parameters<Cells<Table>['id']>[0] | null;
}

export const ROW_READERS: { readonly [Table in TableName]: RowReader<Table> } = {
  orders: {
    read: (cells) => ({
      id: cells.id('id'),
      buyerId: cells.name('buyer'),
      productId: cells.name('product'),
      units: cells.units('units'),
      amountMinor: cells.minor('amount'),
      status: cells.word('status', 'pending'),
      atEpochMs: cells.timeOrNull('at'),
    }),
    key: { field: 'id', of: ({ id }) => id },
    wordField: 'status',
  },
  stock: {
    read: (cells) => ({
      id: cells.id('product'),
      stockedUnits: cells.signedUnitsOrNull('stocked'),
      soldUnits: cells.signedUnitsOrNull('sold'),
      leftUnits: cells.signedUnitsOrNull('left'),
      heldUnits: cells.signedUnitsOrNull('held'),
    }),
    key: { field: 'product', of: ({ id }) => id },
    wordField: null,
  },
  payments: {
    read: (cells) => ({
      id: cells.id('id'),
      orderId: cells.id('order'),
      amountMinor: cells.minor('amount'),
      status: cells.word('status', 'declined'),
      atEpochMs: cells.timeOrNull('at'),
    }),
    key: { field: 'id', of: ({ id }) => id },
    wordField: 'status',
  },
  reservations: {
    read: (cells) => ({
      id: cells.id('id'),
      buyerId: cells.name('buyer'),
      productId: cells.name('product'),
      units: cells.units('units'),
      expiresAtEpochMs: cells.time('expires'),
      status: cells.word('status', 'held'),
    }),
    key: { field: 'id', of: ({ id }) => id },
    wordField: 'status',
  },
  movements: {
    read: (cells) => ({
      productId: cells.name('product'),
      kind: cells.word('kind', 'reserve'),
      units: cells.signedUnits('units'),
      atEpochMs: cells.time('at'),
    }),
    key: null,
    wordField: 'kind',
  },
};
