import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Crowd } from '../crowd/crowd.ts';
import type { Counter, Trend } from '../metrics/metrics.ts';
import { COUNTER } from '../metrics/series.ts';
import type { RoomIntent, RoomMessage, Target, TargetViewer } from '../targets/target.ts';
import { epochMs, type EventClock } from './clock.ts';
import { FrameCache } from './frame-cache.ts';
import { Link, type LinkEvents } from './link.ts';
import type { Recorder } from './recorder.ts';
import { SeqHistory } from './seq-history.ts';

export interface AudienceParts {
  readonly scenario: CompiledScenario;
  readonly target: Target;
  readonly crowd: () => Crowd;
  readonly clock: EventClock;
  readonly recorder: Recorder;
  readonly viewerOf: (row: number) => TargetViewer;
}

/** A message may be so long on its way before it counts as lost for a viewer who leaves meanwhile. */
const ON_ITS_WAY_MS = 2000;

/** The viewers' sockets: who is in which room, what they send there, and what reaches them. */
export class Audience implements LinkEvents {
  /** Welcomed and still connected. */
  connected = 0;
  peak = 0;
  /** Told when the socket of a row has been welcomed or lost; the ramp listens. */
  settled: ((row: number, welcomed: boolean) => void) | null = null;
  /** By room. */
  readonly seqs: readonly SeqHistory[];
  private readonly parts: AudienceParts;
  private readonly chatLag: Trend;
  private readonly chatReceived: Counter;
  /** Event time of the frame being read. */
  private atMs = 0;
  private readonly links: (Link | undefined)[] = [];
  /** By row: the viewer has been in before, so that its next welcome is a reconnect. */
  private readonly wasIn: boolean[] = [];
  private readonly caches: FrameCache[];
  private readonly cueIndex: Map<string, number>;
  private readonly productIndex: Map<string, number>;

  constructor(parts: AudienceParts) {
    this.parts = parts;
    const { scenario, target, recorder } = parts;
    this.chatLag = recorder.set.trend('chat_lag');
    this.chatReceived = recorder.set.counter('chat_received');
    this.seqs = scenario.rooms.map(() => new SeqHistory());
    this.caches = scenario.rooms.map(() => new FrameCache(target));
    this.cueIndex = new Map(scenario.cues.map((cue, index) => [cue.id, index]));
    this.productIndex = new Map(scenario.products.map((product, index) => [product.id, index]));
  }

  enter(row: number, dueMs: number, attempt: number): void {
    const viewer = this.parts.viewerOf(row);
    this.links[row]?.cut();
    if (attempt === 0) this.wasIn[row] = false;
    this.links[row] = new Link(row, viewer, dueMs, attempt, this.parts.target.socket(viewer), this);
  }

  leave(row: number): void {
    const link = this.links[row];
    if (!link) return;
    const { recorder } = this.parts;
    if (link.state === 'open') {
      this.connected--;
      this.account(link);
      if (recorder.counting) recorder.series.add(COUNTER.leaves, 1);
    }
    link.leave();
    this.links[row] = undefined;
  }

  /** False when the viewer has no open socket. */
  send(row: number, intent: RoomIntent): boolean {
    return this.links[row]?.send(this.parts.target.encodeRoom(intent)) ?? false;
  }

  isConnected(row: number): boolean {
    return this.links[row]?.state === 'open';
  }

  frame(link: Link, data: Buffer): void {
    const arrivedEpochMs = epochMs();
    const { recorder, crowd, clock } = this.parts;
    const room = crowd().rows.room[link.row];
    if (recorder.counting) {
      recorder.series.add(COUNTER.framesReceived, 1);
      recorder.series.add(COUNTER.bytesReceived, data.length);
    }
    const messages = this.decode(room, data);
    this.atMs = clock.now();
    for (let i = 0; i < messages.length; i++) this.message(link, room, messages[i], arrivedEpochMs);
  }

  lost(link: Link): void {
    const wasIn = link.delivery.first >= 0;
    const { recorder, crowd, clock } = this.parts;
    const atMs = clock.now();
    if (wasIn) {
      this.connected--;
      this.account(link);
    } else if (recorder.counting) {
      recorder.set.counter('joins_failed').add(1, recorder.tagged(link.row, -1, atMs));
    }
    this.links[link.row] = undefined;
    if (this.settled) this.settled(link.row, false);
    else crowd().lost(link.row, Math.floor(atMs));
  }

  /** Call often: keeps how far the rooms had come. */
  tick(): void {
    const nowMs = this.parts.clock.now();
    for (const seqs of this.seqs) seqs.tick(nowMs);
  }

  /** Ends everything and accounts for what was delivered, up to the last message of each room. */
  close(lastSeq: readonly number[]): void {
    for (const link of this.links) {
      if (!link) continue;
      if (link.state === 'open') this.account(link, lastSeq[this.parts.crowd().rows.room[link.row]]);
      link.cut();
    }
    this.links.length = 0;
    this.connected = 0;
  }

