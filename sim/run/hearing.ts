import { COUNTER } from '../metrics/series.ts';
import { LATE_MESSAGE_MS } from '../ledger/history.ts';
import type { Counter, Trend } from '../metrics/metrics.ts';
import type { TagContext } from '../metrics/tags.ts';
import type { RoomMessage } from '../targets/target.ts';
import type { AudienceParts } from './audience.ts';
import type { ChatRun, ParsedFrame } from './frame-cache.ts';
import type { Link } from './link.ts';
import type { KnownRead } from './read-memory.ts';
import type { SeqHistory } from './seq-history.ts';

/** What reaches the viewers: accounts for every message, measures its lag at probes, and tells the crowd of cues. */
export class Hearing {
  private readonly parts: AudienceParts;
  /** By room. */
  private readonly seqs: readonly SeqHistory[];
  private readonly welcomed: (link: Link, room: number) => void;
  private readonly chatLag: Trend;
  private readonly chatReceived: Counter;
  private readonly cueIndex: Map<string, number>;
  private readonly productIndex: Map<string, number>;
  /** Of the frame that is being heard. */
  private arrivedEpochMs = 0;
  private atMs = 0;

  constructor(parts: AudienceParts, seqs: readonly SeqHistory[], welcomed: (link: Link, room: number) => void) {
    const { scenario, recorder } = parts;
    this.parts = parts;
    this.seqs = seqs;
    this.welcomed = welcomed;
    this.chatLag = recorder.set.trend('chat_lag');
    this.chatReceived = recorder.set.counter('chat_received');
    this.cueIndex = new Map(scenario.cues.map((cue, index) => [cue.id, index]));
    this.productIndex = new Map(scenario.products.map((product, index) => [product.id, index]));
  }

  hear(link: Link, room: number, frame: ParsedFrame, arrivedEpochMs: number): void {
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
  hearRead(link: Link, room: number, read: KnownRead, arrivedEpochMs: number): void {
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

  private message(link: Link, room: number, message: RoomMessage): void {
    switch (message.kind) {
      case 'chat':
        return this.chat(link, room, message.seq, message.publishedAtMs);
      case 'cue':
        return this.cue(link, message.cueId, message.publishedAtMs);
      case 'stock':
        return this.stock(link, message.productId, message.left, message.publishedAtMs);
      case 'welcome':
        return this.welcome(link, room, message.seq, message.openCueIds);
      case 'chat_ack':
        if (!message.ok) this.rejected(link.row);
        return;
      default:
        return;
    }
  }

  private welcome(link: Link, room: number, seq: number, openCueIds: readonly string[]): void {
    // A room that welcomes twice has still let in one viewer.
    if (link.state === 'open') return;
    link.welcomed();
    link.delivery.welcome(seq);
    this.seqs[room].saw(seq);
    this.welcomed(link, room);
    for (const id of openCueIds) this.shown(link, this.cueIndex.get(id));
  }

  private chat(link: Link, room: number, seq: number, publishedAtMs: number): void {
    if (link.state !== 'open') return;
    const { recorder } = this.parts;
    const what = link.delivery.receive(seq);
    this.seqs[room].saw(seq);
    if (!recorder.counting) return;
    const tags = recorder.tagged(link.row, -1, this.atMs);
    if (what === 'duplicate') return recorder.set.counter('chat_duplicates').add(1, tags);
    if (what === 'late') recorder.set.counter('chat_reordered').add(1, tags);
    this.chatReceived.add(1, tags);
    recorder.series.add(COUNTER.chatReceived, 1);
    if (link.isProbe) this.lag(link, publishedAtMs, tags);
  }

  private cue(link: Link, cueId: string, publishedAtMs: number): void {
    const { recorder, scenario } = this.parts;
    const index = this.cueIndex.get(cueId);
    if (index === undefined) return;
    if (recorder.counting && link.isProbe) {
      const tags = recorder.tagged(link.row, scenario.cues[index].product, this.atMs);
      recorder.set.trend('cue_lag').record(recorder.lag(this.arrivedEpochMs - publishedAtMs), tags);
    }
    this.shown(link, index);
  }

  /** A cue reaches the viewer, live or in the welcome. */
  private shown(link: Link, index: number | undefined): void {
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

  private stock(link: Link, productId: string, left: number, publishedAtMs: number): void {
    const { recorder, stockLog } = this.parts;
    const product = this.productIndex.get(productId);
    if (product === undefined || !recorder.counting) return;
    recorder.series.stock(product, left, publishedAtMs);
    stockLog.seen(productId, left, publishedAtMs);
    if (!link.isProbe) return;
    const lag = recorder.lag(this.arrivedEpochMs - publishedAtMs);
    recorder.set.trend('stock_lag').record(lag, recorder.tagged(link.row, product, this.atMs));
  }

  private rejected(row: number): void {
    const { recorder } = this.parts;
    if (recorder.counting) recorder.set.counter('chat_rejected').add(1, recorder.tagged(row, -1, this.atMs));
  }
}
