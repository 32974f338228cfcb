import type { Line } from '../../sim/live/line.ts';
import type { WireEnding, WireEvents } from '../../sim/run/wire/wire.ts';
import type { Payload, RoomMessage, RoomTarget, TargetViewer } from '../../sim/targets/target.ts';
import { frameExchange, type Exchange } from './exchange.ts';

/** What the line of the one viewer tells. Everything comes in the order in which it happened. */
export type Heard =
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed'; readonly ending: WireEnding }
  | { readonly kind: 'frame'; readonly text: string; readonly messages: readonly RoomMessage[] }
  /** What the adapter cannot read. */
  | { readonly kind: 'unreadable'; readonly text: string; readonly error: Error };

/** One viewer's line to its room: shows every frame, answers what the protocol asks, and keeps what it heard. */
export class ViewerLine implements WireEvents {
  readonly heard: Heard[] = [];
  private readonly room: RoomTarget;
  private readonly viewer: TargetViewer;
  private readonly tell: (exchange: Exchange) => void;
  private line: Line | null = null;
  private carry: Uint8Array = new Uint8Array();
  private heartbeat: NodeJS.Timeout | undefined;
  private wake: () => void = () => undefined;

  constructor(room: RoomTarget, viewer: TargetViewer, tell: (exchange: Exchange) => void) {
    this.room = room;
    this.viewer = viewer;
    this.tell = tell;
  }

  dial(open: (events: WireEvents) => Line): void {
    this.line = open(this);
  }

  /** False when the line does not take it. */
  send(payload: Payload): boolean {
    this.tell(frameExchange('sent', payload));
    return this.line?.send(payload) === true;
  }

  leave(): void {
    clearInterval(this.heartbeat);
    this.line?.close(1000);
  }

  /** What `find` makes of all that was heard since `from`, as soon as it makes something of it; null: nothing within `timeoutMs`. */
  async wait<T>(from: number, timeoutMs: number, find: (heard: readonly Heard[]) => T | null): Promise<T | null> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const found = find(this.heard.slice(from));
      const leftMs = untilMs - performance.now();
      if (found !== null || leftMs <= 0) return found;
      // oxlint-disable-next-line no-await-in-loop -- until the next thing is heard
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  opened(): void {
    this.tell({ kind: 'line', what: 'opened', text: '' });
    this.hears({ kind: 'opened' });
    for (const payload of this.room.opened?.(this.viewer) ?? []) this.send(payload);
    const { heartbeat } = this.room;
    if (heartbeat) this.heartbeat = setInterval(() => this.send(heartbeat.payload), heartbeat.everyMs);
  }

  recognised(): boolean {
    return false;
  }

  scanned(): void {}

  message(buffer: Buffer, start: number, end: number, isBinary: boolean): void {
    const bytes = Buffer.from(buffer.subarray(start, end));
    const payload = isBinary ? bytes : bytes.toString('utf8');
    const shown = frameExchange('received', payload);
    // The empty message that stands for the opening of an event stream is no frame.
    if (end > start) this.tell(shown);
    const text = shown.kind === 'frame' ? shown.text : '';
    try {
      const messages = this.decode(payload, bytes);
      this.hears({ kind: 'frame', text, messages });
      for (const message of messages) this.obey(message);
    } catch (error) {
      this.hears({ kind: 'unreadable', text, error: error as Error });
    }
  }

  closed(ending: WireEnding): void {
    clearInterval(this.heartbeat);
    const status = ending.status === null ? '' : `, status ${ending.status}`;
    this.tell({ kind: 'line', what: 'closed', text: `code ${ending.code}${status}: ${ending.reason}` });
    this.hears({ kind: 'closed', ending });
  }

  private decode(payload: Payload, bytes: Uint8Array): RoomMessage[] {
    const messages: RoomMessage[] = [];
    const emit = (message: RoomMessage): void => void messages.push(message);
    const { wholeBytes } = this.room;
    if (!wholeBytes) this.room.decode(payload, emit);
    else {
      const all = Buffer.concat([this.carry, bytes]);
      const whole = wholeBytes(all);
      this.carry = all.subarray(whole);
      if (whole > 0) this.room.decode(all.subarray(0, whole), emit);
    }
    return messages;
  }

  private obey(message: RoomMessage): void {
    if (message.kind === 'poll_again') this.line?.again?.(message.afterMs, message.cursor);
    if (message.kind !== 'ask') return;
    for (const payload of this.room.reply?.(message.what, this.viewer, message.data) ?? []) this.send(payload);
  }

  private hears(what: Heard): void {
    this.heard.push(what);
    this.wake();
  }
}
