/**
 * What the instances of a shop tell each other, so that a room is one room whoever holds its sockets. One instance alone has a
 * `LocalBus`, which hands everything straight back; several share one through Redis (`buses/redis.ts`).
 *
 * What is published reaches the publisher, too, in the same order as all others.
 */
import type { ChatFrame, CueRequest } from './protocol.ts';
import type { StockLevel } from './store.ts';

/** A message that has no number yet: the bus gives it one. */
export type Utterance = Omit<ChatFrame, 't' | 'seq'>;

export interface BusListener {
  /** A chat message or a gift, numbered without gaps in its room. */
  chat(roomId: string, message: ChatFrame): void;
  likes(roomId: string, total: number): void;
  /** Of all instances together. */
  viewers(roomId: string, count: number): void;
  cue(cue: CueRequest, atMs: number): void;
  stock(level: StockLevel): void;
  /** Another show begins: everybody is sent away, and these rooms open. Without rooms: the show is over, its stock is forgotten. */
  show(rooms: readonly OpenRoom[]): void;
}

export interface OpenRoom {
  readonly id: string;
  /** Number of its last message: above 0 for an instance that joins a show that is on. */
  readonly lastSeq: number;
}

export interface RoomTotals {
  readonly lastSeq: number;
  readonly likes: number;
  readonly viewers: number;
  /** Of all counts that were told: with several instances a peak between two of them is not seen. */
  readonly peakViewers: number;
  readonly slowConsumersDropped: number;
}

export const NO_TOTALS: RoomTotals = { lastSeq: 0, likes: 0, viewers: 0, peakViewers: 0, slowConsumersDropped: 0 };

export interface Bus {
  /** One listener; call before anything is published. */
  listen(listener: BusListener): void;
  /** Tells the listener of the show that is on, if there is one: its rooms, cues and stock. */
  join(): Promise<void>;
  /**
   * Resolves when the message has its number: from then on it is in the books and will reach the rooms. `null`: it has it already, and
   * the listener was called.
   */
  say(roomId: string, message: Utterance): Promise<void> | null;
  like(roomId: string, count: number): void;
  /** How many viewers this instance holds in the room now. */
  present(roomId: string, count: number): void;
  /** A viewer of this instance was too slow and was dropped. */
  slowConsumer(roomId: string): void;
  cue(cue: CueRequest, atMs: number): Promise<void>;
  stock(level: StockLevel): void;
  /** Clears all rooms, their numbers too, everywhere. Resolves when the instances have them. */
  show(roomIds: readonly string[]): Promise<void>;
  totals(roomId: string): Promise<RoomTotals>;
  close(): Promise<void>;
}
