import { HttpClients } from '../../sim/run/http-clients.ts';
import { lineOpener } from '../../sim/run/lines.ts';
import type { Line } from '../../sim/live/line.ts';
import { createDialer } from '../../sim/run/wire/dialer.ts';
import { PollWire, type Timers } from '../../sim/run/wire/poll-wire.ts';
import { SILENT } from '../../sim/run/wire/silent.ts';
import type { WireEnding, WireEvents } from '../../sim/run/wire/wire.ts';
import type { Payload, RoomMessage, RoomTarget, TargetPart, TargetViewer } from '../../sim/targets/target.ts';
import { Inbox } from '../services/inbox.ts';
import { later } from '../run/wire/rig.ts';

type Chat = Extract<RoomMessage, { kind: 'chat' }>;
type Ack = Extract<RoomMessage, { kind: 'chat_ack' }>;

const SAY_TIMEOUT_MS = 5000;
/** Waits of a room that is polled are so much shorter, so that its end does not take half a minute. */
const HURRY = 20;
const HURRIED: Timers = {
  start: (callback, inMs) => setTimeout(callback, inMs / HURRY),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

export interface RoomViewerOptions {
  readonly id: string;
  readonly roomId: string;
  /** Says nothing that the protocol asks for once it is in: a server that pings does not keep it. */
  readonly isMute?: boolean;
}

/** One viewer in a room, over the lines of a run, which does what the protocol wants and keeps all that it hears. */
export class RoomViewer implements WireEvents {
  readonly heard = new Inbox<RoomMessage>();
  /** The line has ended, and it was not this viewer who ended it. */
  readonly ended: Promise<WireEnding>;
  hasEnded = false;
  readonly viewer: TargetViewer;
  recognised = SILENT.recognised;
  scanned = SILENT.scanned;
  private readonly room: RoomTarget;
  private readonly isMute: boolean;
  private readonly http = new HttpClients(4);
  private readonly line: Line;
  private readonly end = later<WireEnding>();
  private heartbeat: NodeJS.Timeout | undefined;
  private carry: Buffer = Buffer.alloc(0);
  private refs = 0;

  constructor({ room }: TargetPart, { id, roomId, isMute = false }: RoomViewerOptions) {
    if (!room) throw new Error('the adapter has no room');
    this.room = room;
    this.isMute = isMute;
    this.ended = this.end.promise;
    this.viewer = { id, name: id, roomId, number: 0, account: {}, session: {} };
    this.line = this.open();
  }

  /** Resolves when the room has let the viewer in; rejects when the line ends before. */
  async in(): Promise<this> {
    const ended = this.ended.then((ending) => {
      throw new Error(`not let in: ${JSON.stringify(ending)}`);
    });
    await Promise.race([this.heard.first(({ kind }) => kind === 'welcome'), ended]);
    return this;
  }

  /** Resolves with its `ref` when it has left; by request: when it was answered. */
  async say(text: string): Promise<number> {
    const ref = this.refs++;
    const said = this.room.say({ kind: 'chat', text, ref }, this.viewer);
    if (said === null) throw new Error('nothing can be said there');
    if (typeof said === 'string' || said instanceof Uint8Array) {
      if (!this.line.send(said)) throw new Error('the line is not open');
      return ref;
    }
    const result = await this.http.sendTo(this.room.origin, said, SAY_TIMEOUT_MS);
    if (!('answer' in result)) throw new Error(`not said: ${result.failure}`);
    const outcome = this.room.said?.(result.answer);
    if (outcome?.ok !== true) throw new Error(`not taken: ${result.answer.status} ${result.answer.body}`);
    return ref;
  }

  /** All chat that was heard, as soon as it is so much. */
  async chats(count: number): Promise<readonly Chat[]> {
    for (let length = count; this.chatsSoFar().length < count; length = this.heard.items.length + 1)
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is meant
      await this.heard.atLeast(length);
    return this.chatsSoFar();
  }

  async texts(count: number): Promise<(string | undefined)[]> {
    return (await this.chats(count)).map(({ text }) => text);
  }

  chatsSoFar(): Chat[] {
    return this.heard.items.filter((message): message is Chat => message.kind === 'chat');
  }

  async ack(ref: number): Promise<Ack> {
    return (await this.heard.first((message) => message.kind === 'chat_ack' && message.ref === ref)) as Ack;
  }

  async leave(): Promise<void> {
    clearInterval(this.heartbeat);
    this.line.close(1000);
    await this.http.destroy();
  }

  opened(): void {
    const { heartbeat, opened, entersOnOpen } = this.room;
    for (const payload of opened?.(this.viewer) ?? []) this.line.send(payload);
    if (entersOnOpen) this.heard.add({ kind: 'welcome', seq: null, openCueIds: [] });
    if (heartbeat && !this.isMute)
      this.heartbeat = setInterval(() => this.line.send(heartbeat.payload), heartbeat.everyMs);
  }

  message(buffer: Buffer, start: number, end: number, isBinary: boolean): void {
    const { wholeBytes } = this.room;
    if (!isBinary) return this.decode(buffer.toString('utf8', start, end));
    if (!wholeBytes) return this.decode(Buffer.from(buffer.subarray(start, end)));
    const bytes = Buffer.concat([this.carry, buffer.subarray(start, end)]);
    const length = wholeBytes(bytes);
    this.carry = bytes.subarray(length);
    if (length > 0) this.decode(bytes.subarray(0, length));
  }

  closed(ending: WireEnding): void {
    clearInterval(this.heartbeat);
    this.hasEnded = true;
    this.end.done(ending);
    void this.http.destroy();
  }

  private open(): Line {
    const { room, http, viewer } = this;
    const { poll, origin } = room;
    if (room.line !== 'poll' || !poll) return lineOpener(room, createDialer(), http)(viewer, this);
    const request = (cursor: string | null) => poll(viewer, cursor);
    return new PollWire({ http, origin, request, timeoutMs: SAY_TIMEOUT_MS, viewer: 0, timers: HURRIED }, this);
  }

  private decode(frame: Payload): void {
    this.room.decode(frame, (message) => {
      const isIn = this.heard.items.some(({ kind }) => kind === 'welcome');
      this.heard.add(message);
      if (message.kind === 'ask' && !(this.isMute && isIn)) this.answer(message.what, message.data);
      else if (message.kind === 'poll_again') this.line.again?.(message.afterMs, message.cursor);
      // As a run does it.
      else if (message.kind === 'refused') this.line.fail(1000, message.reason);
    });
  }

  private answer(what: string, data: string | undefined): void {
    for (const payload of this.room.reply?.(what, this.viewer, data) ?? []) this.line.send(payload);
  }
}
