import { nowMs } from '../clock.ts';
import type { StubSettings } from '../options.ts';
import type { BooksAnswer, CueFrame, CueRequest } from '../protocol.ts';
import type { StockLevel } from '../store.ts';
import type { Audience } from './audience.ts';
import { encodeFrame } from './frame.ts';
import { Limiter } from './limiter.ts';
import { CLOSE, type Line } from './line.ts';
import { Room } from './room.ts';
import { StockFeed } from './stock-feed.ts';
import { Viewer } from './viewer.ts';
import { Visit } from './visit.ts';

/** In a cue, instead of the id of a room. */
const EVERY_ROOM = '*';

/** All rooms of the show, what they share (stock), and the timers that tell them of it. */
export class Hub {
  private readonly settings: StubSettings;
  private readonly newAudience: () => Audience<Viewer>;
  private readonly timers: NodeJS.Timeout[];
  private readonly stock = new StockFeed((frame) => this.broadcast(encodeFrame(frame)));
  private rooms = new Map<string, Room>();

  constructor(settings: StubSettings, newAudience: () => Audience<Viewer>) {
    this.settings = settings;
    this.newAudience = newAudience;
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
    this.rooms = new Map(ids.map((id) => [id, new Room(id, this.settings, this.newAudience())]));
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

  /** A connection that is now open. Null when there is no such room: then it is closed. */
  enter(roomId: string, who: { id: string; name: string }, line: Line): Visit | null {
    const room = this.rooms.get(roomId);
    if (room === undefined) {
      line.close(CLOSE.noSuchRoom, 'no such room');
      return null;
    }
    const { messages, perMs } = this.settings.chatPerViewer;
    const viewer = new Viewer(who, line, new Limiter(messages, perMs));
    room.enter(viewer, (product) => this.stock.left(product));
    return new Visit(room, viewer);
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
