import { COUNTER } from '../metrics/series.ts';
import { LATE_MESSAGE_MS } from '../ledger/history.ts';
import type { Counter, Trend } from '../metrics/metrics.ts';
import type { TagContext } from '../metrics/tags.ts';
import type { AudienceParts } from './audience.ts';
import type { ChatRun, DecodedFrame, HeardMessage } from './decoder.ts';
import type { Link } from './link.ts';
import { epochMs } from './clock.ts';
import type { Numbering } from './numbering.ts';
import type { SeqHistory } from './seq-history.ts';

/** In a room that does not greet: chat of this long after the line has opened is not due. */
const OPEN_GRACE_MS = 2000;

/** What the lines have to do because of what they heard. */
export interface HearingEvents {
  welcomed(link: Link, room: number): void;
  /** The protocol wants an answer. */
  asked(link: Link, what: string, data: string | undefined): void;
  /** The room took what the viewer said, or not. */
  acknowledged(link: Link, ref: number, ok: boolean): void;
}

type Heard<K extends HeardMessage['kind']> = Extract<HeardMessage, { kind: K }>;

/** What reaches the viewers: accounts for every message, measures its lag at probes, and tells the crowd of cues. */
export class Hearing {
  private readonly parts: AudienceParts;
  /** By room. */
  private readonly seqs: readonly SeqHistory[];
  private readonly numberings: readonly Numbering[];
  private readonly events: HearingEvents;
  private readonly chatLag: Trend;
  private readonly chatReceived: Counter;
  private readonly cueIndex: Map<string, number>;
  private readonly productIndex: Map<string, number>;
  /** Some chat had neither a number nor a marker of this run. */
  cameUnmarked = false;
  /** Of the frame that is being heard. */
  private arrivedEpochMs = 0;
  private atMs = 0;

  constructor(
    parts: AudienceParts,
    seqs: readonly SeqHistory[],
    numberings: readonly Numbering[],
    events: HearingEvents,
  ) {
    const { scenario, recorder } = parts;
    this.parts = parts;
    this.seqs = seqs;
    this.numberings = numberings;
    this.events = events;
    this.chatLag = recorder.set.trend('chat_lag');
    this.chatReceived = recorder.set.counter('chat_received');
    this.cueIndex = new Map(scenario.cues.map((cue, index) => [cue.id, index]));
    this.productIndex = new Map(scenario.products.map((product, index) => [product.id, index]));
  }

  hear(link: Link, room: number, frame: DecodedFrame, arrivedEpochMs: number): void {
    const { messages, firstSeq, publishedAtMs } = frame;
    this.arrives(arrivedEpochMs);
    if (firstSeq >= 0) {
      // Nothing is due to a viewer who is not in yet.
      if (link.state !== 'open') return;
      if (link.delivery.receiveRun(firstSeq, publishedAtMs.length)) return this.run(link, room, frame);
    }
    for (let i = 0; i < messages.length; i++) this.message(link, room, messages[i]);
  }

  /** A read that is known, and begins with the next message in turn. */
  hearRead(link: Link, room: number, read: ChatRun, arrivedEpochMs: number): void {
    this.arrives(arrivedEpochMs);
    link.delivery.receiveRun(read.firstSeq, read.publishedAtMs.length);
    this.run(link, room, read);
  }

  private arrives(epochMs: number): void {
    this.arrivedEpochMs = epochMs;
    this.atMs = this.parts.clock.at(epochMs);
  }

  /** The usual case, as cheap as can be: chat alone, the next in turn. */
  private run(link: Link, room: number, { firstSeq, publishedAtMs }: ChatRun): void {
    const { recorder } = this.parts;
    const count = publishedAtMs.length;
    this.seqs[room].saw(firstSeq + count - 1);
    if (!recorder.counting) return;
    const tags = recorder.tagged(link.row, -1, this.atMs);
    this.chatReceived.add(count, tags);
    recorder.series.add(COUNTER.chatReceived, count);
    if (!link.isProbe) return;
    for (let i = 0; i < count; i++) this.lag(link, publishedAtMs[i], tags);
  }

  /** Of a chat message, at a probe. */
  private lag(link: Link, publishedAtMs: number, tags: TagContext): void {
    const { recorder } = this.parts;
    const lagMs = recorder.lag(this.arrivedEpochMs - publishedAtMs);
    if (lagMs >= LATE_MESSAGE_MS) link.lateMessages++;
    this.chatLag.record(lagMs, tags);
    recorder.series.chatLag.record(lagMs);
  }

  private message(link: Link, room: number, message: HeardMessage): void {
    switch (message.kind) {
      case 'chat':
        return this.chat(link, room, message);
      case 'cue':
        return this.cue(link, this.cueIndex.get(message.cueId), message.publishedAtMs);
      case 'announcement':
        return this.cue(link, this.nearestCue(room, message), message.publishedAtMs);
      case 'stock':
        return this.stock(link, message);
      case 'welcome':
        return this.enters(link, room, message.seq, message.openCueIds);
      case 'refused':
        return link.refused(message.reason);
      case 'chat_ack':
        return this.events.acknowledged(link, message.ref, message.ok);
      case 'ask':
        return this.events.asked(link, message.what, message.data);
      case 'poll_again':
        return link.askAgain(message.afterMs, message.cursor);
      default:
        return;
    }
  }

