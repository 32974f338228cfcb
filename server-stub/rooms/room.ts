import type { Bus } from '../bus.ts';
import { nowMs } from '../clock.ts';
import type { StubSettings } from '../options.ts';
import type { AckFrame, ChatFrame, ClientFrame, CueFrame } from '../protocol.ts';
import type { Audience, FrameKind } from './audience.ts';
import { CueBoard } from './cue-board.ts';
import { encodeFrame } from './frame.ts';
import { CLOSE } from './line.ts';
import type { Viewer } from './viewer.ts';

export type RoomSettings = Pick<StubSettings, 'coalesceMs' | 'maxChatChars'>;

/** What a room says to all instances. What they hear of it comes back through `hear`, `likesAre` and `viewersAre`. */
type Outbox = Pick<Bus, 'say' | 'like' | 'present' | 'slowConsumer'>;

/**
 * One room: who is in it at this instance, and what they are told. A message goes out at once when the room is quiet; then, for
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
  private readonly bus: Outbox;
  private sentSeq: number;
  private cuesPublished = 0;
  private likes = 0;
  private likesTold = 0;
  /** Of all instances. */
  private viewers = 0;
  private countTold = 0;

  /** `lastSeq` is the number of the last message before this instance opened the room. */
  constructor(id: string, settings: RoomSettings, audience: Audience<Viewer>, bus: Outbox, lastSeq = 0) {
    this.id = id;
    this.settings = settings;
    this.audience = audience;
    this.bus = bus;
    this.sentSeq = lastSeq;
  }

  /** Of all instances. */
  get viewerCount(): number {
    return this.viewers;
  }

  get cueCount(): number {
    return this.cuesPublished;
  }

  /** Takes the viewer in and welcomes them. `leftOf` says how many units of a product can be reserved now. */
  enter(viewer: Viewer, leftOf: (product: string) => number): void {
    this.audience.add(viewer);
    this.bus.present(this.id, this.audience.size);
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
    if (this.audience.remove(viewer)) this.bus.present(this.id, this.audience.size);
  }

  receive(viewer: Viewer, frame: ClientFrame): void {
    if (frame.t === 'like') return this.bus.like(this.id, frame.n);
    const { ref } = frame;
    const text = frame.t === 'chat' ? frame.text : frame.gift;
    const code = this.whyNot(viewer, text);
    if (code !== null) return this.acknowledge(viewer, { t: 'ack', ref, ok: false, code });
    const what = frame.t === 'chat' ? { text } : { text: '', gift: text };
    const numbered = this.bus.say(this.id, { at: nowMs(), from: viewer.name, ...what });
    const accept = (): void => this.acknowledge(viewer, { t: 'ack', ref, ok: true });
    if (numbered === null) return accept();
    numbered.then(accept, () => this.acknowledge(viewer, { t: 'ack', ref, ok: false, code: 'unavailable' }));
  }

  /** A message of this room, of a viewer of any instance, in the order of their numbers. */
  hear(message: ChatFrame): void {
    this.waiting.push(message);
    if (this.window === null) this.flush();
  }

  likesAre(total: number): void {
    this.likes = total;
  }

  viewersAre(count: number): void {
    this.viewers = count;
  }

  publishCue(cue: CueFrame): void {
    this.cuesPublished++;
    this.cues.post(cue);
    this.broadcast(encodeFrame(cue), 'cue');
  }

  tellLikes(): void {
    if (this.likes === this.likesTold) return;
    this.likesTold = this.likes;
    this.broadcast(encodeFrame({ t: 'likes', total: this.likes, at: nowMs() }), 'likes');
  }

  tellCount(): void {
    if (this.viewers === this.countTold) return;
    this.countTold = this.viewers;
    this.broadcast(encodeFrame({ t: 'count', viewers: this.countTold, at: nowMs() }), 'count');
  }

  /** Sends one encoded frame to everybody. */
  broadcast(frame: Buffer, kind: FrameKind): void {
    this.audience.broadcast(frame, this.dropSlow, kind);
  }

  /** Sends everybody away, for good: the bus is not told. Messages that wait are sent first. */
  close(reason: string): void {
    this.flush();
    if (this.window !== null) clearTimeout(this.window);
    for (let viewer = this.audience.any(); viewer !== undefined; viewer = this.audience.any()) {
      this.audience.remove(viewer);
      viewer.line.close(CLOSE.goingAway, reason);
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
    this.bus.slowConsumer(this.id);
    this.sendAway(viewer, CLOSE.slowConsumer, 'slow consumer');
  };

  private whyNot(viewer: Viewer, text: string): AckFrame['code'] | null {
    if (text.trim() === '') return 'empty';
    if (text.length > this.settings.maxChatChars) return 'too_long';
    return viewer.limiter.allow(nowMs()) ? null : 'throttled';
  }

  private flush(): void {
    this.window = null;
    if (this.waiting.length === 0) return;
    const frame = this.waiting.length === 1 ? this.waiting[0] : ({ t: 'batch', m: this.waiting } as const);
    this.broadcast(encodeFrame(frame), frame.t);
    this.sentSeq = this.waiting[this.waiting.length - 1].seq;
    this.waiting.length = 0;
    if (this.settings.coalesceMs > 0) this.window = setTimeout(() => this.flush(), this.settings.coalesceMs);
  }

  private acknowledge(viewer: Viewer, ack: AckFrame): void {
    // Gone meanwhile: no frame may follow a close frame.
    if (viewer.slot >= 0) this.deliver(viewer, encodeFrame(ack));
  }

  private deliver(viewer: Viewer, frame: Buffer): void {
    if (!viewer.line.send(frame)) this.dropSlow(viewer);
  }
}
