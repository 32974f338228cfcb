import { nowMs } from '../clock.ts';
import type { StubSettings } from '../options.ts';
import type { AckFrame, BooksAnswer, ChatFrame, ClientFrame, CueFrame } from '../protocol.ts';
import { CueBoard } from './cue-board.ts';
import { encodeFrame } from './frame.ts';
import { CLOSE, type Viewer } from './viewer.ts';

export type RoomSettings = Pick<StubSettings, 'coalesceMs' | 'maxBufferedBytes' | 'maxChatChars'>;

/**
 * One room: who is in it, and what they are told. A message goes out at once when the room is quiet; then, for
 * `coalesceMs`, messages wait for each other and go out as one batch. So a busy room costs each viewer at most
 * 1000 / coalesceMs chat frames a second, and a quiet one no delay.
 */
export class Room {
  readonly id: string;
  readonly cues = new CueBoard();
  private readonly settings: RoomSettings;
  private readonly viewers: Viewer[] = [];
  private readonly waiting: ChatFrame[] = [];
  /** Runs while messages wait for each other. */
  private window: NodeJS.Timeout | null = null;
  private lastSeq = 0;
  private sentSeq = 0;
  private cuesPublished = 0;
  private likes = 0;
  private likesTold = 0;
  private countTold = 0;
  private peakViewers = 0;
  private slowConsumersDropped = 0;

  constructor(id: string, settings: RoomSettings) {
    this.id = id;
    this.settings = settings;
  }

  get viewerCount(): number {
    return this.viewers.length;
  }

  /** Takes the viewer in and welcomes them. `leftOf` says how many units of a product can be reserved now. */
  enter(viewer: Viewer, leftOf: (product: string) => number): void {
    viewer.slot = this.viewers.push(viewer) - 1;
    this.peakViewers = Math.max(this.peakViewers, this.viewers.length);
    // Messages that still wait will reach this viewer too, so they come after `seq`.
    const cues = this.cues.standing(leftOf);
    const welcome = {
      t: 'welcome',
      room: this.id,
      seq: this.sentSeq,
      viewers: this.viewers.length,
      at: nowMs(),
      cues,
    } as const;
    this.deliver(viewer, encodeFrame(welcome));
  }

  leave(viewer: Viewer): void {
    if (viewer.slot < 0) return;
    // The last one moves into the gap: O(1), and the order of the list means nothing.
    const last = this.viewers.pop();
    if (last !== undefined && last !== viewer) {
      this.viewers[viewer.slot] = last;
      last.slot = viewer.slot;
    }
    viewer.slot = -1;
  }

  receive(viewer: Viewer, frame: ClientFrame): void {
    if (frame.t === 'like') {
      this.likes += frame.n;
      return;
    }
    const text = frame.t === 'chat' ? frame.text : frame.gift;
    const code = this.whyNot(viewer, text);
    const ack: AckFrame = { t: 'ack', ref: frame.ref, ok: code === null, ...(code === null ? {} : { code }) };
    this.deliver(viewer, encodeFrame(ack));
    if (code !== null) return;
    if (frame.t === 'chat') this.publishChat({ from: viewer.name, text });
    else this.publishChat({ from: viewer.name, text: '', gift: text });
  }

  publishCue(cue: CueFrame): void {
    this.cuesPublished++;
    this.cues.post(cue);
    this.broadcast(encodeFrame(cue));
  }

  tellLikes(): void {
    if (this.likes === this.likesTold) return;
    this.likesTold = this.likes;
    this.broadcast(encodeFrame({ t: 'likes', total: this.likes, at: nowMs() }));
  }

  tellCount(): void {
    if (this.viewers.length === this.countTold) return;
    this.countTold = this.viewers.length;
    this.broadcast(encodeFrame({ t: 'count', viewers: this.countTold, at: nowMs() }));
  }

  /** Writes one encoded frame to everybody. Backwards, because a slow viewer is taken out of the list on the way. */
  broadcast(frame: Buffer): void {
    for (let i = this.viewers.length - 1; i >= 0; i--) this.deliver(this.viewers[i], frame);
  }

  /** Sends everybody away. Messages that wait are sent first. */
  close(reason: string): void {
    this.flush();
    if (this.window !== null) clearTimeout(this.window);
    while (this.viewers.length > 0) this.sendAway(this.viewers[this.viewers.length - 1], CLOSE.goingAway, reason);
  }

  /** No frame may follow a close frame, so the viewer leaves first. `ws` cuts the line if they do not answer. */
  sendAway(viewer: Viewer, code: number, reason: string): void {
    this.leave(viewer);
    viewer.ws.close(code, reason);
  }

  books(): BooksAnswer['rooms'][number] {
    const { id, lastSeq, likes, slowConsumersDropped, peakViewers } = this;
    return { id, messages: lastSeq, lastSeq, cues: this.cuesPublished, likes, slowConsumersDropped, peakViewers };
  }

  private whyNot(viewer: Viewer, text: string): AckFrame['code'] | null {
    if (text.trim() === '') return 'empty';
    if (text.length > this.settings.maxChatChars) return 'too_long';
    return viewer.limiter.allow(nowMs()) ? null : 'throttled';
  }

  private publishChat(message: Pick<ChatFrame, 'from' | 'text' | 'gift'>): void {
    this.waiting.push({ t: 'chat', seq: ++this.lastSeq, at: nowMs(), ...message });
    if (this.window === null) this.flush();
  }

  private flush(): void {
    this.window = null;
    if (this.waiting.length === 0) return;
    const frame = this.waiting.length === 1 ? this.waiting[0] : ({ t: 'batch', m: this.waiting } as const);
    this.broadcast(encodeFrame(frame));
    this.waiting.length = 0;
    this.sentSeq = this.lastSeq;
    if (this.settings.coalesceMs > 0) this.window = setTimeout(() => this.flush(), this.settings.coalesceMs);
  }

  private deliver(viewer: Viewer, frame: Buffer): void {
    if (viewer.send(frame, this.settings.maxBufferedBytes)) return;
    this.slowConsumersDropped++;
    this.sendAway(viewer, CLOSE.slowConsumer, 'slow consumer');
  }
}
