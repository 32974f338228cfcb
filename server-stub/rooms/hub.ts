import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { nowMs } from '../clock.ts';
import type { StubSettings } from '../options.ts';
import type { BooksAnswer, CueFrame, CueRequest } from '../protocol.ts';
import type { StockLevel } from '../store.ts';
import { parseClientFrame } from './client-frame.ts';
import { encodeFrame } from './frame.ts';
import { Limiter } from './limiter.ts';
import { Room } from './room.ts';
import { StockFeed } from './stock-feed.ts';
import { CLOSE, Viewer } from './viewer.ts';

/** In a cue, instead of the id of a room. */
const EVERY_ROOM = '*';

/** All rooms of the show, what they share (stock), and the timers that tell them of it. */
export class Hub {
  private readonly settings: StubSettings;
  private readonly timers: NodeJS.Timeout[];
  private readonly stock = new StockFeed((frame) => this.broadcast(encodeFrame(frame)));
  private rooms = new Map<string, Room>();

  constructor(settings: StubSettings) {
    this.settings = settings;
    // setInterval takes 0 for 1 ms.
    this.timers = [
      setInterval(() => this.stock.tick(), settings.stockEveryMs),
      setInterval(() => this.eachRoom((room) => room.tellCount()), settings.countEveryMs),
      setInterval(() => this.eachRoom((room) => room.tellLikes()), settings.likesEveryMs),
    ];
  }

  get viewerCount(): number {
    let viewers = 0;
    for (const room of this.rooms.values()) viewers += room.viewerCount;
    return viewers;
  }

  /** Whether a cue can be told there. */
  hasRoom(id: string): boolean {
    return id === EVERY_ROOM || this.rooms.has(id);
  }

  /** Sends all viewers away and forgets the rooms and the stock. */
  clear(): void {
    this.eachRoom((room) => room.close('the show is over'));
    this.rooms = new Map();
    this.stock.clear();
  }

  openRooms(ids: readonly string[]): void {
    this.rooms = new Map(ids.map((id) => [id, new Room(id, this.settings)]));
  }

  stockChanged(level: StockLevel): void {
    this.stock.change(level);
  }

  /** Tells the room of a cue that the shop has applied. The room must exist. */
  publishCue({ room: roomId, ...cue }: CueRequest): void {
    const { kind, product } = cue;
    // A product has one drop at a time, whatever room it was announced in.
    if ((kind === 'drop' || kind === 'close') && product !== undefined) {
      this.eachRoom((room) => room.cues.endDrop(product));
    }
    const frame: CueFrame = { t: 'cue', at: nowMs(), ...cue };
    if (roomId === EVERY_ROOM) this.eachRoom((room) => room.publishCue(frame));
    else this.rooms.get(roomId)?.publishCue(frame);
  }

  /** A socket that is now open. `socket` is the one below `ws`. */
  enter(roomId: string, who: { id: string; name: string }, ws: WebSocket, socket: Socket): void {
    ws.on('error', (error) => this.settings.logger.debug({ err: error, viewer: who.id }, 'socket failed'));
    const room = this.rooms.get(roomId);
    if (room === undefined) {
      ws.close(CLOSE.noSuchRoom, 'no such room');
      return;
    }
    const { messages, perMs } = this.settings.chatPerViewer;
    const viewer = new Viewer(who, ws, socket, new Limiter(messages, perMs));
    ws.on('close', () => room.leave(viewer));
    ws.on('message', (data, isBinary) => {
      // Sent away already: what is still on the line no longer counts.
      if (viewer.slot < 0) return;
      const frame = isBinary ? null : parseClientFrame(String(data));
      if (frame === null) room.sendAway(viewer, CLOSE.malformed, 'malformed frame');
      else room.receive(viewer, frame);
    });
    room.enter(viewer, (product) => this.stock.left(product));
  }

  books(): BooksAnswer['rooms'] {
    return [...this.rooms.values()].map((room) => room.books());
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.eachRoom((room) => room.close('the server is closing'));
  }

  private broadcast(frame: Buffer): void {
    this.eachRoom((room) => room.broadcast(frame));
  }

  private eachRoom(visit: (room: Room) => void): void {
    for (const room of this.rooms.values()) visit(room);
  }
}
