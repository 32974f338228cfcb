/**
 * The contract between a world and a backend. A target does no I/O: it turns intents into descriptions of requests,
 * and frames and answers into room messages and outcomes. The world sends and receives, keeps the clock, and measures. The same target
 * runs in Node and in k6: no `node:` modules, no `Buffer`, no timers.
 */

import type { Books } from '../ledger/books.ts';

/** An HTTP request to be made. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with `/`; put behind the origin. */
  readonly path: string;
  /** `https://chat.example.com`, without a slash at the end. Default: that of the part of the target that asks. */
  readonly origin?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Already encoded; targets set `content-type` themselves. */
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** Of one header, by its name in lower case; several of one name are joined by `, `, but for `set-cookie`: by a line break. */
  header(name: string): string | null;
}

/**
 * Requests one after another, each made of the answers before it, that end in a T. `then` may throw for an answer that it cannot read:
 * the outcome is `unknown`, because nobody knows what the backend did.
 */
export type Conversation<T> =
  | { readonly ask: HttpRequest; readonly then: (answer: HttpAnswer) => Conversation<T> }
  | { readonly end: T };

/** How a viewer opens the room's line. */
export interface SocketRequest {
  /** `ws:` or `wss:` URL, absolute; `http:` or `https:` for a room that is heard over HTTP (`RoomTarget.line`). */
  readonly url: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A viewer as the target sees it. */
export interface TargetViewer {
  /** Unique in the run, stable for a seed: `followers-1234`. */
  readonly id: string;
  readonly name: string;
  readonly roomId: string;
  /** A whole number that no other viewer of the run who is present has, from 0: picks a line of a file of accounts. */
  readonly number: number;
  /** What the target knows of the viewer as a person: tokens, cookies, the account it plays. Second devices share it. */
  account: Record<string, string>;
  /** The target's own scratch space for a purchase (cart and order ids); a second device has its own. */
  session: Record<string, string>;
}

/** What a viewer says in the room. `ref` counts up from 0 in a worker; an acknowledgement names it. */
export type RoomIntent =
  | { readonly kind: 'chat'; readonly text: string; readonly ref: number }
  | { readonly kind: 'like'; readonly count: number }
  | { readonly kind: 'gift'; readonly gift: string; readonly ref: number };

/** A step of a purchase. A shop without one of these steps answers `ok` for it without asking. */
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

/** What goes over a line: text, or bytes. */
export type Payload = string | Uint8Array;

/** What a room tells its viewers, whatever the backend calls it. Times are epoch ms of the backend's clock; `null`: it does not say. */
export type RoomMessage =
  /** The viewer is in. `seq`: the room's last message before that; `null`: the room does not number its messages. */
  | { readonly kind: 'welcome'; readonly seq: number | null; readonly openCueIds: readonly string[] }
  /** The room does not let the viewer in, or throws it out. */
  | { readonly kind: 'refused'; readonly code: OutcomeCode; readonly reason: string }
  | {
      readonly kind: 'chat';
      /** Counts up by one in the room; `null`: the room does not number its messages, and a marker in the text may (`marker.ts`). */
      readonly seq: number | null;
      readonly publishedAtMs: number | null;
      readonly from: string;
      /** Only where `seq` or `publishedAtMs` is null: that is where a marker is looked for. */
      readonly text?: string;
    }
  | { readonly kind: 'cue'; readonly cueId: string; readonly publishedAtMs: number | null }
  /** A cue of a backend that does not know our ids: the one of this kind and product whose moment in the show is nearest. */
  | {
      readonly kind: 'announcement';
      readonly cueKind: HostCue['kind'];
      readonly productId: string | null;
      readonly publishedAtMs: number | null;
    }
  | { readonly kind: 'stock'; readonly productId: string; readonly left: number; readonly publishedAtMs: number | null }
  | { readonly kind: 'count'; readonly viewers: number }
  | { readonly kind: 'likes'; readonly total: number }
  | { readonly kind: 'chat_ack'; readonly ref: number; readonly ok: boolean; readonly code: OutcomeCode }
  /** The protocol wants an answer: what `RoomTarget.reply` makes of this word is sent. `data`: of the frame, for the answer. */
  | { readonly kind: 'ask'; readonly what: string; readonly data?: string }
  /** Only of rooms that are polled: ask again after so long, from there. */
  | { readonly kind: 'poll_again'; readonly afterMs: number; readonly cursor: string };

/** Every room at once, as a room id of a host's cue. */
export const EVERY_ROOM = '*';

/** Something the host does. `roomId` may be EVERY_ROOM. */
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

/** What a room tells of itself. */
export interface RoomAbilities {
  /** `sequence`: messages are numbered without gaps in each room. `markers`: ours carry a marker in their text. `none`: neither. */
  readonly numbers: 'sequence' | 'markers' | 'none';
  /** Messages say when they were published, or carry our markers: lag can be measured. */
  readonly times: boolean;
  /** It says itself that it leaves chat out when the room is busy; what it delivers is still checked. */
  readonly sampled: boolean;
  /** `false`: nobody hears what they said themselves. Default: they do, as everybody else. */
  readonly echo?: boolean;
  /** Viewers learn of the host's cues from the room. Without it they follow the clock of the show. */
  readonly cues: boolean;
}

/** Where the viewers watch and chat. */
export interface RoomTarget {
  /** `socket`: WebSocket. `events`: server-sent events; a "frame" is one event as it came. `poll`: a "frame" is the body of an answer. */
  readonly line: 'socket' | 'events' | 'poll';
  readonly abilities: RoomAbilities;
  /** For requests of `say` and `poll`: `https://chat.example.com`. */
  readonly origin: string;
  connect(viewer: TargetViewer): SocketRequest;
  /** The viewer is in as soon as its line is open: the room says nothing of it. */
  readonly entersOnOpen?: boolean;
  /** First words on a line that has just opened. */
  opened?(viewer: TargetViewer): readonly Payload[];
  /** Answer to a message of kind `ask`. */
  reply?(what: string, viewer: TargetViewer, data?: string): readonly Payload[];
  /** What to send, over the line or as a request of its own; `null`: it cannot be said there, and is not counted. */
  say(intent: RoomIntent, viewer: TargetViewer): Payload | HttpRequest | null;
  /** Only for `say` by request: what became of it. Throws for an answer it cannot read. */
  said?(answer: HttpAnswer): { readonly ok: boolean; readonly code: OutcomeCode };
  /**
   * Calls `emit` for every message in the frame; unknown messages are passed over. Throws on malformed input. Must depend on the
   * bytes alone: a frame that many viewers get is decoded once. The bytes are good for this call only.
   */
  decode(frame: Payload, emit: (message: RoomMessage) => void): void;
  /** For protocols whose units may be cut anywhere between frames: how many of these bytes are whole units. Throws on malformed input. */
  readonly wholeBytes?: ((bytes: Uint8Array) => number) | null;
  /** What every viewer sends so often to be kept. */
  readonly heartbeat?: { readonly everyMs: number; readonly payload: Payload } | null;
  /** Only where `line` is `poll`: the next question. `cursor`: null at first. */
  poll?(viewer: TargetViewer, cursor: string | null): HttpRequest;
}

/** Where they buy. */
export interface ShopTarget {
  readonly origin: string;
  /** It refuses in the body of answers whose status says success, as GraphQL does: that is no news in a run. */
  readonly refusesInBody?: boolean;
  /** One step of a purchase: the last request of it decides. May keep ids in `viewer.session` for the next step. */
  step(intent: ShopIntent, viewer: TargetViewer): Conversation<ShopOutcome>;
}

/** What the host does. A shop that a person runs by hand has none. */
export interface HostTarget {
  readonly origin: string;
  setup(show: ShowSetup): Conversation<null>;
  /** An answer of 300 or more ends either as failed, whatever `then` makes of it. `{ end: null }` for what the backend has no action for. */
  cue(cue: HostCue): Conversation<null>;
  /** Only of the bundled shop. By name: how often, as a share; `null`: its default rate. What is not named is switched off. */
  readonly faults?: ((rates: Readonly<Record<string, number | null>>) => Conversation<null>) | null;
}

/** The backend's own books. */
export interface BooksTarget {
  readonly origin: string;
  audit(): Conversation<Books>;
}

/** What a viewer does before it enters the room, such as signing in; keeps what it learns in `viewer.account`. */
export interface ArrivalTarget {
  readonly origin: string;
  arrive(viewer: TargetViewer): Conversation<{ readonly ok: boolean; readonly code: OutcomeCode }>;
}

/** One backend, or what it serves of the event. An adapter is a function from its options to this. */
export interface TargetPart {
  readonly name: string;
  /** Cheap request that it answers with less than 400 when it is well; `null`: there is none. */
  readonly health: (HttpRequest & { readonly origin: string }) | null;
  readonly room?: RoomTarget;
  readonly shop?: ShopTarget;
  readonly host?: HostTarget;
  readonly books?: BooksTarget;
  readonly arrival?: ArrivalTarget;
}

/** What an adapter is made of. `O`: its options, as they are written in a target file; plain data, because every worker gets a copy. */
export interface TargetAdapter<O> {
  /** `use:` in a target file. */
  readonly use: string;
  create(options: O, environment: TargetEnvironment): TargetPart;
}

/** What an adapter cannot do by itself in every world. */
export interface TargetEnvironment {
  /** HMAC with SHA-256 of UTF-8 text, in base64url without padding. */
  hmacSha256(key: string, text: string): string;
  epochMs(): number;
}
