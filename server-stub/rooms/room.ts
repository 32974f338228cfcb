import { nowMs } from '../clock.ts';
import type { StubSettings } from '../options.ts';
import type { AckFrame, BooksAnswer, ChatFrame, ClientFrame, CueFrame } from '../protocol.ts';
import type { Audience } from './audience.ts';
import { CueBoard } from './cue-board.ts';
import { encodeFrame } from './frame.ts';
import { CLOSE } from './line.ts';
import type { Viewer } from './viewer.ts';

export type RoomSettings = Pick<StubSettings, 'coalesceMs' | 'maxChatChars'>;

/**
 * One room: who is in it, and what they are told. A message goes out at once when the room is quiet; then, for
 * `coalesceMs`, messages wait for each other and go out as one batch. So a busy room costs each viewer at most
 * 1000 / coalesceMs chat frames a second, and a quiet one no delay.
 */
export class Room {
  readonly id: string;
  readonly cues = new CueBoard();
  private readonly settings: RoomSettings;
  private readonly audience: Audience<Viewer>;
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

  constructor(id: string, settings: RoomSettings, audience: Audience<Viewer>) {
    this.id = id;
    this.settings = settings;
    this.audience = audience;
  }

  get viewerCount(): number {
    return this.audience.size;
  }

  /** Takes the viewer in and welcomes them. `leftOf` says how many units of a product can be reserved now. */
  enter(viewer: Viewer, leftOf: (product: string) => number): void {
    this.audience.add(viewer);
    this.peakViewers = Math.max(this.peakViewers, this.viewerCount);
    // Messages that still wait will reach this viewer too, so they come after `seq`.
    const cues = this.cues.standing(leftOf);
    const welcome = {
      t: 'welcome',
      room: this.id,
      seq: this.sentSeq,
      viewers: this.viewerCount,
      at: nowMs(),
      cues,
    } as const;
    this.deliver(viewer, encodeFrame(welcome));
  }

  leave(viewer: Viewer): void {
    this.audience.remove(viewer);
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
    if (this.viewerCount === this.countTold) return;
    this.countTold = this.viewerCount;
    this.broadcast(encodeFrame({ t: 'count', viewers: this.countTold, at: nowMs() }));
  }

  /** Sends one encoded frame to everybody. */
  broadcast(frame: Buffer): void {
    this.audience.broadcast(frame, this.dropSlow);
  }

  /** Sends everybody away. Messages that wait are sent first. */
  close(reason: string): void {
    this.flush();
    if (this.window !== null) clearTimeout(this.window);
    for (let viewer = this.audience.any(); viewer !== undefined; viewer = this.audience.any()) {
      this.sendAway(viewer, CLOSE.goingAway, reason);
    }
  }

  /** No frame may follow a close frame, so the viewer leaves first. */
  sendAway(viewer: Viewer, code: number, reason: string): void {
    this.leave(viewer);
    viewer.line.close(code, reason);
  }

  /** Sends away a viewer who reads too slowly, and counts it, once. */
  readonly dropSlow = (viewer: Viewer): void => {
    if (viewer.slot < 0) return;
    this.slowConsumersDropped++;
    this.sendAway(viewer, CLOSE.slowConsumer, 'slow consumer');
  };

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
    if (!viewer.line.send(frame)) this.dropSlow(viewer);
  }
}