  /** A frame that the adapter cannot read is passed over: whatever it said, the gap in the sequence shows. */
  private decode(room: number, data: Buffer): readonly RoomMessage[] {
    try {
      return this.caches[room].decode(data);
    } catch {
      return [];
    }
  }

  private message(link: Link, room: number, message: RoomMessage, arrivedEpochMs: number): void {
    switch (message.kind) {
      case 'chat':
        return this.chat(link, room, message.seq, arrivedEpochMs - message.publishedAtMs);
      case 'cue':
        return this.cue(link, message.cueId, arrivedEpochMs - message.publishedAtMs);
      case 'stock':
        return this.stock(link, message.productId, message.left, message.publishedAtMs, arrivedEpochMs);
      case 'welcome':
        return this.welcome(link, room, message.seq, message.openCueIds);
      case 'chat_ack':
        if (!message.ok) this.count('chat_rejected', link.row);
        return;
      default:
        return;
    }
  }

  private welcome(link: Link, room: number, seq: number, openCueIds: readonly string[]): void {
    // A room that welcomes twice has still let in one viewer.
    if (link.state === 'open') return;
    const { recorder, crowd, clock } = this.parts;
    link.welcomed();
    link.delivery.welcome(seq);
    this.seqs[room].saw(seq);
    this.connected++;
    if (this.connected > this.peak) this.peak = this.connected;
    crowd().joined(link.row);
    if (this.settled) this.settled(link.row, true);
    const atMs = clock.now();
    if (recorder.counting) {
      const tags = recorder.tagged(link.row, -1, atMs);
      recorder.set.trend('join_duration').record(atMs - link.dueMs, tags);
      if (!this.wasIn[link.row]) {
        recorder.set.counter('viewers_joined').add(1, tags);
        recorder.series.add(COUNTER.joins, 1);
      } else {
        recorder.set.counter('reconnects').add(1, tags);
        recorder.series.add(COUNTER.reconnects, 1);
      }
    }
    this.wasIn[link.row] = true;
    for (const id of openCueIds) this.react(link.row, this.cueIndex.get(id));
  }

  private chat(link: Link, room: number, seq: number, lagMs: number): void {
    // Nothing is due to a viewer who is not in yet.
    if (link.state !== 'open') return;
    const { recorder } = this.parts;
    const what = link.delivery.receive(seq);
    this.seqs[room].saw(seq);
    if (!recorder.counting) return;
    const tags = recorder.tagged(link.row, -1, this.atMs);
    if (what === 'duplicate') return recorder.set.counter('chat_duplicates').add(1, tags);
    if (what === 'late') recorder.set.counter('chat_reordered').add(1, tags);
    const lag = recorder.lag(lagMs);
    this.chatReceived.add(1, tags);
    this.chatLag.record(lag, tags);
    recorder.series.chatLag.record(lag);
    recorder.series.add(COUNTER.chatReceived, 1);
  }

  private cue(link: Link, cueId: string, lagMs: number): void {
    const { recorder, clock, scenario } = this.parts;
    const index = this.cueIndex.get(cueId);
    if (index === undefined) return;
    if (recorder.counting) {
      const tags = recorder.tagged(link.row, scenario.cues[index].product, clock.now());
      recorder.set.trend('cue_lag').record(recorder.lag(lagMs), tags);
    }
    this.react(link.row, index);
  }

  /** A cue that the viewer sees for the first time, live or in the welcome. */
  private react(row: number, index: number | undefined): void {
    if (index === undefined) return;
    const { crowd, clock, recorder, scenario } = this.parts;
    if (index <= crowd().rows.lastCue[row]) return;
    recorder.cueReceived(index);
    const { product, interest } = scenario.cues[index];
    if (product >= 0 && interest > 0) recorder.funnelAdd(product, 'shown');
    crowd().cue(row, index, Math.floor(clock.now()));
  }

  private stock(link: Link, productId: string, left: number, publishedAtMs: number, arrivedEpochMs: number): void {
    const { recorder, clock } = this.parts;
    const product = this.productIndex.get(productId);
    if (product === undefined || !recorder.counting) return;
    recorder.set
      .trend('stock_lag')
      .record(recorder.lag(arrivedEpochMs - publishedAtMs), recorder.tagged(link.row, product, clock.now()));
    recorder.series.stock(product, left, publishedAtMs);
  }

  private count(name: 'chat_rejected', row: number): void {
    const { recorder, clock } = this.parts;
    if (recorder.counting) recorder.set.counter(name).add(1, recorder.tagged(row, -1, clock.now()));
  }

  /** Without `upTo`: the connection ends in the middle, and what the room had said a moment ago should have arrived. */
  private account({ row, delivery }: Link, upTo?: number): void {
    const { recorder, clock, crowd } = this.parts;
    const nowMs = clock.now();
    const expected = delivery.expected(upTo ?? this.seqs[crowd().rows.room[row]].asOf(nowMs - ON_ITS_WAY_MS));
    if (expected > 0)
      recorder.set.rate('chat_delivery').add(delivery.received, expected, recorder.tagged(row, -1, nowMs));
  }
}
