/**
 * A scenario as plain numbers and tables: all that a worker, the model or a k6 script needs. Serialisable by structured
 * clone. Times are integer milliseconds of event time (0 = start of the event) unless named otherwise.
 * Indices (`room`, `persona`, `product`, `table`) point into the arrays of `CompiledScenario`.
 */

import type { CompiledVideo } from './video.ts';

export interface CompiledScenario {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly durationMs: number;
  readonly currency: string;
  /** The 64-bit seed as two unsigned halves. */
  readonly seedHi: number;
  readonly seedLo: number;
  /** Audience and stock were multiplied by this. */
  readonly scale: number;
  readonly rooms: readonly CompiledRoom[];
  readonly sources: readonly CompiledSource[];
  readonly personas: readonly CompiledPersona[];
  readonly products: readonly CompiledProduct[];
  /** In order of time; repeated cues are written out. */
  readonly cues: readonly CompiledCue[];
  /** Quantile tables, see `quantile.ts`. Values in the unit of what they describe (mostly ms). */
  readonly tables: readonly Float64Array[];
  readonly chat: CompiledChat;
  readonly rttTable: number;
  readonly holdMs: number;
  /** Of the paid orders: shares whose balance is never paid (deposits, cash on delivery), and that come back later. */
  readonly unpaidP: number;
  readonly refundP: number;
  /** Who shares HTTP connections in the real world. */
  readonly connections: 'per-viewer' | 'pooled';
  /** What answers the viewers in the model world. A real backend is not told. */
  readonly backend: CompiledBackend;
  /** Chat texts, chosen by a counted draw. */
  readonly phrases: readonly string[];
  readonly displayNames: readonly string[];
  /** Expected present viewers (all rooms) every `audienceStepMs`, at this scale. */
  readonly audienceStepMs: number;
  readonly audience: Float64Array;
  readonly health: CompiledHealth;
  /** Viewers who watch the stream; `null`: nobody does. */
  readonly video: CompiledVideo | null;
}

/** Bounds of the generator: past one of them a run is invalid. Shares are 0 to 1. */
export interface CompiledHealth {
  readonly lateStartP99Ms: number;
  readonly loopDelayP99Ms: number;
  readonly receiveWaitP99Ms: number;
  readonly stallMs: number;
  /** Of the limit of a worker's heap. */
  readonly heapShare: number;
  /** Of the time: a worker's loop had work. */
  readonly workerCpuShare: number;
  /** Of all cores; `null`: not judged. */
  readonly stealShare: number | null;
}

export interface CompiledRoom {
  readonly id: string;
  readonly title: string;
  /** Mean chat messages per viewer and ms in bin i (before bursts), for a viewer of weight 1. */
  readonly chatBinMs: number;
  readonly chatPerViewerMs: Float64Array;
  /** Expected messages of the whole room per ms in bin i: what the burst process is proportioned to. */
  readonly chatRoomPerMs: Float64Array;
  /** What is left of a burst's intensity after one bin. */
  readonly burstKeepPerBin: number;
}

export interface CompiledSource {
  readonly id: string;
  /** 32-bit hash of the id: adding a source does not change the viewers of the others. */
  readonly key: number;
  readonly room: number;
  /** Cumulative expected arrivals, piecewise linear: `cumulative[i]` at `timesMs[i]`. */
  readonly timesMs: Float64Array;
  readonly cumulative: Float64Array;
  /** Persona mix: cumulative weights in 1/2^32, ascending; the last one covers the rest. */
  readonly mixUpTo: Float64Array;
  readonly mixPersona: Int32Array;
}

export interface CompiledPersona {
  readonly id: string;
  readonly bot: boolean;
  readonly dwellTable: number;
  /** Multiplies the room's chat rate. */
  readonly chatFactor: number;
  readonly likesPerMs: number;
  readonly giftsPerMs: number;
  readonly clickP: number;
  readonly cartP: number;
  readonly checkoutP: number;
  readonly payP: number;
  readonly cardDeclinedP: number;
  readonly answersCallsP: number;
  readonly reactionTable: number;
  readonly thinkTable: number;
  /** Mean taps on "link is up"; 1 is a single tap. */
  readonly tapsMean: number;
  readonly tapGapMs: number;
  /** Units in one order: cumulative weights in 1/2^32 and the count. */
  readonly unitsUpTo: Float64Array;
  readonly unitsCount: Int32Array;
  readonly retryAttempts: number;
  readonly retryBackoffMs: number;
  readonly retryJitter: number;
  readonly timeoutMs: number;
  readonly reconnectAttempts: number;
  readonly reconnectBackoffMs: number;
  readonly reconnectMaxMs: number;
  readonly reconnectJitter: number;
  /** Of the carts with a product that has a coupon: those in which it is entered. */
  readonly couponP: number;
  /** Of the paid orders: those that the buyer gives back, if it is still there; `refundTable` says how long after paying. */
  readonly refundP: number;
  /** -1 when nothing is given back. */
  readonly refundTable: number;
  /** Of the payments: those sent twice at once with the same idempotency key. */
  readonly doubleTapP: number;
  /** Of the purchases: those made on two devices of one account at the same time. */
  readonly twoDevicesP: number;
}

