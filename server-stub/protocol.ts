/**
 * The stub's wire protocol: types only, no code, so that both sides can import it and share nothing else.
 *
 * Socket: `GET /rooms/:room/ws?viewer=ID&name=NAME` upgraded to WebSocket. Every frame is one JSON object in text.
 * HTTP bodies are JSON. Times are epoch milliseconds (with fractions), money is integers in the minor unit.
 */

/* ---- room socket: viewer to server ---- */

export type ClientFrame =
  | { t: 'chat'; ref: number; text: string }
  | { t: 'like'; n: number }
  | { t: 'gift'; ref: number; gift: string };

/* ---- room socket: server to viewer ---- */

export interface WelcomeFrame {
  t: 'welcome';
  room: string;
  /** Sequence number of the last chat message before this viewer came. */
  seq: number;
  viewers: number;
  at: number;
  /** Cues that still stand: the pinned product and every drop that is open. */
  cues: CueFrame[];
}
/** Chat and gifts share one gapless sequence a room; the first message has seq 1. */
export interface ChatFrame {
  t: 'chat';
  seq: number;
  at: number;
  from: string;
  text: string;
  /** Set when the message is a gift. */
  gift?: string;
}
/** Several messages joined, oldest first, when the room is busy (`coalesceMs` of the server). */
export interface BatchFrame {
  t: 'batch';
  m: ChatFrame[];
}
export interface CueFrame {
  t: 'cue';
  id: string;
  kind: 'pin' | 'countdown' | 'drop' | 'close' | 'price' | 'restock' | 'call' | 'giveaway';
  at: number;
  product?: string;
  text?: string;
  seconds?: number;
  priceMinor?: number;
  units?: number;
}
/** Units that can still be reserved now. Sent at most every `stockEveryMs`, and always when it reaches 0. */
export interface StockFrame {
  t: 'stock';
  product: string;
  left: number;
  at: number;
  /**
   * Grows with every change of the product, for all instances of a shop together: `at` is only when this instance pushed the figure.
   * Absent with the memory store, which one instance has for itself.
   */
  v?: number;
}
export interface CountFrame {
  t: 'count';
  viewers: number;
  at: number;
}
export interface LikesFrame {
  t: 'likes';
  total: number;
  at: number;
}
/**
 * The answer to one chat or gift, to its sender only. `code` is there when not ok; `unavailable`: the shop could not pass it on
 * just now, or does not know whether it has.
 */
export interface AckFrame {
  t: 'ack';
  ref: number;
  ok: boolean;
  code?: 'throttled' | 'too_long' | 'empty' | 'unavailable';
}
export type ServerFrame =
  | WelcomeFrame
  | ChatFrame
  | BatchFrame
  | CueFrame
  | StockFrame
  | CountFrame
  | LikesFrame
  | AckFrame;

/** Close codes beyond RFC 6455's: 4404 no such room, 4008 slow consumer dropped, 4400 malformed frame, 1001 going away. */

/* ---- shop, over HTTP ---- */

/** Every 4xx of the shop. 409 for the first four, 402 for `card_declined`, 410 `expired`, 404, 400, 429. */
export interface ShopError {
  error:
    | 'sold_out'
    | 'not_open'
    | 'limit_reached'
    | 'in_progress'
    | 'card_declined'
    | 'expired'
    | 'not_found'
    | 'bad_request'
    | 'throttled'
    | 'key_reused';
  message: string;
}
/** GET /products/:id -> 200 */
export interface ProductAnswer {
  id: string;
  title: string;
  priceMinor: number;
  currency: string;
  left: number;
  open: boolean;
}
/** POST /carts -> 201. Reserves the units for `holdMs`. Same idempotency key (header), same answer. */
export interface CartRequest {
  viewer: string;
  product: string;
  units: number;
  /** Refused with `bad_request` when the product has no such coupon. */
  coupon?: string;
}
export interface CartAnswer {
  cart: string;
  /** Of one unit, before the discount. */
  priceMinor: number;
  units: number;
  /** Off the whole cart: what a coupon takes from `priceMinor` times `units`, rounded down. 0 without one. */
  discountMinor: number;
  expiresAt: number;
  /** What went otherwise than asked, on a success: `not_enough_stock` with fewer units than asked, maybe none. */
  warnings?: 'not_enough_stock'[];
}
/** POST /checkouts -> 201. Turns a cart into an order that waits for payment, and renews the hold. */
export interface CheckoutRequest {
  viewer: string;
  cart: string;
}
export interface CheckoutAnswer {
  order: string;
  amountMinor: number;
  units: number;
  expiresAt: number;
}
/** POST /payments with header `idempotency-key` -> 201 captured, 402 declined. Replays answer alike. */
export interface PaymentRequest {
  viewer: string;
  order: string;
  /** `tok_good` or `tok_declined`. */
  card: string;
}
export interface PaymentAnswer {
  payment: string;
  order: string;
  amountMinor: number;
  units: number;
  status: 'captured';
}
/** POST /refunds with header `idempotency-key` -> 201. Puts the units back. */
export interface RefundRequest {
  order: string;
}
export interface RefundAnswer {
  refund: string;
  order: string;
  amountMinor: number;
}

