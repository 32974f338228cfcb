import type {
  BooksAnswer,
  CartAnswer,
  CheckoutAnswer,
  CueRequest,
  PaymentAnswer,
  ProductAnswer,
  RefundAnswer,
  ShowRequest,
  StockMovement,
} from '../protocol.ts';
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
} from '../store.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { newHold, orderEntry, productEntries, type Hold } from './hold.ts';
import { KeyBook } from './key-book.ts';
import { Shelf } from './shelf.ts';

type Payment = BooksAnswer['payments'][number];

const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/**
 * The store in the memory of one process. Every body is synchronous, which makes every method atomic.
 * `now` gives epoch ms. Nothing is forgotten before the next `setShow`: the books need it all.
 */
export class MemoryStore implements Store {
  private readonly now: () => number;
  private listener: StockListener = () => {};
  private nextId = 1;
  private currency = 'USD';
  private holdMs = 0;
  private keys = new KeyBook();
  private shelves = new Map<string, Shelf>();
  private carts = new Map<string, Hold>();
  private orders = new Map<string, Hold>();
  private payments = new Map<string, Payment>();
  private movements: StockMovement[] = [];
  private expiries = new ExpiryQueue<Hold>();
  private cueIds = new Set<string>();

  constructor(now: () => number) {
    this.now = now;
  }

  watchStock(listener: StockListener): void {
    this.listener = listener;
  }

  async setShow(show: ShowRequest): Promise<void> {
    this.currency = show.currency;
    this.holdMs = show.holdMs;
    this.keys = new KeyBook();
    this.carts = new Map();
    this.orders = new Map();
    this.payments = new Map();
    this.movements = [];
    this.expiries = new ExpiryQueue();
    this.cueIds = new Set();
    this.shelves = new Map(show.products.map((item) => [item.id, new Shelf(item, this.movements, this.now())]));
    for (const shelf of this.shelves.values()) this.listener(shelf.level());
  }

  async product(id: string): Promise<Result<ProductAnswer>> {
    this.sweep();
    const shelf = this.shelves.get(id);
    if (shelf === undefined) return refuse('not_found', `no product "${id}"`);
    const { left, open } = shelf.level();
    return ok({ id, title: shelf.title, priceMinor: shelf.priceMinor, currency: this.currency, left, open });
  }

  async reserve(request: ReserveRequest): Promise<Result<CartAnswer>> {
    const { viewer, product, units, key } = request;
    return this.keys.once('cart', key, JSON.stringify([viewer, product, units]), () => {
      this.sweep();
      const shelf = this.shelves.get(product);
      if (shelf === undefined) return refuse('not_found', `no product "${product}"`);
      const cart = this.id('cart');
      const drop = shelf.take(viewer, units, cart, this.now());
      if ('error' in drop) return drop;
      const hold = newHold({ cart, viewer, shelf, drop, units, expiresAtMs: this.now() + this.holdMs });
      this.carts.set(cart, hold);
      this.expiries.push(hold, hold.expiresAtMs);
      this.listener(shelf.level());
      return ok({ cart, priceMinor: shelf.priceMinor, units, expiresAt: hold.expiresAtMs });
    });
  }

  async checkout(request: CheckoutOrder): Promise<Result<CheckoutAnswer>> {
    const { viewer, cart, key } = request;
    return this.keys.once('checkout', key, JSON.stringify([viewer, cart]), () => {
      this.sweep();
      const hold = this.carts.get(cart);
      if (hold === undefined || hold.viewer !== viewer) return refuse('not_found', `no cart "${cart}" of this viewer`);
      if (hold.state === 'expired' || hold.state === 'cancelled') return refuse('expired', 'the cart has expired');
      return ok(hold.order ?? this.placeOrder(hold));
    });
  }

  async beginPayment(request: PaymentOrder): Promise<PaymentStart> {
    const { viewer, order, card, key } = request;
    const fingerprint = JSON.stringify([viewer, order, card]);
    const known = this.keys.recall<PaymentAnswer>('payment', key, fingerprint);
    if (known !== undefined) return { state: 'answered', result: known };
    this.sweep();
    const hold = this.orders.get(order);
    if (hold?.viewer === viewer && hold.state === 'pending' && !hold.paying) {
      hold.paying = true;
      this.keys.begin('payment', key, fingerprint);
      return { state: 'charge', attempt: { order, key, amountMinor: hold.amountMinor } };
    }
    const owned = hold?.viewer === viewer ? hold : undefined;
    return {
      state: 'answered',
      result: this.keys.once('payment', key, fingerprint, () => this.whyNotPayable(order, owned)),
    };
  }

