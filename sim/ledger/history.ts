/**
 * What the crowd meant, sent and was told, as the checkers see it: put together from the events on disk (`events.ts`) by
 * `sim/ledger/replay.ts`. Times are event time in ms unless they say epoch.
 */
export interface History {
  readonly runId: string;
  readonly fromMs: number;
  /**
   * The end of the run, drain and audit included: the `end` of the coordinator's file is written last of all. Without one, the last that
   * is known of anybody.
   */
  readonly untilMs: number;
  /** Add it to event time for epoch ms of the generator's clock. */
  readonly epochOffsetMs: number;
  readonly show: Show;
  readonly target: TargetPromises;
  /** What the host did in the window, in order. */
  readonly cues: readonly GivenCue[];
  readonly purchases: readonly Purchase[];
  readonly visits: readonly Visit[];
  /** Every stock figure that any viewer was pushed, once each, by `publishedAtMs`. */
  readonly stock: readonly StockSeen[];
  /** Where the history ends before the run did: then what the books say beyond it is neither right nor wrong. */
  readonly gaps: readonly Gap[];
  /** Stretches in which the generator could not keep up: what is late in them says nothing about the backend. */
  readonly invalid: readonly { readonly fromMs: number; readonly untilMs: number }[];
}

/** The show as it was when the window began. Money in the minor unit. */
export interface Show {
  readonly currency: string;
  readonly holdMs: number;
  readonly roomIds: readonly string[];
  readonly products: readonly {
    readonly id: string;
    readonly title: string;
    readonly priceMinor: number;
    /** On the shelf when the window began. */
    readonly stockUnits: number;
    /** On sale when the window began. */
    readonly isOpen: boolean;
    /** What the drop that was open then still offered; `null`: no drop was open, or it had no limit of its own. */
    readonly offeredUnits: number | null;
    readonly perBuyer: number | null;
    /** Sold in drops only. */
    readonly dropped: boolean;
    readonly coupon: { readonly code: string; readonly offShare: number } | null;
  }[];
}

/** What the backend says of itself. A checker believes it and holds it to that. */
export interface TargetPromises {
  readonly name: string;
  /**
   * `sequence`: chat is numbered without gaps in each room. `markers`: the crowd's own chat carries marks, and what one viewer of a worker
   * heard was due to the others. `none`: it cannot be told what is missing. `no_chat`: there is no room.
   */
  readonly chatNumbers: 'sequence' | 'markers' | 'none' | 'no_chat';
  /** `all`: everybody gets every message. `sampled`: it says that it leaves some out; order and doubles are still checked. */
  readonly chatDelivery: 'all' | 'sampled';
  /** `clock`: the room does not tell its viewers of cues. Absent in older histories: `room`. */
  readonly cues?: 'room' | 'clock';
  /** It refuses in the body of answers with a status of success, by design. Absent: it does not. */
  readonly refusesInBody?: boolean;
}

export interface GivenCue {
  readonly id: string;
  readonly kind: string;
  /** `null`: every room. */
  readonly roomId: string | null;
  readonly productId: string | null;
  readonly units: number | null;
  readonly priceMinor: number | null;
  readonly sentMs: number;
  /** `null`: no answer came. */
  readonly answeredMs: number | null;
  /** `refused`: it was certainly not carried out. `unknown`: nobody knows. */
  readonly status: 'done' | 'refused' | 'unknown';
  /** The backend has no action for it: a person does it, or nobody; `status` is `unknown` then. */
  readonly manual?: true;
}

export const STEPS = ['view', 'cart', 'checkout', 'pay', 'refund'] as const;
export type StepKind = (typeof STEPS)[number];

/** One buyer's way through the shop, for one product, after one cue. */
export interface Purchase {
  /** Unique in the run: `followers-12/3`; a second device of the same buyer has `followers-12/3b`. */
  readonly id: string;
  readonly viewerId: string;
  readonly productId: string;
  /** In order of sending. */
  readonly steps: readonly Step[];
}

/** One request. A retry is another step with the same idempotency key. */
export interface Step {
  readonly kind: StepKind;
  /** 0: the first try. -1: an extra tap with the key of the first. */
  readonly attempt: number;
  /** `null` for a view, which has none. */
  readonly key: string | null;
  /** Meant, for a cart. */
  readonly units: number | null;
  /** The code that was entered with a cart; `null`: none. */
  readonly coupon: string | null;
  readonly sentMs: number;
  /** `null`: nothing was heard before the history ended. */
  readonly told: Told | null;
}

/** How a request ended. `rejected` is a definite no, `unknown` is neither: it may have been carried out. */
export interface Told {
  readonly atMs: number;
  readonly status: 'ok' | 'rejected' | 'unknown';
  /** `ok`, `sold_out`, `card_declined`, `throttled`, `timeout`, `broken`, ... */
  readonly code: string;
  /** HTTP status; `null` when there was no answer. */
  readonly httpStatus: number | null;
  /** It never left this machine: the backend cannot have carried it out. */
  readonly unsent: boolean;
  readonly cartId: string | null;
  readonly orderId: string | null;
  readonly paymentId: string | null;
  readonly units: number | null;
  /** Of one unit, as promised by a view or a cart. */
  readonly priceMinor: number | null;
  readonly discountMinor: number | null;
  /** Of the whole order. */
  readonly amountMinor: number | null;
}

/** One connection of a viewer to a room, from welcome to end. */
export interface Visit {
  readonly viewerId: string;
  readonly roomId: string;
  readonly enteredMs: number;
  /** Number of the last message before it came. */
  readonly firstSeq: number;
  /** `null`: the history ended first. */
  readonly end: VisitEnd | null;
}

export interface VisitEnd {
  readonly atMs: number;
  /** `left`: the viewer went. `lost`: the connection broke. `end`: the run ended. `cut`: the history of its worker ends here. */
  readonly how: 'left' | 'lost' | 'end' | 'cut';
  /** Number of the last message that was due to it. */
  readonly lastSeq: number;
  readonly received: number;
  readonly duplicates: number;
  /** Messages that came after one with a higher number. */
  readonly reordered: number;
  /** Ranges of numbers that were due and never came: [first, last], the first ones only (MISSING_AT_MOST). */
  readonly missing: readonly (readonly [number, number])[];
  /** Ids of the cues it was shown: live, or in the welcome. */
  readonly cueIds: readonly string[];
  /** Messages that reached it a second or more after they were published; `null`: its lag was not measured. */
  readonly lateMessages: number | null;
}
export const MISSING_AT_MOST = 20;
/** From this lag on a message counts as late in a visit. */
export const LATE_MESSAGE_MS = 1000;

export interface StockSeen {
  readonly productId: string;
  readonly left: number;
  /** By the clock of the part of the backend that said it. */
  readonly publishedAtMs: number;
  /** When the first viewer saw it, by our clock. */
  readonly seenAtMs: number;
}

export interface Gap {
  /** Of the worker; COORDINATOR: what the host did is not known, either. */
  readonly shard: number;
  readonly shards: number;
  /** The last that is known of this shard. */
  readonly fromMs: number;
  readonly why: string;
  /** Of the coordinator: it was killed, and what it did up to then is known. */
  readonly isCut?: true;
}
