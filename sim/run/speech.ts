import type { Marker } from '../targets/marker.ts';
import type { HttpRequest, RoomIntent, RoomTarget, TargetViewer } from '../targets/target.ts';
import type { HttpClients } from './http-clients.ts';
import type { Link } from './link.ts';
import type { Numbering } from './numbering.ts';

/** What a room is told over HTTP is given up after so long. */
const SAY_TIMEOUT_MS = 10_000;
/** Messages that wait for the room to say that it took them; a room that says nothing must not fill the memory. */
const WAITING_AT_MOST = 20_000;
/** What the room took so shortly before the end may still be on its way to everybody. */
const ON_ITS_WAY_MS = 2000;

export interface SpeechParts {
  readonly room: RoomTarget | null;
  readonly http: HttpClients;
  /** By room of the scenario. */
  readonly numberings: readonly Numbering[];
  /** The room did not take what this viewer said. */
  readonly rejected: (row: number) => void;
}

interface Marked {
  readonly room: number;
  readonly marker: Marker;
}

/** What the viewers say, and what becomes of it: a message that the room took, and nobody heard, was lost to everybody. */
export class Speech {
  private readonly parts: SpeechParts;
  /** By `ref`: chat with a marker that the room has not answered yet. */
  private readonly waiting = new Map<number, Marked>();
  private readonly taken = new Set<Marked>();

  constructor(parts: SpeechParts) {
    this.parts = parts;
  }

  /** False when it could not be said. `marker`: what its text carries, if it carries one. `roomIndex`: of the scenario. */
  say(link: Link, roomIndex: number, intent: RoomIntent, viewer: TargetViewer, marker: Marker | null): boolean {
    const { room } = this.parts;
    const said = room?.say(intent, viewer) ?? null;
    if (room === null || said === null) return false;
    const marked = marker === null ? null : { room: roomIndex, marker };
    if (marker !== null && room.abilities.echo === false) link.saidItself.push(marker.n);
    if (typeof said !== 'string' && !(said instanceof Uint8Array)) {
      void this.request(room, said, link.row, marked);
      return true;
    }
    if (!link.send(said)) return false;
    if (marked !== null && intent.kind === 'chat') this.waitFor(intent.ref, marked);
    return true;
  }

  /** The room has answered: it took the message, or not. */
  acknowledged(row: number, ref: number, ok: boolean): void {
    const marked = this.waiting.get(ref);
    this.waiting.delete(ref);
    if (!ok) this.parts.rejected(row);
    else if (marked) this.taken.add(marked);
  }

  /** At the end: gives a number to what the room took a while ago and nobody heard, so that everybody who was there misses it. */
  numberUnheard(nowEpochMs: number): void {
    const { numberings } = this.parts;
    for (const { room, marker } of this.taken) {
      if (marker.sentAtMs < nowEpochMs - ON_ITS_WAY_MS) numberings[room].numberOf(marker);
    }
  }

  private waitFor(ref: number, marked: Marked): void {
    this.waiting.set(ref, marked);
    if (this.waiting.size <= WAITING_AT_MOST) return;
    for (const oldest of this.waiting.keys()) {
      this.waiting.delete(oldest);
      return;
    }
  }

  private async request(room: RoomTarget, request: HttpRequest, row: number, marked: Marked | null): Promise<void> {
    const result = await this.parts.http.sendTo(room.origin, request, SAY_TIMEOUT_MS);
    // Without an answer nobody knows.
    if (!('answer' in result)) return;
    try {
      const { ok } = room.said?.(result.answer) ?? { ok: result.answer.status < 300 };
      if (!ok) this.parts.rejected(row);
      else if (marked !== null) this.taken.add(marked);
    } catch {
      // An answer that cannot be read says nothing.
    }
  }
}