  async settlePayment(attempt: PaymentAttempt, gateway: 'captured' | 'declined'): Promise<Result<PaymentAnswer>> {
    const { order, key, amountMinor } = attempt;
    const hold = this.orders.get(order);
    if (hold === undefined) return refuse('expired', 'the show was replaced while the payment was under way');
    const payment = this.id('payment');
    hold.paying = false;
    this.payments.set(payment, { id: payment, order, amountMinor, status: gateway, at: this.now() });
    if (gateway === 'captured') {
      hold.state = 'paid';
      hold.capture = { payment, order, amountMinor, units: hold.units, status: 'captured' };
      return this.keys.finish('payment', key, ok(hold.capture));
    }
    // Its entry in the queue may have been passed over while the gateway was asked.
    if (hold.expiresAtMs <= this.now()) this.release(hold);
    return this.keys.finish('payment', key, refuse('card_declined', 'the card was declined'));
  }

  async refund(request: RefundOrder): Promise<Result<RefundAnswer>> {
    const { order, key } = request;
    return this.keys.once('refund', key, JSON.stringify([order]), () => {
      this.sweep();
      const hold = this.orders.get(order);
      if (hold === undefined) return refuse('not_found', `no order "${order}"`);
      if (hold.refund !== null) return ok(hold.refund);
      if (hold.paying) return refuse('in_progress', 'a payment of this order is under way');
      if (hold.capture === null) return refuse('bad_request', 'the order was never paid');
      return ok(this.putBack(hold, hold.capture));
    });
  }

  async releaseExpired(): Promise<number> {
    return this.sweep();
  }

  async applyCue(cue: CueRequest): Promise<Result<boolean>> {
    if (this.cueIds.has(cue.id)) return ok(false);
    const shelf = cue.product === undefined ? undefined : this.shelves.get(cue.product);
    if (cue.product !== undefined && shelf === undefined) return refuse('not_found', `no product "${cue.product}"`);
    this.cueIds.add(cue.id);
    if (shelf !== undefined) this.changeShelf(shelf, cue);
    return ok(true);
  }

  async books(): Promise<ShopBooks> {
    this.sweep();
    return {
      currency: this.currency,
      products: productEntries(this.shelves.values(), this.carts.values()),
      orders: [...this.orders].map(([id, hold]) => orderEntry(id, hold)),
      payments: [...this.payments.values()].map((payment) => ({ ...payment })),
      movements: [...this.movements],
    };
  }

  private id(kind: string): string {
    return `${kind}-${this.nextId++}`;
  }

  private placeOrder(hold: Hold): CheckoutAnswer {
    const order = this.id('order');
    hold.state = 'pending';
    hold.orderedAtMs = this.now();
    hold.expiresAtMs = hold.orderedAtMs + this.holdMs;
    hold.order = { order, amountMinor: hold.amountMinor, units: hold.units, expiresAt: hold.expiresAtMs };
    this.orders.set(order, hold);
    this.expiries.push(hold, hold.expiresAtMs);
    return hold.order;
  }

  private whyNotPayable(order: string, hold: Hold | undefined): Result<PaymentAnswer> {
    if (hold === undefined) return refuse('not_found', `no order "${order}" of this viewer`);
    if (hold.paying) return refuse('in_progress', 'another payment of this order is under way');
    if (hold.state === 'paid' && hold.capture !== null) return ok(hold.capture);
    return refuse('expired', `the order is ${hold.state}`);
  }

  private putBack(hold: Hold, capture: PaymentAnswer): RefundAnswer {
    const payment = this.payments.get(capture.payment);
    if (payment !== undefined) payment.status = 'refunded';
    hold.state = 'refunded';
    hold.refund = { refund: this.id('refund'), order: capture.order, amountMinor: capture.amountMinor };
    hold.shelf.giveBack('refund', hold.viewer, hold.units, hold.drop, hold.refund.refund, this.now());
    this.listener(hold.shelf.level());
    return hold.refund;
  }

  private changeShelf(shelf: Shelf, cue: CueRequest): void {
    if (cue.kind === 'drop') shelf.openDrop(cue.units);
    if (cue.kind === 'close') shelf.close();
    if (cue.kind === 'restock') shelf.stock('restock', cue.units ?? 0, cue.id, this.now());
    if ((cue.kind === 'drop' || cue.kind === 'price') && cue.priceMinor !== undefined)
      shelf.priceMinor = cue.priceMinor;
    this.listener(shelf.level());
  }

  /** @returns how many holds ended. Entries of holds that were renewed, paid or released meanwhile are passed over. */
  private sweep(): number {
    const now = this.now();
    let released = 0;
    for (let hold = this.expiries.popDue(now); hold !== undefined; hold = this.expiries.popDue(now)) {
      const held = hold.state === 'carted' || hold.state === 'pending';
      if (!held || hold.paying || hold.expiresAtMs > now) continue;
      this.release(hold);
      released++;
    }
    return released;
  }

  private release(hold: Hold): void {
    hold.state = hold.state === 'carted' ? 'expired' : 'cancelled';
    hold.shelf.giveBack('release', hold.viewer, hold.units, hold.drop, hold.cart, this.now());
    this.listener(hold.shelf.level());
  }
}
