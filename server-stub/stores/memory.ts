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
  type Refusal,
  type RefundOrder,
  type ReserveRequest,
  type Result,
  type ShopBooks,
  type StockListener,
  type Store,
} from '../store.ts';
import { discountOf, percentOff } from './coupon.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { newHold, orderEntry, productEntries, reservationEntry, type Hold } from './hold.ts';
import { KeyBook } from './key-book.ts';
import { Shelf, type Glance } from './shelf.ts';

type Payment = BooksAnswer['payments'][number];

const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/**
 * The store in the memory of one process. Every body is synchronous, which makes every method atomic.
 * `now` gives epoch ms. Nothing is forgotten before the next `setShow`: the books need it all.
 */
export class MemoryStore implements Store {
  protected readonly now: () => number;
  private listener: StockListener = () => {};
  private nextId = 1;
  private currency = 'USD';
  private holdMs = 0;
  protected keys = new KeyBook();
  protected shelves = new Map<string, Shelf>();
  protected carts = new Map<string, Hold>();
  protected orders = new Map<string, Hold>();
  protected payments = new Map<string, Payment>();
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
    return this.keys.once('cart', request.key, cartFingerprint(request), () => this.makeCart(request));
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
    const { viewer, order, key } = request;
    const fingerprint = paymentFingerprint(request);
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
    this.releaseIfDue(hold);
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

  async close(): Promise<void> {}

  async books(): Promise<ShopBooks> {
    this.sweep();
    const at = this.now();
    return {
      currency: this.currency,
      at,
      products: productEntries(this.shelves.values(), this.carts.values()),
      orders: [...this.orders].map(([id, hold]) => orderEntry(id, hold)),
      payments: [...this.payments.values()].map((payment) => ({ ...payment })),
      reservations: [...this.carts.values()].map((hold) => reservationEntry(hold, at)),
      movements: [...this.movements],
    };
  }

  protected id(kind: string): string {
    return `${kind}-${this.nextId++}`;
  }

  protected makeCart(request: ReserveRequest): Result<CartAnswer> {
    this.sweep();
    const shelf = this.shelfFor(request);
    if ('error' in shelf) return shelf;
    const seen = shelf.look(request.viewer);
    if ('error' in seen) return seen;
    return this.refusal(shelf, seen, request.units) ?? ok(this.hold(shelf, seen, request));
  }

  protected shelfFor({ product, coupon }: ReserveRequest): Shelf | Refusal {
    const shelf = this.shelves.get(product);
    if (shelf === undefined) return refuse('not_found', `no product "${product}"`);
    if (percentOff(shelf.coupon, coupon) === null) return refuse('bad_request', `${product} has no coupon "${coupon}"`);
    return shelf;
  }

  protected refusal(shelf: Shelf, seen: Glance, units: number): Refusal | null {
    return shelf.refusal(seen, units);
  }

  protected hold(shelf: Shelf, seen: Glance, request: ReserveRequest): CartAnswer {
    const { viewer, units } = request;
    const { priceMinor } = shelf;
    const cart = this.id('cart');
    const discountMinor = this.discountMinor(shelf, request);
    const expiresAtMs = this.now() + this.holdMs;
    shelf.take(seen, viewer, units, cart, this.now());
    const hold = newHold({ cart, viewer, shelf, drop: seen.drop, units, discountMinor, expiresAtMs });
    this.carts.set(cart, hold);
    this.expiries.push(hold, expiresAtMs);
    this.listener(shelf.level());
    return { cart, priceMinor, units, discountMinor, expiresAt: expiresAtMs };
  }

  protected discountMinor(shelf: Shelf, { units, coupon }: ReserveRequest): number {
    return discountOf(shelf.priceMinor * units, percentOff(shelf.coupon, coupon) ?? 0);
  }

  protected placeOrder(hold: Hold): CheckoutAnswer {
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
    this.giveBack('refund', hold, hold.refund.refund);
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
  protected sweep(): number {
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

  /** For an order whose payment came to nothing: its entry in the queue may have been passed over meanwhile. */
  protected releaseIfDue(hold: Hold): void {
    if (hold.state === 'pending' && hold.expiresAtMs <= this.now()) this.release(hold);
  }

  private release(hold: Hold): void {
    hold.state = hold.state === 'carted' ? 'expired' : 'cancelled';
    this.giveBack('release', hold, hold.cart);
  }

  protected giveBack(kind: 'release' | 'refund', hold: Hold, ref: string): void {
    hold.givenBack = true;
    hold.shelf.giveBack(kind, hold.viewer, hold.units, hold.drop, ref, this.now());
    this.listener(hold.shelf.level());
  }
}

/** What a cart was asked for with its key. */
export function cartFingerprint({ viewer, product, units, coupon }: ReserveRequest): string {
  return JSON.stringify([viewer, product, units, coupon ?? null]);
}

export function paymentFingerprint({ viewer, order, card }: PaymentOrder): string {
  return JSON.stringify([viewer, order, card]);
}
