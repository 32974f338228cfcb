import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Crowd } from '../crowd/crowd.ts';
import { chance, draw, PURPOSE } from '../crowd/rng.ts';
import { COUNTER } from '../metrics/series.ts';
import type { RoomIntent, Target, TargetViewer } from '../targets/target.ts';
import { BulkReader } from './bulk-reader.ts';
import { epochMs, type EventClock } from './clock.ts';
import { FrameCache } from './frame-cache.ts';
import { Hearing } from './hearing.ts';
import type { StockLog } from './history/stock-log.ts';
import type { VisitLog } from './history/visits.ts';
import { Link, type LinkEvents } from './link.ts';
import type { ReceivingSetup } from './messages.ts';
import { ReadMemory } from './read-memory.ts';
import type { Recorder } from './recorder.ts';
import { SeqHistory } from './seq-history.ts';
import { Deadlines } from './wire/deadlines.ts';
import type { Dialer } from './wire/wire.ts';

export interface AudienceParts {
  readonly scenario: CompiledScenario;
  readonly target: Target;
  readonly dialer: Dialer;
  readonly receiving: ReceivingSetup;
  readonly crowd: () => Crowd;
  /** Call when the crowd has been told something: what follows may be due soon. */
  readonly nudge: () => void;
  readonly clock: EventClock;
  readonly recorder: Recorder;
  readonly viewerOf: (row: number) => TargetViewer;
  readonly visitLog: VisitLog;
  readonly stockLog: StockLog;
}

/** A room that does not welcome a viewer within this has not let it in. */
const WELCOME_TIMEOUT_MS = 10_000;
const WELCOME_COARSE_MS = 250;
/** A message may be so long on its way before it counts as lost for a viewer who leaves meanwhile. */
const ON_ITS_WAY_MS = 2000;

/** The viewers' sockets: who is in which room, and what goes in and out. */
export class Audience implements LinkEvents {
  /** Welcomed and still connected. */
  connected = 0;
  peak = 0;
  /** Told when the socket of a row has been welcomed or lost; the ramp listens. */
  settled: ((row: number, welcomed: boolean) => void) | null = null;
  /** By room. */
  readonly seqs: readonly SeqHistory[];
  private readonly parts: AudienceParts;
  private readonly hearing: Hearing;
  private readonly bulk: BulkReader;
  private readonly welcomes = new Deadlines(WELCOME_TIMEOUT_MS, WELCOME_COARSE_MS);
  private readonly links: (Link | undefined)[] = [];
  /** By row: the viewer has been in before, so that its next welcome is a reconnect. */
  private readonly wasIn: boolean[] = [];
  private readonly caches: readonly FrameCache[];
  /** By room: of probes, and of those who are read in batches, whose reads are others. */
  private readonly memories: readonly { readonly probes: ReadMemory; readonly bulk: ReadMemory }[];
  /** By room: viewers who are in. */
  private readonly present: Int32Array;

  constructor(parts: AudienceParts) {
    const { scenario, target, receiving } = parts;
    this.parts = parts;
    this.seqs = scenario.rooms.map(() => new SeqHistory());
    this.caches = scenario.rooms.map(() => new FrameCache(target));
    this.memories = scenario.rooms.map(() => ({ probes: new ReadMemory(), bulk: new ReadMemory() }));
    this.present = new Int32Array(scenario.rooms.length);
    this.hearing = new Hearing(parts, this.seqs, (link, room) => this.welcome(link, room));
    this.bulk = new BulkReader(receiving.bulkEveryMs);
  }

  enter(row: number, dueMs: number, attempt: number): void {
    const { target, dialer, viewerOf } = this.parts;
    this.links[row]?.cut();
    if (attempt === 0) this.wasIn[row] = false;
    const viewer = { row, dueMs, isProbe: this.isProbe(row) };
    this.links[row] = new Link(viewer, target.socket(viewerOf(row)), dialer, this.welcomes, this);
  }