/* ---- admin, over HTTP, header `x-admin-token` ---- */

/**
 * PUT /admin/show -> 200. Clears everything and sets up rooms and products. While viewers are in the rooms of another show it answers
 * 409 `in_progress`, unless `force` is true: then they are sent away.
 */
export interface ShowRequest {
  rooms: string[];
  currency: string;
  holdMs: number;
  products: {
    id: string;
    title: string;
    priceMinor: number;
    stock: number;
    perBuyer: number | null;
    /** false: not for sale until a drop opens it. Default true. */
    open?: boolean;
    /** Takes `percentOff` (above 0, at most 100) from a cart. Once a cart. */
    coupon?: { code: string; percentOff: number };
  }[];
  force?: boolean;
}
/**
 * POST /admin/cues -> 202. Applies the cue to the shop, then tells the room.
 * `drop` opens the product; with `units`, at most that many are sold until the next drop or `close`; `priceMinor` is
 * its price from now on. `restock` adds units. Posting the same `id` again does nothing and answers 200.
 */
export interface CueRequest {
  id: string;
  /** `*`: every room. */
  room: string;
  kind: CueFrame['kind'];
  product?: string;
  text?: string;
  seconds?: number;
  priceMinor?: number;
  units?: number;
}
/** GET /admin/books -> 200 */
export interface BooksAnswer {
  currency: string;
  /** When they were read. */
  at: number;
  products: { id: string; stocked: number; sold: number; held: number; left: number }[];
  orders: {
    id: string;
    viewer: string;
    product: string;
    units: number;
    amountMinor: number;
    status: 'pending' | 'paid' | 'refunded' | 'cancelled';
    at: number;
  }[];
  payments: {
    id: string;
    order: string;
    amountMinor: number;
    status: 'captured' | 'declined' | 'refunded';
    at: number;
  }[];
  /** Every cart that was ever made. `held` means that its units are off the shelf and neither sold nor given back. */
  reservations: {
    id: string;
    viewer: string;
    product: string;
    units: number;
    /** When it ends or has ended, if nothing happens before: not as long as a payment is at the gateway. */
    expiresAt: number;
    status: 'held' | 'sold' | 'released' | 'refunded';
  }[];
  movements: StockMovement[];
  rooms: {
    id: string;
    messages: number;
    lastSeq: number;
    cues: number;
    likes: number;
    slowConsumersDropped: number;
    peakViewers: number;
  }[];
}
/** Every change of stock, in order. Sum of `units` by product = what is on the shelf. */
export interface StockMovement {
  product: string;
  kind: 'initial' | 'restock' | 'reserve' | 'release' | 'refund';
  units: number;
  ref: string;
  at: number;
}

/**
 * PUT /admin/faults -> 200 FaultsAnswer. Sets which faults are on, all of them: what is not named is off. Names and default rates:
 * `faults/catalog.ts`. The counts begin anew.
 */
export interface FaultsRequest {
  /** By name: how often, from above 0 to 1; what of, the catalogue says. `null`: its default rate. */
  faults: Record<string, number | null>;
}
/** GET /admin/faults -> 200 */
export interface FaultsAnswer {
  /** `count`: how often it has happened since it was set. */
  faults: { name: string; rate: number; count: number }[];
}
