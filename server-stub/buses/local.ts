import type { Bus, BusListener, RoomTotals, Utterance } from '../bus.ts';
import { NO_TOTALS } from '../bus.ts';
import type { CueRequest } from '../protocol.ts';
import type { StockLevel } from '../store.ts';

/** All is done when a call returns, so one promise is enough for all. */
const DONE = Promise.resolve();

/** The bus of one instance alone: hands everything straight back, within the call. */
export class LocalBus implements Bus {
  private listener: BusListener | null = null;
  private rooms = new Map<string, { -readonly [Name in keyof RoomTotals]: RoomTotals[Name] }>();

  listen(listener: BusListener): void {
    this.listener = listener;
  }

  join(): Promise<void> {
    return DONE;
  }

  say(roomId: string, message: Utterance): null {
    const room = this.rooms.get(roomId);
    if (room !== undefined) this.listener?.chat(roomId, { t: 'chat', seq: ++room.lastSeq, ...message });
    return null;
  }

  like(roomId: string, count: number): void {
    const room = this.rooms.get(roomId);
    if (room === undefined) return;
    room.likes += count;
    this.listener?.likes(roomId, room.likes);
  }

  present(roomId: string, count: number): void {
    const room = this.rooms.get(roomId);
    if (room === undefined) return;
    room.viewers = count;
    room.peakViewers = Math.max(room.peakViewers, count);
    this.listener?.viewers(roomId, count);
  }

  slowConsumer(roomId: string): void {
    const room = this.rooms.get(roomId);
    if (room !== undefined) room.slowConsumersDropped++;
  }

  cue(cue: CueRequest, atMs: number): Promise<void> {
    this.listener?.cue(cue, atMs);
    return DONE;
  }

  stock(level: StockLevel): void {
    this.listener?.stock(level);
  }

  show(roomIds: readonly string[]): Promise<void> {
    // What the rooms of before say when they close still counts for them.
    this.listener?.show(roomIds.map((id) => ({ id, lastSeq: 0 })));
    this.rooms = new Map(roomIds.map((id) => [id, { ...NO_TOTALS }]));
    return DONE;
  }

  async totals(roomId: string): Promise<RoomTotals> {
    return { ...(this.rooms.get(roomId) ?? NO_TOTALS) };
  }

  close(): Promise<void> {
    return DONE;
  }
}
