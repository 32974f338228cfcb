import { setTimeout as delay } from 'node:timers/promises';
import type { Bus, BusListener, RoomTotals, Utterance } from '../../bus.ts';
import type { ChatFrame, CueRequest } from '../../protocol.ts';
import { RedisLink, type Script } from '../../redis/link.ts';
import type { StockLevel } from '../../store.ts';
import { Unavailable } from '../../unavailable.ts';
import { Attendance } from './attendance.ts';
import type { Message, Snapshot } from './messages.ts';
import { RollCall } from './roll-call.ts';
import { SCRIPTS } from './scripts.ts';

interface RedisBusOptions {
  /** `redis://[user:password@]host[:port][/database]` */
  readonly url: string;
  /** Begins every key, and is the name of the channel. It should hold one hash tag, such as `{flashcrowd}:bus:`. */
  readonly prefix: string;
  /** Of this instance; no two may be the same. */
  readonly instance: string;
  /** How often the instances tell each other how many viewers they hold. */
  readonly countEveryMs: number;
  /** How often likes are added up. */
  readonly likesEveryMs: number;
  readonly now: () => number;
}

/** An instance that misses three counts is dead, but a short pause of a busy process is no death. */
const MISSED_COUNTS = 3;
const SHORTEST_LIFE_MS = 1500;
const SHOW_WITHIN_MS = 2000;
const RETRY_MS = 200;

/**
 * The bus of several instances: pub/sub on one channel of Redis. A message gets its number and is published in one script, so numbers
 * and order agree everywhere. Rooms, cues and stock are kept, for those who join later. What was said while this instance had lost its
 * connection is lost to its viewers: they see a gap in the numbers.
 */
export class RedisBus implements Bus {
  private readonly options: RedisBusOptions;
  private readonly link: RedisLink;
  private readonly ears: RedisLink;
  private readonly lifeMs: number;
  private readonly attendance: Attendance;
  private readonly rollCall = new RollCall();
  private readonly timers: NodeJS.Timeout[];
  private listener: BusListener | null = null;
  private epoch = 0;
  private cuesHeard = 0;
  private lastSeqs = new Map<string, number>();
  private likesWaiting = new Map<string, number>();
  private stockWaiting = new Map<string, StockLevel>();
  private tellingStock = false;
  /** What arrives until the state of the show is known; null when it is. */
  private held: Message[] | null = [];
  private joining: Promise<void> = Promise.resolve();
  private closed = false;

  private constructor(options: RedisBusOptions, link: RedisLink, ears: RedisLink) {
    this.options = options;
    this.link = link;
    this.ears = ears;
    this.lifeMs = Math.max(MISSED_COUNTS * options.countEveryMs, SHORTEST_LIFE_MS);
    this.attendance = new Attendance(this.lifeMs);
    this.timers = [
      setInterval(() => quietly(this.beat()), options.countEveryMs),
      setInterval(() => quietly(this.addLikes()), options.likesEveryMs),
    ];
  }

