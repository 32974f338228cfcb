import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Crowd } from '../crowd/crowd.ts';
import { COUNTER } from '../metrics/series.ts';
import type { Target } from '../targets/combine.ts';
import type { Marker } from '../targets/marker.ts';
import type { Payload, RoomIntent, TargetViewer } from '../targets/target.ts';
import { Arrivals } from './arrivals.ts';
import { epochMs, type EventClock } from './clock.ts';
import { Hearing } from './hearing.ts';
import { Heartbeats } from './heartbeats.ts';
import { SoFar } from './history/so-far.ts';
import type { StockLog } from './history/stock-log.ts';
import type { VisitLog } from './history/visits.ts';
import type { HttpSender } from './http.ts';
import { JoinQueue } from './join-queue.ts';
import { Link, type LinkEvents } from './link.ts';
import { NotDue } from './not-due.ts';
import { isProbe } from './probe.ts';
import { Numbering } from './numbering.ts';
import type { Listener, Reading } from './reading.ts';
import type { Recorder } from './recorder.ts';
import type { ShowClock } from './show-clock.ts';
import { Speech } from './speech.ts';
import { SeqHistory } from './seq-history.ts';
import { Deadlines } from './deadlines.ts';

export interface AudienceParts {
  readonly scenario: CompiledScenario;
  readonly target: Target;
  /** For rooms that are spoken to, or heard, over HTTP, and for what comes before them: not the connections for shopping. */
  readonly http: HttpSender;
  /** Of this worker. */
  readonly shard: number;
  /** Of this run, in the markers of its chat. */
  readonly mark: string;
  /** Of this worker, a second; `null`: no limit. */
  readonly joinsPerSec: number | null;
  /** Of the viewers: those whose lag is measured, 0 to 1. */
  readonly probeShare: number;
  /** How the lines are opened and read. */
  readonly reading: (listener: Listener) => Reading;
  /** Where the room does not tell its viewers of the cues. */
  readonly showClock: ShowClock | null;
  /** `null`: nobody watches the stream. */
  readonly video: Watching | null;
  readonly crowd: () => Crowd;
  /** Call when the crowd has been told something: what follows may be due soon. */
  readonly nudge: () => void;
  /** A line for whoever watches the run. */
  readonly note: (text: string) => void;
  readonly clock: EventClock;
  readonly recorder: Recorder;
  readonly viewerOf: (row: number) => TargetViewer;
  readonly visitLog: VisitLog;
  readonly stockLog: StockLog;
}

/** Those who watch the stream. */
export interface Watching {
  joined(row: number): void;
  left(row: number): void;
  end(): Promise<void>;
}

/** A room that does not welcome a viewer within this has not let it in. */
const WELCOME_TIMEOUT_MS = 10_000;
const WELCOME_COARSE_MS = 250;
/** A message may be so long on its way before it counts as lost for a viewer who leaves meanwhile. */
const ON_ITS_WAY_MS = 2000;
/** While a viewer is there it may come later than that, when we are slow to read. */
const ON_ITS_WAY_FOR_SURE_MS = 4000;

