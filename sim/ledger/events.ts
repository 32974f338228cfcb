/**
 * The history on disk: NDJSON, one event a line, in the folder `history` of the results: `host.ndjson` by the coordinator,
 * `worker-<shard>.ndjson` by each worker. Names are short because there are millions of lines; times are event time in ms.
 * What is absent is null. A reader passes over events that it does not know; fields are only ever added.
 */
import type { GivenCue, Show, StepKind, TargetPromises } from './history.ts';

export const HISTORY_FORMAT = 'flashcrowd/history';
export const HISTORY_VERSION = 1;
export const HISTORY_FOLDER = 'history';
/** The number of the coordinator's file among those of the workers. */
export const COORDINATOR = -1;

/** First line of every file. */
export interface BeginEvent {
  readonly e: 'begin';
  readonly format: typeof HISTORY_FORMAT;
  readonly version: typeof HISTORY_VERSION;
  readonly runId: string;
  /** Of a worker, or COORDINATOR. */
  readonly shard: number;
  readonly shards: number;
  readonly fromMs: number;
}

/* ---- by the coordinator ---- */

export interface ShowEvent {
  readonly e: 'show';
  readonly show: Show;
  readonly target: TargetPromises;
}
/** The window begins. */
export interface GoEvent {
  readonly e: 'go';
  /** Epoch ms minus event time. */
  readonly epochOffsetMs: number;
}
/** A cue goes out. What its `cue` says later takes its place. */
export interface GiveEvent extends GivenCue {
  readonly e: 'give';
}
export interface CueEvent extends GivenCue {
  readonly e: 'cue';
}
/** A worker ended before its time. */
export interface DiedEvent {
  readonly e: 'died';
  readonly shard: number;
  readonly how: string;
}
/** Seconds in which the generator could not keep up. */
export interface InvalidEvent {
  readonly e: 'invalid';
  readonly fromMs: number;
  readonly untilMs: number;
}

/* ---- by workers ---- */

/** `v` viewer, `r` room, `q` number of the last message before. */
export interface EnterEvent {
  readonly e: 'enter';
  readonly at: number;
  readonly v: string;
  readonly r: string;
  readonly q: number;
}
/** What a viewer got in a room: `q` last number due, `n` received, `d` duplicates, `o` out of order, `m` missing, `c` cues. */
interface Got {
  readonly v: string;
  readonly r: string;
  readonly q: number;
  readonly n: number;
  readonly d?: number;
  readonly o?: number;
  readonly m?: readonly (readonly [number, number])[];
  readonly c: readonly string[];
}
/** `h` how (left, lost, end), `l` late messages. */
export interface LeaveEvent extends Got {
  readonly e: 'leave';
  readonly at: number;
  readonly h: 'left' | 'lost' | 'end';
  readonly l?: number;
}
/**
 * Once a second: all who are in room `r` have got what was due to them up to message `q`, and were shown the cues `c`, but for those of whom a
 * `here` says otherwise. No `q`: what was due to whom is told at the end of a visit only.
 */
export interface RoomEvent {
  readonly e: 'room';
  readonly at: number;
  /** What was said up to then, to somebody who was in, has arrived or never does: cues are owed up to then. */
  readonly u: number;
  readonly r: string;
  readonly q?: number;
  readonly c: readonly string[];
}
/** Somebody who is in has got something twice, out of order or not at all: as `leave`, so far. */
export interface HereEvent extends Got {
  readonly e: 'here';
  readonly at: number;
  /** As in `room`. */
  readonly u: number;
  /** 1: so much is missing that no more is told of this one before it leaves. */
  readonly z?: 1;
}
/** A chat message or a gift was sent. */
export interface ChatEvent {
  readonly e: 'chat';
  readonly at: number;
  readonly v: string;
  readonly ref: number;
}
/** A request leaves. `p` purchase, `s` step, `a` attempt, `x` product, `u` units, `cp` coupon. Written before the answer can come. */
export interface SentEvent {
  readonly e: 'sent';
  readonly at: number;
  readonly v: string;
  readonly p: string;
  readonly s: StepKind;
  readonly a: number;
  readonly x: string;
  readonly k?: string;
  readonly u?: number;
  readonly cp?: string;
}
/** How it ended; the pair of the `sent` with the same `p`, `s`, `a`. `o` outcome (ok, rejected, unknown), `c` code, `h` HTTP status. */
export interface ToldEvent {
  readonly e: 'told';
  readonly at: number;
  readonly p: string;
  readonly s: StepKind;
  readonly a: number;
  readonly o: 'ok' | 'rejected' | 'unknown';
  readonly c: string;
  readonly h?: number;
  /** 1: it never left this machine. */
  readonly un?: 1;
  readonly cart?: string;
  readonly order?: string;
  readonly pay?: string;
  readonly u?: number;
  readonly price?: number;
  readonly off?: number;
  readonly amount?: number;
}
/** A stock figure, once a worker. */
export interface StockEvent {
  readonly e: 'stock';
  /** When it was published, by the backend's clock. */
  readonly at: number;
  /** When the first viewer of this worker saw it, by ours. Histories of old have none. */
  readonly seen?: number;
  readonly x: string;
  readonly left: number;
}

/**
 * Last line of a file that is whole. `lost`: events that could not be written (the disk was full). The coordinator writes its own after
 * the drain and the audit.
 */
export interface EndEvent {
  readonly e: 'end';
  readonly at: number;
  readonly lost?: number;
}

export type HistoryEvent =
  | BeginEvent
  | ShowEvent
  | GoEvent
  | GiveEvent
  | CueEvent
  | DiedEvent
  | InvalidEvent
  | EnterEvent
  | LeaveEvent
  | RoomEvent
  | HereEvent
  | ChatEvent
  | SentEvent
  | ToldEvent
  | StockEvent
  | EndEvent;