  leave(row: number): void {
    const link = this.links[row];
    if (!link) return;
    const { recorder } = this.parts;
    if (link.state === 'open') {
      this.left(link, 'left');
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

  recognised(link: Link, buffer: Buffer, start: number, end: number): boolean {
    const { recorder, crowd } = this.parts;
    const room = crowd().rows.room[link.row];
    // Who is alone reads what nobody has read before.
    if (this.present[room] <= 1) return false;
    const memory = this.memoryOf(link, room);
    // Nothing is due to a viewer who is not in yet.
    const read = link.state === 'open' ? memory.find(link.delivery.last + 1, buffer, start, end) : null;
    if (read === null) {
      memory.begin();
      return false;
    }
    const arrivedEpochMs = epochMs();
    if (recorder.counting) {
      recorder.series.add(COUNTER.framesReceived, read.frames);
      recorder.series.add(COUNTER.bytesReceived, read.payloadBytes);
    }
    if (!link.isProbe) this.bulk.read(link, arrivedEpochMs);
    link.turn = read.turn;
    this.hearing.hearRead(link, room, read, arrivedEpochMs);
    return true;
  }

  scanned(link: Link, buffer: Buffer, start: number, end: number): void {
    const room = this.parts.crowd().rows.room[link.row];
    if (this.present[room] > 1) this.memoryOf(link, room).learn(buffer, start, end);
  }

  frame(link: Link, buffer: Buffer, start: number, end: number, isBinary: boolean): void {
    const arrivedEpochMs = epochMs();
    const { recorder, crowd } = this.parts;
    const room = crowd().rows.room[link.row];
    if (recorder.counting) {
      recorder.series.add(COUNTER.framesReceived, 1);
      recorder.series.add(COUNTER.bytesReceived, end - start);
    }
    // Who is not in yet is read at once: its welcome may be next.
    if (!link.isProbe && link.state === 'open') this.bulk.read(link, arrivedEpochMs);
    const frame = this.read(link, room, buffer, start, end, isBinary);
    if (frame === null) return;
    if (frame.turn > 0) link.turn = frame.turn;
    if (this.present[room] > 1) this.memoryOf(link, room).add(frame, end - start);
    this.hearing.hear(link, room, frame, arrivedEpochMs);
  }

  lost(link: Link): void {
    const wasIn = link.delivery.first >= 0;
    const { recorder, crowd, clock, nudge } = this.parts;
    const atMs = clock.now();
    if (wasIn) this.left(link, 'lost');
    else if (recorder.counting) {
      recorder.set.counter('joins_failed').add(1, recorder.tagged(link.row, -1, atMs));
    }
    this.links[link.row] = undefined;
    if (this.settled) this.settled(link.row, false);
    else {
      crowd().lost(link.row, Math.floor(atMs));
      nudge();
    }
  }

  /** The window begins: from now on those who are no probes may be read in batches. */
  begin(): void {
    if (this.parts.receiving.probeShare < 1) this.bulk.start();
  }

  /** Call often: keeps how far the rooms had come. */
  tick(): void {
    const nowMs = this.parts.clock.now();
    for (const seqs of this.seqs) seqs.tick(nowMs);
  }

  /** The window is over: what still comes is read at once. */
  end(): void {
    this.bulk.stop();
  }

  /** Ends everything and accounts for what was delivered, up to the last message of each room. */
  close(lastSeq: readonly number[]): void {
    for (const link of this.links) {
      if (!link) continue;
      if (link.state === 'open') this.account(link, 'end', lastSeq[this.parts.crowd().rows.room[link.row]]);
      link.cut();
    }
    this.links.length = 0;
    this.connected = 0;
    this.present.fill(0);
  }

  /** The same viewers in every run of a seed. */
  private isProbe(row: number): boolean {
    const { receiving, crowd } = this.parts;
    const { keyA, keyB } = crowd().rows;
    return receiving.probeShare >= 1 || chance(draw(keyA[row], keyB[row], PURPOSE.probe, 0), receiving.probeShare);
  }

  /**
   * Null for what cannot be read. A frame that the adapter cannot read is passed over: whatever it said, the gap in the sequence
   * shows. Text that is not UTF-8 ends the line.
   */
  private read(link: Link, room: number, buffer: Buffer, start: number, end: number, isBinary: boolean) {
    try {
      const frame = this.caches[room].read(buffer, start, end, isBinary, link.turn, this.present[room] <= 1);
      if (frame === null) link.refuseText();
      return frame;
    } catch {
      return null;
    }
  }

  private memoryOf({ isProbe }: Link, room: number): ReadMemory {
    const { probes, bulk } = this.memories[room];
    return isProbe ? probes : bulk;
  }

  private welcome(link: Link, room: number): void {
    const { recorder, crowd, clock, visitLog } = this.parts;
    const { row } = link;
    this.connected++;
    this.present[room]++;
    if (this.connected > this.peak) this.peak = this.connected;
    const atMs = clock.now();
    visitLog.entered(this.visit(row, atMs), link.delivery.first);
    crowd().joined(row);
    if (this.settled) this.settled(row, true);
    if (recorder.counting) {
      const tags = recorder.tagged(row, -1, atMs);
      recorder.set.trend('join_duration').record(atMs - link.dueMs, tags);
      recorder.set.counter(this.wasIn[row] ? 'reconnects' : 'viewers_joined').add(1, tags);
      recorder.series.add(this.wasIn[row] ? COUNTER.reconnects : COUNTER.joins, 1);
    }
    this.wasIn[row] = true;
  }

  private visit(row: number, atMs: number) {
    const { id, roomId } = this.parts.viewerOf(row);
    return { viewerId: id, roomId, atMs };
  }

  private left(link: Link, how: 'left' | 'lost'): void {
    this.connected--;
    this.present[this.parts.crowd().rows.room[link.row]]--;
    this.account(link, how);
  }

  /** Without `upTo`: the connection ends in the middle, and what the room had said a moment ago should have arrived. */
  private account(link: Link, how: 'left' | 'lost' | 'end', upTo?: number): void {
    const { recorder, clock, crowd, visitLog } = this.parts;
    const { row, delivery } = link;
    const nowMs = clock.now();
    const dueSeq = upTo ?? this.seqs[crowd().rows.room[row]].asOf(nowMs - ON_ITS_WAY_MS);
    visitLog.ended(this.visit(row, nowMs), how, link, dueSeq);
    const expected = delivery.expected(dueSeq);
    if (expected > 0)
      recorder.set.rate('chat_delivery').add(delivery.received, expected, recorder.tagged(row, -1, nowMs));
  }
}
