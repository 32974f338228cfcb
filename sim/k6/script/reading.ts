import http from 'k6/http';
import { WebSocket } from 'k6/websockets';
import { epochMs } from '../../live/clock.ts';
import { Decoder, isPersonal, type DecodedFrame } from '../../live/decoder.ts';
import type { Line } from '../../live/line.ts';
import type { Link } from '../../live/link.ts';
import type { Listener, Reading } from '../../live/reading.ts';
import { COUNTER } from '../../metrics/series.ts';
import type { Payload, RoomTarget, SocketRequest, TargetViewer } from '../../targets/target.ts';
import { NoLine } from '../../live/no-line.ts';
import { FirstWords } from './first-words.ts';
import type { IsNamed } from '../../live/named-hosts.ts';
import { SocketLine } from './socket-line.ts';

/** Texts that are kept, at most twice as many: the viewers of a pod are rarely more than so many frames apart. */
const KEPT = 64;
const WATCH_EVERY_MS = 20;

/**
 * Reads WebSocket frames as k6 hands them over. One message, parsed once: a text that is known is looked up, which k6 does in Go, for a
 * fraction of what JSON.parse costs it.
 */
export class FrameReading implements Reading {
  private readonly room: RoomTarget;
  private readonly userAgent: string;
  private readonly isNamed: IsNamed;
  private readonly listener: Listener;
  private readonly rooms: readonly KnownTexts[];
  private readonly firstWords: FirstWords;
  private watchedAtMs = 0;

  constructor(room: RoomTarget, userAgent: string, isNamed: IsNamed, listener: Listener, note: (text: string) => void) {
    this.firstWords = new FirstWords(note);
    this.room = room;
    this.userAgent = userAgent;
    this.isNamed = isNamed;
    this.listener = listener;
    this.rooms = listener.numberings.map((numbering) => new KnownTexts(new Decoder(room, numbering)));
  }

  open(viewer: TargetViewer, link: Link): Line {
    const request = this.room.connect(viewer);
    if (!this.isNamed(request.url)) return new NoLine(false, () => link.closed());
    const line = new SocketLine(() => dial(request, this.userAgent), {
      opened: () => {
        link.opened();
        if (link.state === 'connecting') this.firstWords.await(link, line);
      },
      heard: (payload, readEpochMs) => this.heard(link, payload, readEpochMs),
      closed: () => link.closed(),
    });
    return line;
  }

  begin(): void {}

  end(): void {
    this.firstWords.stop();
  }

  private heard(link: Link, payload: Payload, readEpochMs: number): void {
    if (link.state === 'closed') return;
    const { recorder, rows, hearing } = this.listener;
    this.watch(readEpochMs);
    if (recorder.counting) {
      recorder.series.add(COUNTER.framesReceived, 1);
      recorder.series.add(COUNTER.bytesReceived, payload.length);
    }
    const room = rows().room[link.row];
    const frame = this.decode(link, room, payload);
    if (frame !== null) hearing.hear(link, room, frame, readEpochMs);
  }

  /** How long what is read waits for the script: now and then, as a beacon would tell. */
  private watch(readEpochMs: number): void {
    const nowMs = epochMs();
    if (nowMs - this.watchedAtMs < WATCH_EVERY_MS) return;
    this.watchedAtMs = nowMs;
    this.listener.recorder.receiveWait(readEpochMs, nowMs, this.listener.clock.at(nowMs));
  }

  /** `null` for what the adapter cannot read: the gap in the sequence shows. */
  private decode(link: Link, room: number, payload: Payload): DecodedFrame | null {
    try {
      return this.rooms[room].decode(payload);
    } catch {
      if (this.room.wholeBytes) link.lostTrack();
      return null;
    }
  }
}

/** The frames of a room that its viewers got lately, by their text. */
class KnownTexts {
  private readonly decoder: Decoder;
  private recent = new Map<string, DecodedFrame>();
  private older = new Map<string, DecodedFrame>();

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  decode(payload: Payload): DecodedFrame {
    if (typeof payload !== 'string') return this.decoder.decode(payload);
    const known = this.recent.get(payload) ?? this.older.get(payload);
    if (known !== undefined) return known;
    const frame = this.decoder.decode(payload);
    if (!frame.messages.some(isPersonal)) this.keep(payload, frame);
    return frame;
  }

  private keep(text: string, frame: DecodedFrame): void {
    if (this.recent.size >= KEPT) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(text, frame);
  }
}

function dial({ url, protocols = [], headers }: SocketRequest, userAgent: string): WebSocket {
  const asked = {
    'user-agent': userAgent,
    ...headers,
    // k6 has a place for subprotocols, and does not look there.
    ...(protocols.length > 0 ? { 'sec-websocket-protocol': protocols.join(', ') } : {}),
  };
  return new WebSocket(url, null, { headers: asked, tags: { name: 'room' }, jar: new http.CookieJar() });
}

/** Without a room everybody is in at once, and nothing is heard. */
export const NO_READING: Reading = {
  open: (_viewer, link) => new NoLine(true, () => link.opened()),
  begin: () => undefined,
  end: () => undefined,
};
