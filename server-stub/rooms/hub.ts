import type { Bus, BusListener, OpenRoom } from '../bus.ts';
import type { Faults } from '../faults/faults.ts';
import { StaleStock } from '../faults/stale-stock.ts';
import type { StubSettings } from '../options.ts';
import type { BooksAnswer, ChatFrame, CueFrame, CueRequest, StockFrame } from '../protocol.ts';
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

/** All rooms of the show at this instance, what they share (stock), and the timers that tell them of it. */
export class Hub implements BusListener {
  private readonly settings: StubSettings;
  private readonly newAudience: () => Audience<Viewer>;
  private readonly bus: Bus;
  private readonly timers: NodeJS.Timeout[];
  private readonly stockFeed = new StockFeed((frame) => this.tellStock(frame));
  private readonly staleStock: StaleStock;
  private rooms = new Map<string, Room>();

  constructor(settings: StubSettings, newAudience: () => Audience<Viewer>, bus: Bus, faults: Faults) {
    this.settings = settings;
    this.newAudience = newAudience;
    this.bus = bus;
    this.staleStock = new StaleStock(faults);
    bus.listen(this);
    // setInterval takes 0 for 1 ms.
    this.timers = [
      setInterval(() => this.stockFeed.tick(), settings.stockEveryMs),
      setInterval(() => this.eachRoom((room) => room.tellCount()), settings.countEveryMs),
      setInterval(() => this.eachRoom((room) => room.tellLikes()), settings.likesEveryMs),
    ];
  }

  /** Of all instances, as far as this one has heard of them. */
  get viewerCount(): number {
    let viewers = 0;
    for (const room of this.rooms.values()) viewers += room.viewerCount;
    return viewers;
  }

  /** Whether a cue can be told there. */
  hasRoom(id: string): boolean {
    return id === EVERY_ROOM || this.rooms.has(id);
  }

  show(rooms: readonly OpenRoom[]): void {
    this.eachRoom((room) => room.close('the show is over'));
    if (rooms.length === 0) {
      this.stockFeed.clear();
      this.staleStock.forgetAll();
    }
    const open = ({ id, lastSeq }: OpenRoom): Room =>
      new Room(id, this.settings, this.newAudience(), this.bus, lastSeq);
    this.rooms = new Map(rooms.map((room) => [room.id, open(room)]));
  }

  chat(roomId: string, message: ChatFrame): void {
    this.rooms.get(roomId)?.hear(message);
  }

  likes(roomId: string, total: number): void {
    this.rooms.get(roomId)?.likesAre(total);
  }

  viewers(roomId: string, count: number): void {
    this.rooms.get(roomId)?.viewersAre(count);
  }

  stock(level: StockLevel): void {
    this.stockFeed.change(level);
  }

  /** Tells the room of a cue that the shop has applied. */
  cue({ room: roomId, ...cue }: CueRequest, atMs: number): void {
    const { kind, product } = cue;
    // A product has one drop at a time, whatever room it was announced in.
    if ((kind === 'drop' || kind === 'close') && product !== undefined) {
      this.eachRoom((room) => room.cues.endDrop(product));
      this.staleStock.forget(product);
    }
    const frame: CueFrame = { t: 'cue', at: atMs, ...cue };
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
    room.enter(viewer, (product) => this.stockFeed.left(product));
    return new Visit(room, viewer);
  }

  /** Of all instances. */
  async books(): Promise<BooksAnswer['rooms']> {
    const bookOf = async ({ id, cueCount }: Room) => {
      const { lastSeq, likes, slowConsumersDropped, peakViewers } = await this.bus.totals(id);
      return { id, messages: lastSeq, lastSeq, cues: cueCount, likes, slowConsumersDropped, peakViewers };
    };
    return Promise.all([...this.rooms.values()].map(bookOf));
  }

  /** Of all instances, as the bus knows it now. */
  async totalViewers(): Promise<number> {
    const totals = await Promise.all([...this.rooms.keys()].map((id) => this.bus.totals(id)));
    return totals.reduce((sum, { viewers }) => sum + viewers, 0);
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.eachRoom((room) => room.close('the server is closing'));
  }

  private tellStock(stock: StockFrame): void {
    const frame = encodeFrame(this.staleStock.alter(stock));
    this.eachRoom((room) => room.broadcast(frame, 'stock'));
  }

  private eachRoom(visit: (room: Room) => void): void {
    for (const room of this.rooms.values()) visit(room);
  }
}
