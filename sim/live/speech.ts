import type { Marker } from '../targets/marker.ts';
import type { HttpRequest, Payload, RoomIntent, RoomTarget, TargetViewer } from '../targets/target.ts';
import type { HttpSender } from './http.ts';
import type { Link } from './link.ts';
import type { Numbering } from './numbering.ts';

/** What a room is told over HTTP is given up after so long. */
const SAY_TIMEOUT_MS = 10_000;
/** Messages whose way is followed; of a longer list, those that somebody has heard are let go first. */
const FOLLOWED_AT_MOST = 20_000;
/** What was said so shortly before the end, or before its viewer went, may still be on its way to everybody. */
const ON_ITS_WAY_MS = 2000;

export interface SpeechParts {
  readonly room: RoomTarget | null;
  readonly http: HttpSender;
  /** By room of the scenario. */
  readonly numberings: readonly Numbering[];
  /** The room did not take what this viewer said. */
  readonly rejected: (row: number) => void;
  /** A request of a viewer has been answered, or not: whether that went well. */
  readonly tried: (ok: boolean) => void;
}

/** Chat with a marker, on its way. */
interface Said {
  readonly link: Link;
  readonly room: number;
  readonly marker: Marker;
  /** `null`: the room has not answered. */
  taken: boolean | null;
}

/**
 * What the viewers say, and what becomes of it. A message that the room took and nobody heard was lost to everybody: taken is what it
 * acknowledged, or, in a room that acknowledges nothing, what was said on a line that stayed open.
 */
export class Speech {
  private readonly parts: SpeechParts;
  /** By `ref`. */
  private readonly followed = new Map<number, Said>();
  /** By row: requests that have not been answered. */
  private readonly asking = new Map<number, number>();
  private acknowledges = false;

  constructor(parts: SpeechParts) {
    this.parts = parts;
  }

  /** What the viewer said before is still on its way by another connection, and may be overtaken. */
  isAsking(row: number): boolean {
    return this.asking.has(row);
  }

  /** False when it could not be said. `marker`: what its text carries, if it carries one. `roomIndex`: of the scenario. */
  say(link: Link, roomIndex: number, intent: RoomIntent, viewer: TargetViewer, marker: Marker | null): boolean {
    const { room } = this.parts;
    const words = room === null ? null : wordsOf(room, intent, viewer);
    if (room === null || words === null) return false;
    const said = marker === null ? null : { link, room: roomIndex, marker, taken: null };
    if (marker !== null && room.abilities.echo === false) link.saidItself.push(marker.n);
    if (typeof words !== 'string' && !(words instanceof Uint8Array)) void this.request(room, words, link.row, said);
    else if (!link.send(words)) return false;
    if (said !== null && intent.kind === 'chat') this.follow(intent.ref, said);
    return true;
  }

  /** The room has answered: it took the message, or not. */
  acknowledged(row: number, ref: number, ok: boolean): void {
    this.acknowledges = true;
    const said = this.followed.get(ref);
    if (said) said.taken = ok;
    if (!ok) this.parts.rejected(row);
  }

  /**
   * At the end: gives a number to what the room took a while ago and nobody heard, so that everybody who was there misses it. Where chat came
   * and not one message of it carried a marker, the backend changes what is said, and nothing can be told.
   */
  numberUnheard(nowEpochMs: number, cameUnmarked: boolean): void {
    const { numberings, room } = this.parts;
    if (room?.abilities.numbers !== 'markers') return;
    for (const said of this.followed.values()) {
      const isMute = cameUnmarked && numberings[said.room].last === 0;
      if (!isMute && this.wasTaken(said, nowEpochMs)) numberings[said.room].numberOf(said.marker);
    }
  }

  private wasTaken({ link, marker, taken }: Said, nowEpochMs: number): boolean {
    if (marker.sentAtMs > nowEpochMs - ON_ITS_WAY_MS) return false;
    if (taken !== null || this.acknowledges) return taken === true;
    // Where nobody hears themselves, one who is alone is heard by nobody.
    if (this.parts.room?.abilities.echo === false) return false;
    return link.state === 'open' || link.endedAtMs > marker.sentAtMs + ON_ITS_WAY_MS;
  }

  private follow(ref: number, said: Said): void {
    this.followed.set(ref, said);
    if (this.followed.size <= FOLLOWED_AT_MOST) return;
    const { numberings } = this.parts;
    for (const [old, { room, marker }] of this.followed) {
      if (numberings[room].seqOf(marker.shard, marker.n) > 0) this.followed.delete(old);
    }
    for (const old of this.followed.keys()) {
      if (this.followed.size <= FOLLOWED_AT_MOST / 2) break;
      this.followed.delete(old);
    }
  }

  private async request(room: RoomTarget, request: HttpRequest, row: number, said: Said | null): Promise<void> {
    const { asking, parts } = this;
    asking.set(row, (asking.get(row) ?? 0) + 1);
    const result = await parts.http.sendTo(room.origin, request, SAY_TIMEOUT_MS);
    const left = (asking.get(row) ?? 1) - 1;
    if (left === 0) asking.delete(row);
    else asking.set(row, left);
    const ok = 'answer' in result ? isTaken(room, result.answer) : null;
    parts.tried(ok !== null && !('answer' in result && result.answer.status >= 500));
    if (said !== null) said.taken = ok ?? false;
    if (ok !== true) parts.rejected(row);
  }
}

/** `null`: it cannot be said there. What an adapter cannot put into words is not said. */
function wordsOf(room: RoomTarget, intent: RoomIntent, viewer: TargetViewer): Payload | HttpRequest | null {
  try {
    return room.say(intent, viewer);
  } catch {
    return null;
  }
}

/** `null`: the answer cannot be read. */
function isTaken(room: RoomTarget, answer: Parameters<NonNullable<RoomTarget['said']>>[0]): boolean | null {
  try {
    return room.said?.(answer).ok ?? answer.status < 300;
  } catch {
    return null;
  }
}
