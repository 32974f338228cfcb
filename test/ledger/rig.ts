import type { BookOrder, Books } from '../../sim/ledger/books.ts';
import type { GivenCue, History, Purchase, Show, Step, StepKind, Told } from '../../sim/ledger/history.ts';

/** Histories and books in a few lines. Times are event time; the books run in epoch ms. */

export const EPOCH_OFFSET_MS = 1_700_000_000_000;

type ShowProduct = Show['products'][number];

export function product(change: Partial<ShowProduct> = {}): ShowProduct {
  const sold = { priceMinor: 500, stockUnits: 10, offeredUnits: null, perBuyer: null, dropped: false, coupon: null };
  const whole = { id: 'mug', title: 'Mug', ...sold, ...change };
  // A product of drops is open when a batch is.
  return { isOpen: !whole.dropped || whole.offeredUnits !== null, ...whole };
}

export function historyOf(change: Partial<History> & { products?: readonly ShowProduct[] } = {}): History {
  const { products = [product()], ...rest } = change;
  return {
    runId: 'run',
    fromMs: 0,
    untilMs: 60_000,
    epochOffsetMs: EPOCH_OFFSET_MS,
    show: { currency: 'EUR', holdMs: 30_000, roomIds: ['main'], products },
    target: { name: 'stub', chatNumbers: 'sequence', chatDelivery: 'all' },
    cues: [],
    purchases: [],
    visits: [],
    stock: [],
    gaps: [],
    invalid: [],
    ...rest,
  };
}

/** A worker of two that died. */
export function gapFrom(fromMs: number): History['gaps'][number] {
  return { shard: 1, shards: 2, fromMs, why: 'killed' };
}

export function cue(kind: string, sentMs: number, change: Partial<GivenCue> = {}): GivenCue {
  const given = { roomId: null, productId: 'mug', units: null, priceMinor: null, status: 'done' as const };
  return { id: `${kind}@${sentMs}`, kind, sentMs, answeredMs: sentMs + 50, ...given, ...change };
}

/** An answer without any fact in it. */
export const NOTHING_TOLD = {
  httpStatus: null,
  unsent: false,
  cartId: null,
  orderId: null,
  paymentId: null,
  units: null,
  priceMinor: null,
  discountMinor: null,
  amountMinor: null,
};

export type Answer = Partial<Told> | 'unanswered';

export function timedOut(change: Partial<Told> = {}): Partial<Told> {
  return { status: 'unknown', code: 'timeout', ...change };
}

export function refused(code: string): Partial<Told> {
  return { status: 'rejected', code, httpStatus: 409 };
}

export const UNSENT: Partial<Told> = { status: 'unknown', code: 'unreachable', unsent: true };

/** Each step is sent 1 s after the one before, unless `at` says otherwise, and answered `tookMs` later. */
class PurchaseRig implements Purchase {
  readonly id: string;
  readonly viewerId: string;
  readonly productId: string;
  readonly steps: Step[] = [];
  private nextMs = 1000;
  private tookMs = 100;
  private code: string | null = null;

  constructor(viewerId: string, productId: string, n: number) {
    this.id = `${viewerId}/${n}`;
    this.viewerId = viewerId;
    this.productId = productId;
  }

  /** When the next step is sent, and how long its answer takes. */
  at(sentMs: number, tookMs = this.tookMs): this {
    this.nextMs = sentMs;
    this.tookMs = tookMs;
    return this;
  }

  /** Into the carts that follow. */
  coupon(code: string): this {
    this.code = code;
    return this;
  }

  cart(answer: Answer = {}, units = 1, key = `${this.id}/cart`): this {
    const promised = { cartId: `cart-${this.id}`, units, priceMinor: 500, discountMinor: 0 };
    return this.step('cart', key, units, answer, promised);
  }

  checkout(answer: Answer = {}, key = `${this.id}/checkout`): this {
    return this.step('checkout', key, null, answer, { orderId: `order-${this.id}` });
  }

  pay(answer: Answer = {}, key = `${this.id}/pay`): this {
    return this.step('pay', key, null, answer, { orderId: `order-${this.id}`, paymentId: `pay-${this.id}` });
  }

  refund(answer: Answer = {}): this {
    return this.step('refund', `${this.id}/refund`, null, answer, { orderId: `order-${this.id}` });
  }

