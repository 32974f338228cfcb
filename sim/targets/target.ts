/**
 * The contract between a world and a backend. A target does no I/O: it turns intents into descriptions of requests,
 * and frames and answers into room messages and outcomes. The world sends and receives, keeps the clock, and measures.
 */

import type { Books } from '../ledger/books.ts';

/** An HTTP request to be made. `path` is relative to the target's base URL. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Already encoded; JSON targets set `content-type` themselves. */
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** How a viewer opens the room's socket. */
export interface SocketRequest {
  /** `ws:` or `wss:` URL, absolute. */
  readonly url: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A viewer as the target sees it. `session` is the target's own scratch space (cart and order ids). */
export interface TargetViewer {
  /** Unique in the run, stable for a seed: `followers-1234`. */
  readonly id: string;
  readonly name: string;
  readonly roomId: string;
  session: Record<string, string>;
}

/** What goes over the socket for an intent that the room carries. */
export type RoomIntent =
  | { readonly kind: 'chat'; readonly text: string; readonly ref: number }
  | { readonly kind: 'like'; readonly count: number }
  | { readonly kind: 'gift'; readonly gift: string; readonly ref: number };

/** A step of a purchase. Each is one request. */
export type ShopIntent =
  | { readonly kind: 'view'; readonly productId: string }
  | {
      readonly kind: 'cart';
      readonly productId: string;
      readonly units: number;
      /** A code that the buyer enters. */
      readonly coupon?: string;
      readonly idempotencyKey: string;
    }
  | { readonly kind: 'checkout'; readonly productId: string; readonly idempotencyKey: string }
  | {
      readonly kind: 'pay';
      readonly productId: string;
      readonly idempotencyKey: string;
      readonly card: 'good' | 'declined';
    }
  /** The buyer gives the order back that was paid. */
  | { readonly kind: 'refund'; readonly productId: string; readonly idempotencyKey: string };

/**
 * How an intent ended. `rejected` is a definite no, `unknown` is neither: it may or may not have happened
 * (a time-out, a cut connection, a 5xx after the request was sent).
 */
export type OutcomeStatus = 'ok' | 'rejected' | 'unknown';

/** Codes that the crowd reacts to; a target maps its own answers to these. */
export const OUTCOME_CODES = [
  'ok',
  'sold_out',
  'not_open',
  'limit_reached',
  'card_declined',
  'expired',
  'throttled',
  'offline',
  'refused',
  'timeout',
  'broken',
] as const;
export type OutcomeCode = (typeof OUTCOME_CODES)[number];

export interface ShopOutcome {
  readonly status: OutcomeStatus;
  readonly code: OutcomeCode;
  /** Of the whole order: what is due at the checkout, what was charged by the payment, what was given back by the refund. */
  readonly amountMinor?: number;
  /** Of one unit, as a view or a cart promises it. */
  readonly priceMinor?: number;
  /** Off the whole cart. */
  readonly discountMinor?: number;
  readonly cartId?: string;
  readonly orderId?: string;
  readonly paymentId?: string;
  readonly units?: number;
}

/** What a room tells its viewers, whatever the backend calls it. */
export type RoomMessage =
  | { readonly kind: 'welcome'; readonly seq: number; readonly openCueIds: readonly string[] }
  | { readonly kind: 'chat'; readonly seq: number; readonly publishedAtMs: number; readonly from: string }
  | { readonly kind: 'cue'; readonly cueId: string; readonly publishedAtMs: number }
  | { readonly kind: 'stock'; readonly productId: string; readonly left: number; readonly publishedAtMs: number }
  | { readonly kind: 'count'; readonly viewers: number }
  | { readonly kind: 'likes'; readonly total: number }
  | { readonly kind: 'chat_ack'; readonly ref: number; readonly ok: boolean; readonly code: OutcomeCode };

/** Every room at once, as a room id of a host's cue. */
export const EVERY_ROOM = '*';

/** Something the host does. The stub has an admin API for it; a real shop may have none. `roomId` may be EVERY_ROOM. */
export type HostCue =
  | {
      readonly kind: 'pin' | 'giveaway' | 'call';
      readonly id: string;
      readonly roomId: string;
      readonly productId?: string;
      readonly text?: string;
    }
  | {
      readonly kind: 'countdown';
      readonly id: string;
      readonly roomId: string;
      readonly productId: string;
      readonly seconds: number;
    }
  | {
      readonly kind: 'drop';
      readonly id: string;
      readonly roomId: string;
      readonly productId: string;
      readonly units?: number;
      readonly priceMinor?: number;
    }
  | { readonly kind: 'close'; readonly id: string; readonly roomId: string; readonly productId: string }
  | {
      readonly kind: 'price';
      readonly id: string;
      readonly roomId: string;
      readonly productId: string;
      readonly priceMinor: number;
    }
  | {
      readonly kind: 'restock';
      readonly id: string;
      readonly roomId: string;
      readonly productId: string;
      readonly units: number;
    };

/** The show as the host prepares it, before anyone enters. */
export interface ShowSetup {
  readonly roomIds: readonly string[];
  readonly currency: string;
  /** How long a cart holds its stock, and how long an unpaid order does. */
  readonly holdMs: number;
  readonly products: readonly {
    readonly id: string;
    readonly title: string;
    readonly priceMinor: number;
    readonly stock: number;
    readonly perBuyer: number | null;
    /** false: not for sale until a drop opens it. */
    readonly open: boolean;
    /** `offShare`: 0 to 1 of the cart. */
    readonly coupon: { readonly code: string; readonly offShare: number } | null;
  }[];
}

/** What can be measured at a target; the report says `not measured` for the rest. */
export interface TargetAbilities {
  readonly chatLag: boolean;
  readonly chatSequence: boolean;
  /** It says itself that it leaves chat out when the room is busy; what it delivers is still checked. */
  readonly chatSampled: boolean;
  readonly books: boolean;
  readonly hostActions: boolean;
  /** It can be made to break on purpose. */
  readonly faults: boolean;
}

export interface Target {
  readonly name: string;
  readonly baseUrl: string;
  readonly abilities: TargetAbilities;

  /** Cheap request that any healthy backend answers with 2xx; asked before and during the run. */
  health(): HttpRequest;
  socket(viewer: TargetViewer): SocketRequest;
  encodeRoom(intent: RoomIntent): string;
  /** Calls `emit` for every message in the frame; unknown messages are passed over. Throws on malformed input. */
  decode(frame: string, emit: (message: RoomMessage) => void): void;
  encodeShop(intent: ShopIntent, viewer: TargetViewer): HttpRequest;
  /** Reads the answer; may keep ids in `viewer.session` for the next step. */
  outcome(intent: ShopIntent, answer: HttpAnswer, viewer: TargetViewer): ShopOutcome;

  /** Host side; only where `abilities.hostActions`. */
  setup(show: ShowSetup): readonly HttpRequest[];
  cue(cue: HostCue): HttpRequest;
  /** Only where `abilities.faults`. By name: how often, as a share; `null`: its default rate. What is not named is switched off. */
  faults(rates: Readonly<Record<string, number | null>>): HttpRequest;
  /** Only where `abilities.books`. */
  audit(): readonly HttpRequest[];
  readBooks(answers: readonly HttpAnswer[]): Books;
}