  /** @throws Unavailable */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const link = await RedisLink.connect(options.url);
    const ears = await RedisLink.connect(options.url).catch((error: unknown) => {
      link.close();
      throw error;
    });
    const bus = new RedisBus(options, link, ears);
    try {
      await ears.subscribe(
        options.prefix,
        (text) => bus.arrived(JSON.parse(text) as Message),
        () => quietly(bus.rejoin()),
      );
    } catch (error) {
      await bus.close();
      throw error;
    }
    return bus;
  }

  listen(listener: BusListener): void {
    this.listener = listener;
  }

  async join(): Promise<void> {
    // One after the other: each hands on what was held, and begins to hold anew.
    const mine = this.joining.then(() => this.catchUp());
    this.joining = mine.catch(() => {});
    await mine;
    // Whoever has begun the show may wait for this instance, which has heard of it only now.
    await Promise.all([this.run(SCRIPTS.seen, [this.options.instance]), this.beat()]);
  }

  async say(roomId: string, message: Utterance): Promise<void> {
    const rest = JSON.stringify(message).slice(1);
    const seq = await this.run<number>(SCRIPTS.say, [roomId, JSON.stringify(roomId), rest]);
    if (seq === 0) throw new Unavailable('another show has begun');
  }

  like(roomId: string, count: number): void {
    this.likesWaiting.set(roomId, (this.likesWaiting.get(roomId) ?? 0) + count);
  }

  present(roomId: string, count: number): void {
    const wasEmpty = (this.attendance.here.get(roomId) ?? 0) === 0;
    this.attendance.setOwn(roomId, count);
    // Whoever wants to begin another show must know at once that somebody is there.
    if (wasEmpty && count > 0) quietly(this.beat());
    this.listener?.viewers(roomId, this.attendance.total(roomId));
  }

  slowConsumer(roomId: string): void {
    quietly(this.run(SCRIPTS.slowConsumer, [roomId]));
  }

  async cue(cue: CueRequest, atMs: number): Promise<void> {
    const rest = JSON.stringify({ cue, at: atMs }).slice(1, -1);
    if ((await this.run<number>(SCRIPTS.cue, [rest])) === 0) throw new Unavailable('another show has begun');
  }

  stock(level: StockLevel): void {
    const waiting = this.stockWaiting.get(level.product);
    if (waiting !== undefined && (level.version ?? 0) < (waiting.version ?? 0)) return;
    this.stockWaiting.set(level.product, level);
    if (!this.tellingStock) void this.tellStock();
  }

  async show(roomIds: readonly string[]): Promise<void> {
    const args = [String(this.lifeMs), JSON.stringify(roomIds), ...roomIds];
    const [epoch, living] = await this.run<[string, string[]]>(SCRIPTS.show, args);
    const { instance } = this.options;
    const missing = await this.rollCall.missing(Number(epoch), [...new Set([...living, instance])], SHOW_WITHIN_MS);
    if (missing.includes(instance)) throw new Unavailable('this instance has not heard of the show');
  }

  async totals(roomId: string): Promise<RoomTotals> {
    await Promise.all([this.beat(), this.addLikes()]);
    const numbers = (await this.run<string[]>(SCRIPTS.totals, [roomId])).map(Number);
    const [lastSeq, likes, viewers, peakViewers, slowConsumersDropped] = numbers;
    return { lastSeq, likes, viewers, peakViewers, slowConsumersDropped };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    await this.run(SCRIPTS.leave, [this.options.instance]).catch(() => {});
    this.ears.close();
    this.link.close();
  }

  private run<T>(script: Script, args: readonly string[] = []): Promise<T> {
    const { prefix } = this.options;
    return this.link.run(script, [prefix], [prefix, String(this.epoch), ...args]) as Promise<T>;
  }

  private arrived(message: Message): void {
    if (this.held === null) this.hear(message);
    else this.held.push(message);
  }

  private hear(message: Message): void {
    if (message.k === 'seen') return this.rollCall.hear(message.e, message.from);
    if (message.k === 'show') return this.hearShow(message.e, message.rooms);
    if (message.k === 'stock') return this.listener?.stock(message.level);
    if (message.e !== this.epoch) return;
    if (message.k === 'chat') this.hearChat(message.room, message.m);
    else if (message.k === 'likes') this.listener?.likes(message.room, message.total);
    else if (message.k === 'cue') this.hearCue(message.n, message.cue, message.at);
    else if (message.from !== this.options.instance) {
      this.tellViewers(this.attendance.setOther(message.from, message.rooms, this.options.now()));
    }
  }

  private hearShow(epoch: number, roomIds: readonly string[]): void {
    if (epoch <= this.epoch) return;
    this.begin(epoch);
    this.listener?.show(roomIds.map((id) => ({ id, lastSeq: 0 })));
    quietly(this.run(SCRIPTS.seen, [this.options.instance]));
  }

  private begin(epoch: number): void {
    this.epoch = epoch;
    this.cuesHeard = 0;
    this.lastSeqs = new Map();
    this.likesWaiting = new Map();
    this.attendance.clear();
  }

  /** What was part of the snapshot comes again when it was published before this instance had read that. */
  private hearChat(roomId: string, message: ChatFrame): void {
    if (message.seq <= (this.lastSeqs.get(roomId) ?? 0)) return;
    this.lastSeqs.set(roomId, message.seq);
    this.listener?.chat(roomId, message);
  }

  private hearCue(number: number, cue: CueRequest, atMs: number): void {
    if (number <= this.cuesHeard) return;
    // Some were missed: they come with the snapshot, this one too.
    if (number > this.cuesHeard + 1) return quietly(this.rejoin());
    this.cuesHeard = number;
    this.listener?.cue(cue, atMs);
  }

  private tellViewers(roomIds: Iterable<string>): void {
    for (const id of roomIds) this.listener?.viewers(id, this.attendance.total(id));
  }

  private async beat(): Promise<void> {
    this.tellViewers(this.attendance.expire(this.options.now()));
    const { here } = this.attendance;
    const pairs = [...here].flatMap(([id, count]) => [id, String(count)]);
    const counts = JSON.stringify(Object.fromEntries(here));
    await this.run(SCRIPTS.beat, [this.options.instance, String(this.lifeMs), counts, ...pairs]);
  }

  /** Likes that could not be added wait for the next time. */
  private async addLikes(): Promise<void> {
    const { epoch, likesWaiting } = this;
    this.likesWaiting = new Map();
    const add = async ([id, count]: [string, number]): Promise<void> => {
      try {
        await this.run(SCRIPTS.like, [id, JSON.stringify(id), String(count)]);
      } catch (error) {
        if (epoch === this.epoch) this.like(id, count);
        throw error;
      }
    };
    await Promise.all([...likesWaiting].map(add));
  }

  /** The newest level of each product, one script at a time: a rush makes few messages. */
  private async tellStock(): Promise<void> {
    this.tellingStock = true;
    while (this.stockWaiting.size > 0 && !this.closed) {
      const told = [...this.stockWaiting.values()];
      this.stockWaiting = new Map();
      try {
        await this.run(
          SCRIPTS.stock,
          told.map((level) => JSON.stringify(level)),
        );
      } catch {
        // The last level of a product is what it stays at, so it must not get lost.
        for (const level of told)
          if (!this.stockWaiting.has(level.product)) this.stockWaiting.set(level.product, level);
        await delay(RETRY_MS);
      }
    }
    this.tellingStock = false;
  }

  /** What is known of the show that is on, and after that what has arrived since. */
  private async catchUp(): Promise<void> {
    this.held ??= [];
    const [epoch, rooms, cues, stock] = await this.run<Snapshot>(SCRIPTS.snapshot);
    if (Number(epoch) !== this.epoch) {
      this.begin(Number(epoch));
      this.lastSeqs = new Map(rooms.map(([id, seq]) => [id, Number(seq)]));
      this.listener?.show([]);
      this.listener?.show(rooms.map(([id, seq]) => ({ id, lastSeq: Number(seq) })));
    }
    for (const level of stock) this.listener?.stock(JSON.parse(level) as StockLevel);
    for (const text of cues.slice(this.cuesHeard)) {
      const { cue, at } = JSON.parse(text) as { cue: CueRequest; at: number };
      this.listener?.cue(cue, at);
    }
    this.cuesHeard = cues.length;
    for (const [id, , likes] of rooms) this.listener?.likes(id, Number(likes));
    const { held } = this;
    this.held = null;
    for (const message of held) this.hear(message);
  }

  /** After the connection was lost: chat is gone, but not cues, stock, or another show. */
  private async rejoin(): Promise<void> {
    this.held ??= [];
    while (!this.closed) {
      try {
        return await this.join();
      } catch {
        await delay(RETRY_MS);
      }
    }
  }
}

/** What nobody waits for: the next one will do. */
function quietly(work: Promise<unknown>): void {
  work.catch(() => {});
}