  private step(kind: StepKind, key: string | null, units: number | null, answer: Answer, whenOk: Partial<Told>): this {
    const sentMs = this.nextMs;
    this.nextMs += 1000;
    const isOk = answer !== 'unanswered' && (answer.status ?? 'ok') === 'ok';
    const told =
      answer === 'unanswered'
        ? null
        : {
            ...NOTHING_TOLD,
            atMs: sentMs + this.tookMs,
            status: 'ok' as const,
            code: 'ok',
            ...(isOk ? { httpStatus: 201, ...whenOk } : {}),
            ...answer,
          };
    const attempt = this.steps.filter((step) => step.kind === kind && step.key === key).length;
    const coupon = kind === 'cart' ? this.code : null;
    this.steps.push({ kind, attempt, key: key === '' ? null : key, units, coupon, sentMs, told });
    return this;
  }
}

/** `n`: which one of this viewer. An empty key is no key. */
export function purchase(viewerId: string, n = 1, productId = 'mug'): PurchaseRig {
  return new PurchaseRig(viewerId, productId, n);
}

/** A buyer who was told yes all the way: one unit of `mug` for 500, paid at 3 s. */
export function bought(viewerId: string, units = 1): PurchaseRig {
  return purchase(viewerId)
    .cart({}, units)
    .checkout({ units, amountMinor: 500 * units })
    .pay({ units, amountMinor: 500 * units });
}

type Payment = NonNullable<Books['payments']>[number];
type Reservation = NonNullable<Books['reservations']>[number];
type Movement = NonNullable<Books['movements']>[number];

export const at = (ms: number): number => EPOCH_OFFSET_MS + ms;

export function order(viewerId: string, change: Partial<BookOrder> = {}): BookOrder {
  const { units = 1 } = change;
  const made = { productId: 'mug', units, amountMinor: 500 * units, status: 'paid' as const, atEpochMs: at(2050) };
  return { id: `order-${viewerId}/1`, buyerId: viewerId, ...made, ...change };
}

export function payment(viewerId: string, change: Partial<Payment> = {}): Payment {
  const ids = { id: `pay-${viewerId}/1`, orderId: `order-${viewerId}/1` };
  return { ...ids, amountMinor: 500, status: 'captured', atEpochMs: at(3050), ...change };
}

export function hold(viewerId: string, change: Partial<Reservation> = {}): Reservation {
  const made = { productId: 'mug', units: 1, expiresAtEpochMs: at(31_050), status: 'sold' as const };
  return { id: `cart-${viewerId}/1`, buyerId: viewerId, ...made, ...change };
}

export function moved(kind: Movement['kind'], units: number, atMs: number, productId = 'mug'): Movement {
  return { productId, kind, units, atEpochMs: at(atMs) };
}

/** Books of a shop that nobody else uses, read at 90 s. */
export function booksOf(change: Partial<Books> = {}): Books {
  return {
    readAtEpochMs: at(90_000),
    exclusive: true,
    products: [],
    orders: [],
    payments: [],
    reservations: [],
    movements: [],
    rooms: null,
    ...change,
  };
}

/** What the books say of buyers who each bought one mug as in `bought`. */
export function booksOfBuyers(...viewerIds: string[]): Books {
  return booksOf({
    orders: viewerIds.map((id) => order(id)),
    payments: viewerIds.map((id) => payment(id)),
    reservations: viewerIds.map((id) => hold(id)),
    movements: [moved('initial', 10, -1000), ...viewerIds.map(() => moved('reserve', -1, 1050))],
    products: [
      {
        id: 'mug',
        stockedUnits: 10,
        soldUnits: viewerIds.length,
        leftUnits: 10 - viewerIds.length,
        heldUnits: 0,
      },
    ],
  });
}

/** With a payment besides, of something else, that tells that the books run by our clock. */
export function oneClock(history: History, books: Books | null): [History, Books | null] {
  const payer = purchase('payer', 1, 'tea').at(-9000).cart().checkout().pay();
  const charge = payment('payer', { atEpochMs: at(-6950) });
  return [
    { ...history, purchases: [payer, ...history.purchases] },
    books && { ...books, payments: [charge, ...(books.payments ?? [])] },
  ];
}
