import type {
  CartAnswer,
  CheckoutAnswer,
  CueRequest,
  PaymentAnswer,
  ProductAnswer,
  RefundAnswer,
  ShowRequest,
} from '../../protocol.ts';
import {
  refuse,
  type CheckoutOrder,
  type PaymentAttempt,
  type PaymentOrder,
  type PaymentStart,
  type RefundOrder,
  type ReserveRequest,
  type Result,
  type ShopBooks,
  type StockListener,
  type Store,
} from '../../store.ts';
import { BOOKS_WITHIN_MS } from '../../unavailable.ts';
import { readBooks } from './books.ts';
import { makeCart, placeOrder } from './carts.ts';
import { changeShelf, stockShelves } from './shelves.ts';
import { Database, type Sql } from './database.ts';
import { ANY_DUE, releaseDue } from './give-back.ts';
import { once } from './keys.ts';
import { beginPayment, refund, settlePayment } from './payments.ts';
import { leftOf, TAKES, type Take } from './take.ts';
import { CLEAR, type ProductRow } from './schema.ts';

interface PostgresStoreOptions {
  /** `postgres://[user[:password]@]host[:port]/database` */
  readonly url: string;
  /** Made if it is missing. Lower-case letters, digits and `_`. */
  readonly schema: string;
  /** How stock is taken: `naive` is wrong on purpose. */
  readonly take: keyof typeof TAKES;
  /** How long an order waits for a payment that is at the gateway. */
  readonly paymentLeaseMs: number;
  /** Epoch ms. What is dated is dated after the locks that it needs are held. */
  readonly now: () => number;
}

/** The store in PostgreSQL. Any number of instances may share one; each method is one transaction, after a sweep of its own. */
export class PostgresStore implements Store {
  private readonly database: Database;
  private readonly take: Take;
  private readonly now: () => number;
  private readonly paymentLeaseMs: number;
  private readonly told: { listener: StockListener };

  private constructor(database: Database, options: PostgresStoreOptions, told: { listener: StockListener }) {
    this.database = database;
    this.take = TAKES[options.take];
    this.now = options.now;
    this.paymentLeaseMs = options.paymentLeaseMs;
    this.told = told;
  }

  /** @throws Unavailable; RangeError when the schema's name cannot be. */
  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(options.schema)) throw new RangeError(`no schema "${options.schema}" can be`);
    const told: { listener: StockListener } = { listener: () => {} };
    const database = await Database.open(options.url, options.schema, (level) => told.listener(level));
    return new PostgresStore(database, options, told);
  }

  watchStock(listener: StockListener): void {
    this.told.listener = listener;
  }

  async setShow({ currency, holdMs, products }: ShowRequest): Promise<void> {
    await this.database.transaction(async (sql) => {
      await sql.rows(CLEAR);
      await sql.rows('INSERT INTO shows (currency, hold_ms) VALUES ($1, $2)', [currency, holdMs]);
      await stockShelves(sql, products, this.now);
    });
  }

  async product(id: string): Promise<Result<ProductAnswer>> {
    await this.releaseExpired();
    const [row] = await this.database.rows<ProductRow & { currency: string }>(
      'SELECT products.*, currency FROM products, shows WHERE id = $1',
      [id],
    );
    if (row === undefined) return refuse('not_found', `no product "${id}"`);
    const { title, price_minor: priceMinor, currency, open } = row;
    return { ok: true, value: { id, title, priceMinor, currency, left: leftOf(row), open } };
  }

  reserve(request: ReserveRequest): Promise<Result<CartAnswer>> {
    const { viewer, product, units, coupon, key } = request;
    const fingerprint = JSON.stringify([viewer, product, units, coupon ?? null]);
    return this.swept((sql) =>
      once(sql, { operation: 'cart', key, fingerprint }, () => makeCart(sql, this.take, request, this.now)),
    );
  }

  checkout(request: CheckoutOrder): Promise<Result<CheckoutAnswer>> {
    const { viewer, cart, key } = request;
    const fingerprint = JSON.stringify([viewer, cart]);
    return this.swept((sql) =>
      once(sql, { operation: 'checkout', key, fingerprint }, () => placeOrder(sql, request, this.now)),
    );
  }

  beginPayment(request: PaymentOrder): Promise<PaymentStart> {
    return this.swept((sql) => beginPayment(sql, request, this.paymentLeaseMs, this.now));
  }

  settlePayment(attempt: PaymentAttempt, gateway: 'captured' | 'declined'): Promise<Result<PaymentAnswer>> {
    return this.database.transaction((sql) => settlePayment(sql, attempt, gateway, this.now));
  }

  refund(request: RefundOrder): Promise<Result<RefundAnswer>> {
    const { order, key } = request;
    const fingerprint = JSON.stringify([order]);
    return this.swept((sql) =>
      once(sql, { operation: 'refund', key, fingerprint }, () => refund(sql, order, this.now)),
    );
  }

  async releaseExpired(): Promise<number> {
    return this.sweep();
  }

  applyCue(cue: CueRequest): Promise<Result<boolean>> {
    return this.database.transaction((sql) => changeShelf(sql, cue, this.now));
  }

  async books(): Promise<ShopBooks> {
    await this.sweep();
    const mode = 'ISOLATION LEVEL REPEATABLE READ READ ONLY';
    return this.database.transaction((sql) => readBooks(sql, this.now), mode, BOOKS_WITHIN_MS);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** What is due by now has ended before `work` begins. */
  private async swept<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    await this.sweep();
    return this.database.transaction(work);
  }

  private async sweep(): Promise<number> {
    let released = 0;
    while ((await this.database.rows(ANY_DUE, [this.now()])).length > 0) {
      const ended = await this.database.transaction((sql) => releaseDue(sql, this.now));
      released += ended;
      // Another instance is ending them.
      if (ended === 0) break;
    }
    return released;
  }
}
