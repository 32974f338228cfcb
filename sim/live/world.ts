import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Crowd } from '../crowd/crowd.ts';
import { INTENT, type IntentKind, type IntentSink } from '../crowd/intents.ts';
import { COUNTER } from '../metrics/series.ts';
import type { Target } from '../targets/combine.ts';
import { withMarker, type Marker } from '../targets/marker.ts';
import type { RoomIntent, TargetViewer } from '../targets/target.ts';
import type { Audience, Watching } from './audience.ts';
import { epochMs, type EventClock } from './clock.ts';
import type { HistorySink } from './history/sink.ts';
import { tenth } from './history/times.ts';
import type { Purchases } from './purchases/purchases.ts';
import type { Recorder } from './recorder.ts';

export interface WorldParts {
  readonly scenario: CompiledScenario;
  readonly target: Target;
  /** Of this worker, and how many there are. */
  readonly shard: number;
  readonly shards: number;
  /** Of this run, in the markers of its chat. */
  readonly mark: string;
  readonly crowd: () => Crowd;
  readonly clock: EventClock;
  readonly recorder: Recorder;
  readonly history: HistorySink;
  /** `null`: nobody watches the stream. */
  readonly video: Watching | null;
  readonly audience: () => Audience;
  readonly purchases: () => Purchases;
}

const GIFTS = ['rose', 'heart', 'rocket', 'crown'];

/** The real world: carries out what the viewers mean to do, at once, and notes how late that was. */
export class RealWorld implements IntentSink {
  private readonly parts: WorldParts;
  private readonly viewers: (TargetViewer | undefined)[] = [];
  private chatRef = 0;
  /** By room: chat that got a marker. */
  private readonly marks: number[];
  /** By row: the number of the viewer's last message with a marker. */
  private readonly lastMark: number[] = [];

  constructor(parts: WorldParts) {
    this.parts = parts;
    this.marks = parts.scenario.rooms.map(() => 0);
  }

  /** The identity of the viewer in this row; the same for a seed. */
  viewerOf(row: number): TargetViewer {
    return (this.viewers[row] ??= this.identify(row));
  }

  intent(kind: IntentKind, row: number, dueMs: number, arg: number, arg2: number): void {
    const { recorder, audience, clock } = this.parts;
    const nowMs = clock.now();
    const product = isShopping(kind) ? arg : -1;
    // Of a shop request it is known only later: it may wait for a connection.
    if (product === -1) recorder.lateStart(Math.max(0, nowMs - dueMs), recorder.tagged(row, product, dueMs));
    switch (kind) {
      case INTENT.enter:
        return audience().enter(row, dueMs, arg);
      case INTENT.chat:
        return this.chat(row, dueMs, arg);
      case INTENT.like:
        if (this.sendRoom(row, dueMs, { kind: 'like', count: arg })) recorder.series.add(COUNTER.likesSent, arg);
        return;
      case INTENT.gift:
        return this.gift(row, dueMs, arg);
      case INTENT.leave:
        this.parts.video?.left(row);
        audience().leave(row);
        this.parts.purchases().left(row);
        this.viewers[row] = undefined;
        this.lastMark[row] = 0;
        return;
      default:
        return this.parts.purchases().begin(kind, row, this.viewerOf(row), dueMs, arg, arg2);
    }
  }

  private chat(row: number, dueMs: number, arg: number): void {
    const { scenario } = this.parts;
    const text = arg >= 0 ? scenario.phrases[arg] : scenario.cues[-1 - arg].text;
    const ref = this.chatRef++;
    const marker = this.markerFor(row);
    const marked = marker === null ? text : withMarker(text, marker);
    if (this.sendRoom(row, dueMs, { kind: 'chat', text: marked, ref }, marker)) this.chatSent(row, dueMs, ref);
  }

  /** For the chat of a room that does not number it; `null`: it does, or nothing can. */
  private markerFor(row: number): Marker | null {
    const { target, crowd, shard, mark, audience } = this.parts;
    if (target.room?.abilities.numbers !== 'markers') return null;
    const n = ++this.marks[crowd().rows.room[row]];
    // Two requests of one viewer may overtake each other: that is nobody's fault.
    const before = audience().isAsking(row) ? 0 : (this.lastMark[row] ?? 0);
    this.lastMark[row] = n;
    return { run: mark, shard, n, before, sentAtMs: Math.round(epochMs()) };
  }

  private gift(row: number, dueMs: number, n: number): void {
    const ref = this.chatRef++;
    if (!this.sendRoom(row, dueMs, { kind: 'gift', gift: GIFTS[n % GIFTS.length], ref })) return;
    this.chatSent(row, dueMs, ref);
    this.parts.recorder.series.add(COUNTER.giftsSent, 1);
  }

  private chatSent(row: number, dueMs: number, ref: number): void {
    const { recorder, history, clock } = this.parts;
    history.write({ e: 'chat', at: tenth(clock.now()), v: this.viewerOf(row).id, ref });
    recorder.set.counter('chat_sent').add(1, recorder.tagged(row, -1, dueMs));
    recorder.series.add(COUNTER.chatSent, 1);
  }

  private sendRoom(row: number, dueMs: number, intent: RoomIntent, marker: Marker | null = null): boolean {
    if (this.parts.audience().send(row, intent, marker)) return true;
    const { recorder } = this.parts;
    recorder.set.counter('dropped_intents').add(1, recorder.tagged(row, -1, dueMs));
    return false;
  }

  private identify(row: number): TargetViewer {
    const { scenario, crowd, target, shard, shards } = this.parts;
    const { rows } = crowd();
    const { accounts } = target;
    const number = row * shards + shard;
    const source = scenario.sources[rows.source[row]];
    const index = rows.index[row];
    const { displayNames } = scenario;
    return {
      id: `${source.id}-${index}`,
      name: displayNames.length > 0 ? displayNames[index % displayNames.length] : `${source.id} ${index}`,
      roomId: scenario.rooms[rows.room[row]].id,
      number,
      account: accounts.length > 0 ? { ...accounts[number % accounts.length] } : {},
      session: {},
    };
  }
}

function isShopping(kind: IntentKind): boolean {
  return (kind >= INTENT.view && kind <= INTENT.pay) || kind === INTENT.refund;
}