/** The viewers' lines: who is in which room, and what goes in and out. */
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
  private readonly reading: Reading;
  private readonly welcomes = new Deadlines(WELCOME_TIMEOUT_MS, WELCOME_COARSE_MS);
  private readonly links: (Link | undefined)[] = [];
  /** By row: the viewer has been in before, so that its next welcome is a reconnect. */
  private readonly wasIn: boolean[] = [];
  private readonly arrivals: Arrivals;
  private readonly heartbeats: Heartbeats;
  private readonly speech: Speech;
  /** By room. */
  private readonly numberings: readonly Numbering[];
  /** By room: viewers who are in. */
  private readonly present: Int32Array;
  private readonly notDue: NotDue;
  private readonly joins: JoinQueue;
  private readonly soFar: SoFar;

  constructor(parts: AudienceParts) {
    const { scenario, target, http, recorder, note } = parts;
    const { room } = target;
    this.parts = parts;
    this.soFar = new SoFar(parts.visitLog);
    this.seqs = scenario.rooms.map(() => new SeqHistory());
    this.numberings = scenario.rooms.map(() => new Numbering(parts.mark));
    this.notDue = new NotDue(room?.abilities.numbers === 'markers' ? this.numberings : [], parts.shard);
    this.joins = new JoinQueue(parts.joinsPerSec, (waitedMs) => this.heldBack(waitedMs));
    this.arrivals = new Arrivals(target.arrivals, http, { tried: (ok) => recorder.tried(ok), note });
    this.heartbeats = new Heartbeats(room?.heartbeat, () => this.links);
    this.present = new Int32Array(scenario.rooms.length);
    this.hearing = new Hearing(parts, this.seqs, this.numberings, {
      welcomed: (link, roomIndex) => this.welcome(link, roomIndex),
      asked: (link, what, data) => this.reply(link, what, data),
      acknowledged: (link, ref, ok) => this.speech.acknowledged(link.row, ref, ok),
    });
    const { numberings } = this;
    this.speech = new Speech({
      room,
      http,
      numberings,
      rejected: (row) => this.hearing.rejected(row),
      tried: (ok) => recorder.tried(ok),
    });
    const { present, hearing } = this;
    this.reading = parts.reading({
      rows: () => parts.crowd().rows,
      present,
      numberings,
      hearing,
      recorder,
      clock: parts.clock,
    });
  }

  enter(row: number, dueMs: number, attempt: number): void {
    this.links[row]?.cut();
    this.links[row] = undefined;
    if (attempt === 0) this.wasIn[row] = false;
    this.joins.enter(row, () => this.arrive(row, dueMs));
  }

  private arrive(row: number, dueMs: number): void {
    const viewer = this.parts.viewerOf(row);
    this.arrivals.begin(row, viewer, (ok) => {
      if (ok) this.dial(row, dueMs, viewer);
      else this.notLetIn(row);
    });
  }

  private dial(row: number, dueMs: number, viewer: TargetViewer): void {
    const who = { row, dueMs, isProbe: isProbe(this.parts.crowd().rows, row, this.parts.probeShare) };
    try {
      this.links[row] = new Link(who, (link) => this.reading.open(viewer, link), this.welcomes, this);
    } catch {
      // The adapter cannot say where this viewer connects.
      this.notLetIn(row);
    }
  }

  leave(row: number): void {
    this.joins.cancel(row);
    this.arrivals.cancel(row);
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

  /** False when it could not be said. `marker`: what its text carries, if it carries one. */
  send(row: number, intent: RoomIntent, marker: Marker | null = null): boolean {
    const link = this.links[row];
    if (link?.state !== 'open') return false;
    const { viewerOf, crowd } = this.parts;
    return this.speech.say(link, crowd().rows.room[row], intent, viewerOf(row), marker);
  }

  opened(link: Link): void {
    const { target, viewerOf, crowd } = this.parts;
    if (!target.room) return this.hearing.enters(link, crowd().rows.room[link.row], null, []);
    this.sayAll(link, () => target.room?.opened?.(viewerOf(link.row)) ?? []);
    if (target.room.entersOnOpen) this.hearing.enters(link, crowd().rows.room[link.row], null, []);
  }

  /** What an adapter cannot put into words ends the line. */
  private sayAll(link: Link, words: () => readonly Payload[]): void {
    try {
      for (const payload of words()) link.answer(payload);
    } catch {
      link.lostTrack();
    }
  }

  private reply(link: Link, what: string, data: string | undefined): void {
    const { target, viewerOf } = this.parts;
    this.sayAll(link, () => target.room?.reply?.(what, viewerOf(link.row), data) ?? []);
  }

  /** See Speech. */
  isAsking(row: number): boolean {
    return this.speech.isAsking(row);
  }

  isConnected(row: number): boolean {
    return this.links[row]?.state === 'open';
  }

  lost(link: Link): void {
    this.links[link.row] = undefined;
    if (link.delivery.first < 0) return this.notLetIn(link.row);
    this.left(link, 'lost');
    this.tellLoss(link.row);
  }

  /** It is we who let a viewer wait. */
  private heldBack(waitedMs: number): void {
    const { recorder, clock } = this.parts;
    if (recorder.counting) recorder.lateStart(waitedMs, recorder.tagsOf(-1, -1, -1, clock.now()));
  }

  private notLetIn(row: number): void {
    const { recorder, clock } = this.parts;
    if (recorder.counting) {
      recorder.set.counter('joins_failed').add(1, recorder.tagged(row, -1, clock.now()));
      recorder.series.add(COUNTER.joinsFailed, 1);
    }
    this.tellLoss(row);
  }

  private tellLoss(row: number): void {
    const { crowd, clock, nudge } = this.parts;
    if (this.settled) this.settled(row, false);
    else {
      crowd().lost(row, Math.floor(clock.now()));
      nudge();
    }
  }

  /** The window begins. */
  begin(): void {
    this.reading.begin();
  }

  /** Call often: keeps how far the rooms had come, and tells of cues that no room tells of. */
  tick(): void {
    const nowMs = this.parts.clock.now();
    for (const seqs of this.seqs) seqs.tick(nowMs);
    this.notDue.tick(epochMs());
    const { showClock, crowd } = this.parts;
    for (const index of showClock?.due(nowMs) ?? []) {
      for (const link of this.links) {
        if (link?.state !== 'open' || !showClock?.isFor(index, crowd().rows.room[link.row])) continue;
        this.hearing.shown(link, index);
      }
    }
  }

  /** Call once a second: writes down what those have got who are in. */
  tellSoFar(): void {
    const { scenario, target, clock, crowd, viewerOf } = this.parts;
    const abilities = target.room?.abilities;
    const isDueKnown = abilities?.numbers === 'sequence' && !abilities.sampled;
    const atMs = clock.now();
    const { longestWaitMs } = this;
    const untilMs = atMs - ON_ITS_WAY_MS - longestWaitMs;
    const links: Link[][] = scenario.rooms.map(() => []);
    for (const link of this.links) if (link?.state === 'open') links[crowd().rows.room[link.row]].push(link);
    const dueAtMs = atMs - ON_ITS_WAY_FOR_SURE_MS - longestWaitMs;
    this.soFar.look(
      scenario.rooms.map((room, i) => ({
        roomId: room.id,
        due: { atMs, untilMs, dueSeq: isDueKnown ? this.seqs[i].asOf(dueAtMs) : null },
        links: links[i],
        viewerOf: ({ row }: Link) => viewerOf(row).id,
      })),
    );
  }

  /** The window is over: what still comes is read at once. */
  end(): void {
    this.reading.end();
  }

  /** The run has drained. What the room took, and nobody has heard by now, nobody hears any more. */
  settle(): void {
    this.speech.numberUnheard(epochMs(), this.hearing.cameUnmarked);
    this.numberings.forEach((numbering, room) => this.seqs[room].saw(numbering.last));
  }

  /** Of the viewers who are there: how long the one who asks least often waits; 0: nobody has to ask. */
  get longestWaitMs(): number {
    return this.links.reduce((longestMs, link) => Math.max(longestMs, link?.waitMs ?? 0), 0);
  }

  /** Nobody who is there waits for what another has heard already. */
  get hasHeardAll(): boolean {
    const { room } = this.parts.crowd().rows;
    return this.links.every((link) => link?.state !== 'open' || link.delivery.last >= this.seqs[room[link.row]].last);
  }

  /** Ends everything and accounts for what was delivered, up to the last message of each room. */
  close(lastSeq: readonly number[]): void {
    const isNumbered = this.parts.target.room?.abilities.numbers === 'sequence';
    this.joins.stop();
    this.arrivals.cancelAll();
    this.heartbeats.stop();
    this.welcomes.stop();
    for (const link of this.links) {
      if (!link) continue;
      const room = this.parts.crowd().rows.room[link.row];
      // Numbers of our own are this worker's.
      if (link.state === 'open') this.account(link, 'end', isNumbered ? lastSeq[room] : this.seqs[room].last);
      link.cut();
    }
    this.links.length = 0;
    this.connected = 0;
    this.present.fill(0);
  }

  private welcome(link: Link, room: number): void {
    const { recorder, crowd, clock, visitLog } = this.parts;
    const { row } = link;
    this.connected++;
    this.present[room]++;
    if (this.connected > this.peak) this.peak = this.connected;
    const atMs = clock.now();
    this.notDue.came(link, room);
    visitLog.entered(this.visit(row, atMs), link.delivery.first);
    crowd().joined(row);
    this.parts.video?.joined(row);
    for (const index of this.parts.showClock?.standingIn(room) ?? []) this.hearing.shown(link, index);
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
    const room = crowd().rows.room[row];
    const dueSeq = upTo ?? this.seqs[room].asOf(nowMs - ON_ITS_WAY_MS - link.waitMs);
    this.notDue.forgive(link, room, dueSeq);
    const { forgiven } = link;
    visitLog.ended(this.visit(row, nowMs), how, link, dueSeq);
    const expected = delivery.expected(dueSeq);
    if (expected > forgiven)
      recorder.set
        .rate('chat_delivery')
        .add(delivery.received - forgiven, expected - forgiven, recorder.tagged(row, -1, nowMs));
  }
}
