/**
 * What the shop asks of its storage. Every method is one atomic step: whoever implements it in another process
 * (a script in Redis, a transaction in PostgreSQL) may let any number of callers interleave between methods, but never
 * within one. Payment is two steps, because the gateway answers in between.
 *
 * Times are epoch ms, money is integers in the minor unit. Refusals are values; a rejected promise means that the
 * storage itself failed. `test/contracts/store.ts` is the suite that every implementation passes.
 */
import type {
  BooksAnswer,
  CartAnswer,
  CheckoutAnswer,
  CueRequest,
  PaymentAnswer,
  ProductAnswer,
  RefundAnswer,
  ShopError,
  ShowRequest,
} from './protocol.ts';

export interface Refusal {
  readonly ok: false;
  readonly error: ShopError['error'];
  readonly message: string;
}
export type Result<T> = { readonly ok: true; readonly value: T } | Refusal;

export function refuse(error: ShopError['error'], message: string): Refusal {
  return { ok: false, error, message };
}

/**
 * An idempotency key belongs to one operation (cart, checkout, payment, refund). The same key with the same request
 * gives the same result, refusals included; with another request it is refused with `key_reused`.
 */
export type IdempotencyKey = string;

export interface ReserveRequest {
  readonly viewer: string;
  readonly product: string;
  /** At least 1. */
  readonly units: number;
  readonly coupon?: string;
  readonly key?: IdempotencyKey;
}
export interface CheckoutOrder {
  readonly viewer: string;
  readonly cart: string;
  readonly key?: IdempotencyKey;
}
export interface PaymentOrder {
  readonly viewer: string;
  readonly order: string;
  readonly card: string;
  readonly key: IdempotencyKey;
}
export interface RefundOrder {
  readonly order: string;
  readonly key: IdempotencyKey;
}

/** A payment that was let through to the gateway. Until it is settled the order cannot expire or be paid again. */
export interface PaymentAttempt {
  readonly order: string;
  readonly key: IdempotencyKey;
  readonly amountMinor: number;
}
export type PaymentStart =
  | { readonly state: 'charge'; readonly attempt: PaymentAttempt }
  | { readonly state: 'answered'; readonly result: Result<PaymentAnswer> };

/** Units that can be reserved now: 0 when the product is closed. */
export interface StockLevel {
  readonly product: string;
  readonly left: number;
  readonly open: boolean;
  /** Grows with every change of the product. Without it levels are told in the order of the changes. */
  readonly version?: number;
}
export type StockListener = (level: StockLevel) => void;

/** The shop's part of the books; the rooms add theirs. */
export type ShopBooks = Omit<BooksAnswer, 'rooms'>;

export interface Store {
  /** Clears everything, keys included, and stocks the shelves. The ids of the products must differ. */
  setShow(show: ShowRequest): Promise<void>;
  product(id: string): Promise<Result<ProductAnswer>>;
  /** Takes units off the shelf for `holdMs`. Refuses: not_found, bad_request (no such coupon), not_open, limit_reached, sold_out, key_reused. */
  reserve(request: ReserveRequest): Promise<Result<CartAnswer>>;
  /**
   * Turns a cart into an order and renews the hold. A cart makes one order: a second checkout answers with the first.
   * Refuses: not_found (also the cart of another viewer), expired, key_reused.
   */
  checkout(request: CheckoutOrder): Promise<Result<CheckoutAnswer>>;
  /**
   * First step of a payment. An order that is paid already answers with that payment, whatever the key: it is never
   * charged twice. Refuses: not_found, expired (also refunded), in_progress, key_reused.
   */
  beginPayment(request: PaymentOrder): Promise<PaymentStart>;
  /** Second step: what the gateway said. Refuses card_declined; the order can then be paid with a new key. */
  settlePayment(attempt: PaymentAttempt, gateway: 'captured' | 'declined'): Promise<Result<PaymentAnswer>>;
  /** Puts the units of a paid order back on the shelf. Refuses: not_found, bad_request (never paid), in_progress. */
  refund(request: RefundOrder): Promise<Result<RefundAnswer>>;
  /** Gives back what is held too long and cancels the orders. @returns how many holds ended. */
  releaseExpired(): Promise<number>;
  /** What a cue does to the shop. The value is false when this cue id was applied before. */
  applyCue(cue: CueRequest): Promise<Result<boolean>>;
  books(): Promise<ShopBooks>;
  /** Calls `listener` after every change of what can be reserved. One listener; it must not throw. */
  watchStock(listener: StockListener): void;
  /** Lets go of what it is connected to. No method may be called after it. */
  close(): Promise<void>;
}