export interface CompiledProduct {
  readonly id: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly stock: number;
  readonly perBuyer: number | null;
  /** A product that is ever dropped is closed until its first drop. */
  readonly dropped: boolean;
  readonly coupon: CompiledCoupon | null;
}

/** `offShare`: what it takes off a cart, above 0 to 1. See `couponMinor`. */
export interface CompiledCoupon {
  readonly code: string;
  readonly offShare: number;
}

export type CompiledCueKind =
  | 'pin'
  | 'countdown'
  | 'drop'
  | 'close'
  | 'price'
  | 'restock'
  | 'call'
  | 'giveaway'
  | 'raid';

export interface CompiledCue {
  /** Unique: `drop:serum#2` is the second drop of serum. */
  readonly id: string;
  /** Tag for threshold windows: `drop:serum`. */
  readonly window: string;
  readonly kind: CompiledCueKind;
  readonly atMs: number;
  /** The window that thresholds see: from `atMs` to here. */
  readonly untilMs: number;
  /** -1: every room. */
  readonly room: number;
  /** -1 when none. */
  readonly product: number;
  readonly units: number | null;
  readonly priceMinor: number | null;
  readonly seconds: number;
  readonly text: string;
  /** Multiplies the persona's click probability (pin, drop, price, restock) or its answer probability (call, giveaway). */
  readonly interest: number;
}

export interface CompiledChat {
  /** Share of messages that belong to bursts, 0 to <1. */
  readonly burstShare: number;
  /** Table of burst sizes (messages), and its mean. */
  readonly burstSizeTable: number;
  readonly burstSizeMean: number;
  /** Weight of a viewer: 0 for those who never chat, else from the table; mean 1 over all viewers. */
  readonly chatterP: number;
  readonly weightTable: number;
  /** Exp(1). */
  readonly exponentialTable: number;
}

/** The steps of a purchase, in the order of `CompiledBackend.endpoints`. */
export const ENDPOINTS = ['view', 'cart', 'checkout', 'pay'] as const;
export type EndpointName = (typeof ENDPOINTS)[number];

/** The queueing model of the backend, at this scale: servers, queue places and fan-out capacity shrink with the audience. */
export interface CompiledBackend {
  /** One for each of `ENDPOINTS`. */
  readonly endpoints: readonly CompiledEndpoint[];
  readonly outages: readonly CompiledOutage[];
  readonly fanout: {
    /** Deliveries (one message to one viewer) a second that the fan-out can make; `null`: as many as there are. */
    readonly deliveriesPerSec: number | null;
    /** From publication to arrival when nothing waits. */
    readonly lagMs: number;
    /** Most messages a second that each viewer is sent; what is beyond is not sent to anybody. `null`: all. */
    readonly perViewerPerSec: number | null;
    readonly bytesPerMessage: number;
  };
  /** Connections that one front end holds. Not scaled. */
  readonly connectionsPerFrontEnd: number;
  /** Paths of the scenario that nobody wrote: these figures of the backend are assumptions of ours. */
  readonly assumed: readonly string[];
}

export interface CompiledEndpoint {
  /** Requests served at the same time; `null`: as many as there are, so nobody waits. */
  readonly servers: number | null;
  /** Table of service times, ms. */
  readonly serviceTable: number;
  /** Requests that may wait; the next is refused at once. `null`: no limit. */
  readonly queueLimit: number | null;
  /** The backend gives up a request that has waited so long, before it serves it. `null`: never. */
  readonly timeoutMs: number | null;
  /** Database writes of one served request; for sizing only. */
  readonly writes: number;
}

/**
 * A time in which an endpoint refuses everything. No cue: nobody is told, and with or without it viewers draw the same. An outage of
 * the whole shop is one entry for each endpoint, with the same id.
 */
export interface CompiledOutage {
  /** `outage:checkout#1`. */
  readonly id: string;
  readonly endpoint: number;
  readonly fromMs: number;
  readonly untilMs: number;
}
