import { saleable, type VendureAdmin } from './admin.ts';
import { MOVEMENTS, ORDERS, PAGE_SIZE, type AdminOrder, type Movement, type Page } from './admin-queries.ts';
import { readBooks, type ShelfRead } from './books.ts';
import type { VendureHost } from './host.ts';
import type { VendureOptions } from './options.ts';
import type { BooksTarget, Conversation } from '../target.ts';

type Books = ReturnType<typeof readBooks>;
type Read<T> = Conversation<T>;

/** The shop's answers say the second; so much earlier an order may seem to be. */
const SLACK_MS = 2000;

/** Reads the shelves first, then what was sold: a sale in between shows in the orders alone, and is not lost. */
export class VendureAudit implements BooksTarget {
  readonly origin: string;
  private readonly admin: VendureAdmin;
  private readonly host: VendureHost;
  private readonly options: VendureOptions;
  private readonly epochMs: () => number;
  /** By our clock. */
  private readonly beganMs: number;

  constructor(
    origin: string,
    {
      admin,
      host,
      options,
      epochMs,
    }: {
      readonly admin: VendureAdmin;
      readonly host: VendureHost;
      readonly options: VendureOptions;
      readonly epochMs: () => number;
    },
  ) {
    this.origin = origin;
    this.admin = admin;
    this.host = host;
    this.options = options;
    this.epochMs = epochMs;
    this.beganMs = epochMs();
  }

  audit(): Conversation<Books> {
    return this.shelves(this.host.productIds, [], null);
  }

  private shelves(left: readonly string[], read: readonly ShelfRead[], dateMs: number | null): Read<Books> {
    const [productId, ...others] = left;
    if (productId === undefined) return this.sales(read, dateMs);
    return this.admin.variant(productId, ({ id, stockLevels }, nowMs) => {
      const start = this.host.starts.get(productId) ?? null;
      const shelf = {
        productId,
        variantId: id,
        saleableUnits: saleable(stockLevels),
        allocatedUnits: stockLevels.reduce((sum, { stockAllocated }) => sum + stockAllocated, 0),
        start,
      };
      const go = (movements: readonly Movement[] | null): Read<Books> =>
        this.shelves(others, [...read, { ...shelf, movements }], nowMs ?? dateMs);
      // Without a start nobody knows what the movements add up from.
      return start === null ? go(null) : this.movements(id, start.movements, [], go);
    });
  }

  private movements(
    id: string,
    skip: number,
    before: readonly Movement[],
    then: (all: readonly Movement[]) => Read<Books>,
  ): Read<Books> {
    type Answer = { readonly stockMovements: Page<Movement> } | null;
    return this.admin.ask<Books, Answer>(MOVEMENTS, { id, skip, take: PAGE_SIZE }, (variant) => {
      const { items, totalItems } = variant?.stockMovements ?? { items: [], totalItems: 0 };
      const all = [...before, ...items];
      const next = skip + items.length;
      return items.length === 0 || next >= totalItems ? then(all) : this.movements(id, next, all, then);
    });
  }

  private sales(shelves: readonly ShelfRead[], dateMs: number | null): Read<Books> {
    // The shop's clock may be another than ours.
    const aheadMs = dateMs === null ? 0 : dateMs - this.epochMs();
    const since = new Date(this.beganMs + aheadMs - SLACK_MS).toISOString();
    return this.orders(since, [], (orders) => ({
      end: readBooks({ orders, shelves, readAtEpochMs: dateMs, options: this.options }),
    }));
  }

  private orders(
    since: string,
    before: readonly AdminOrder[],
    then: (all: readonly AdminOrder[]) => Read<Books>,
  ): Read<Books> {
    const asked = { since, skip: before.length, take: PAGE_SIZE };
    return this.admin.ask<Books, Page<AdminOrder>>(ORDERS, asked, ({ items, totalItems }) => {
      const all = [...before, ...items];
      return items.length === 0 || all.length >= totalItems ? then(all) : this.orders(since, all, then);
    });
  }
}