  /** The room has let the viewer in. `seq`: its last message before; `null`: it does not number them. */
  enters(link: Link, room: number, seq: number | null, openCueIds: readonly string[]): void {
    // A room that welcomes twice has still let in one viewer.
    if (link.state !== 'connecting' || link.isRefused) return;
    const { target } = this.parts;
    const saysSo = target.room !== null && !target.room.entersOnOpen && target.room.line !== 'events';
    // Who is in because the line is open may be subscribed a moment later.
    link.welcomed(epochMs() + (saysSo ? 0 : OPEN_GRACE_MS));
    link.delivery.welcome(seq ?? this.seqs[room].last);
    if (seq !== null) this.seqs[room].saw(seq);
    this.events.welcomed(link, room);
    for (const id of openCueIds) this.shown(link, this.cueIndex.get(id));
  }

  private chat(link: Link, room: number, { seq, publishedAtMs, overtaken }: Heard<'chat'>): void {
    if (link.state !== 'open') return;
    const { recorder } = this.parts;
    if (seq === null) this.cameUnmarked = true;
    const what = seq === null ? 'new' : this.receive(link, room, seq, overtaken);
    if (!recorder.counting) return;
    const tags = recorder.tagged(link.row, -1, this.atMs);
    if (what === 'duplicate') return recorder.set.counter('chat_duplicates').add(1, tags);
    if (what === 'reordered') recorder.set.counter('chat_reordered').add(1, tags);
    this.chatReceived.add(1, tags);
    recorder.series.add(COUNTER.chatReceived, 1);
    // What was sent before the viewer came is a history that is played to it: its age is no lag.
    const isHistory = (seq !== null && link.delivery.isBefore(seq)) || (publishedAtMs ?? 0) < link.dueFromMs;
    if (!link.isProbe || publishedAtMs === null || (isHistory && this.isMarked)) return;
    this.lag(link, publishedAtMs, tags);
  }

  private get isMarked(): boolean {
    return this.parts.target.room?.abilities.numbers === 'markers';
  }

  private receive(link: Link, room: number, seq: number, overtaken: boolean): 'new' | 'duplicate' | 'reordered' {
    const { delivery } = link;
    const isNumbered = this.parts.target.room?.abilities.numbers === 'sequence';
    if (!isNumbered && delivery.isBefore(seq)) return 'new';
    // Our own numbers say in which order somebody heard the messages; what counts is the order of each sender.
    const what = delivery.receive(seq, isNumbered);
    this.seqs[room].saw(seq);
    if (what === 'duplicate') return what;
    if (isNumbered) return what === 'late' ? 'reordered' : 'new';
    const next = what === 'late' || overtaken ? this.numberings[room].nextOf(seq) : 0;
    if (next === 0 || !delivery.has(next)) return 'new';
    delivery.reordered++;
    return 'reordered';
  }

  /** Of a backend that has its own names for what the host does: the cue of this kind whose moment is nearest. */
  private nearestCue(room: number, { cueKind, productId }: Heard<'announcement'>): number | undefined {
    const { scenario } = this.parts;
    const product = productId === null ? -1 : (this.productIndex.get(productId) ?? -1);
    const distanceMs = (index: number): number => Math.abs(scenario.cues[index].atMs - this.atMs);
    return scenario.cues
      .flatMap((cue, index) => {
        const fits = cue.kind === cueKind && (productId === null || cue.product === product);
        return fits && (cue.room === -1 || cue.room === room) ? [index] : [];
      })
      .toSorted((a, b) => distanceMs(a) - distanceMs(b))[0];
  }

  private cue(link: Link, index: number | undefined, publishedAtMs: number | null): void {
    const { recorder, scenario } = this.parts;
    if (index === undefined) return;
    if (recorder.counting && link.isProbe && publishedAtMs !== null) {
      const tags = recorder.tagged(link.row, scenario.cues[index].product, this.atMs);
      recorder.set.trend('cue_lag').record(recorder.lag(this.arrivedEpochMs - publishedAtMs), tags);
    }
    this.shown(link, index);
  }

  /** A cue reaches the viewer: live, in the welcome, or by the clock of the show. */
  shown(link: Link, index: number | undefined): void {
    if (index === undefined) return;
    if (!link.cues.includes(index)) link.cues.push(index);
    this.react(link.row, index);
  }

  /** It counts when the viewer sees it for the first time. */
  private react(row: number, index: number): void {
    const { crowd, clock, recorder, scenario, nudge } = this.parts;
    if (index <= crowd().rows.lastCue[row]) return;
    recorder.cueReceived(index);
    const { product, interest } = scenario.cues[index];
    if (product >= 0 && interest > 0) recorder.funnelAdd(product, 'shown');
    crowd().cue(row, index, Math.floor(clock.now()));
    nudge();
  }

  private stock(link: Link, { productId, left, publishedAtMs }: Heard<'stock'>): void {
    const { recorder, stockLog } = this.parts;
    const product = this.productIndex.get(productId);
    if (product === undefined || !recorder.counting) return;
    recorder.series.stock(product, left, publishedAtMs ?? this.arrivedEpochMs);
    // Whether one figure was said before another is known only of those that say when.
    if (publishedAtMs === null) return;
    stockLog.seen(this.atMs, productId, left, publishedAtMs);
    if (!link.isProbe) return;
    const lag = recorder.lag(this.arrivedEpochMs - publishedAtMs);
    recorder.set.trend('stock_lag').record(lag, recorder.tagged(link.row, product, this.atMs));
  }

  /** What the viewer said was not taken. */
  rejected(row: number): void {
    const { recorder } = this.parts;
    if (recorder.counting) recorder.set.counter('chat_rejected').add(1, recorder.tagged(row, -1, this.atMs));
  }
}
