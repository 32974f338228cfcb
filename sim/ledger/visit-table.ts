import { textOf } from './bytes.ts';
import type { EnterEvent, LeaveEvent } from './events.ts';
import type { Visit, VisitEnd } from './history.ts';
import { Ids } from './ids.ts';
import * as of from './request-line.ts';
import type { RequestLine } from './request-line.ts';

type OpenVisit = { -readonly [K in keyof Visit]: Visit[K] };

const NOTHING_MISSING: VisitEnd['missing'] = [];
const ROOMS_AT_MOST = 2 ** 20;

/** Every visit of a run. A leave without an enter is passed over. */
export class VisitTable {
  readonly all: OpenVisit[] = [];
  private readonly viewers: Ids;
  private readonly rooms = new Ids();
  private readonly ways = new Ids();
  /** Visits that have not ended, by room and viewer. */
  private readonly present = new Map<number, OpenVisit>();
  private readonly cueLists = new Map<string, readonly string[]>();
  /** As they stand in lines, and what they are. */
  private readonly cueTexts = new Ids();
  private readonly cuesByText: (readonly string[])[] = [];

  constructor(viewers: Ids) {
    this.viewers = viewers;
  }

  enter({ at, v, r, q }: EnterEvent): void {
    this.begin(this.viewers.rowOf(`${v}`), this.rooms.rowOf(`${r}`), at, q);
  }

  /** As `enter`, of a line. */
  entered(line: RequestLine): void {
    if (!line.has(of.VIEWER) || !line.has(of.ROOM)) throw new Error('an enter without its names');
    const { numbers } = line;
    this.begin(
      this.row(this.viewers, line, of.VIEWER),
      this.row(this.rooms, line, of.ROOM),
      numbers[of.AT],
      numbers[of.SEQ],
    );
  }

  leave({ at, v, r, h, q, n, d, o, m, c, l }: LeaveEvent): void {
    // What is no whole leave is one without an enter, too.
    if (v === undefined || r === undefined) return;
    const visit = this.take(this.viewers.rowOf(`${v}`), this.rooms.rowOf(`${r}`));
    if (visit === null) return;
    visit.end = {
      atMs: at,
      how: h,
      lastSeq: q,
      received: n,
      duplicates: d ?? 0,
      reordered: o ?? 0,
      missing: m ?? NOTHING_MISSING,
      cueIds: this.cueList(c),
      lateMessages: l ?? null,
    };
  }

  /** As `leave`, of a line; it has no field for messages that are missing. */
  left(line: RequestLine): void {
    if (!line.has(of.VIEWER) || !line.has(of.ROOM) || !line.has(of.HOW) || !line.has(of.CUES)) {
      throw new Error('a leave without its names');
    }
    const cueIds = this.cuesOf(line);
    const visit = this.take(this.row(this.viewers, line, of.VIEWER), this.row(this.rooms, line, of.ROOM));
    if (visit === null) return;
    const { numbers } = line;
    visit.end = {
      atMs: numbers[of.AT],
      how: this.ways.kept(this.row(this.ways, line, of.HOW)) as VisitEnd['how'],
      lastSeq: numbers[of.SEQ],
      received: numbers[of.RECEIVED],
      duplicates: numbers[of.DUPLICATES] || 0,
      reordered: numbers[of.REORDERED] || 0,
      missing: NOTHING_MISSING,
      cueIds,
      lateMessages: Number.isNaN(numbers[of.LATE]) ? null : numbers[of.LATE],
    };
  }

  private begin(viewer: number, room: number, atMs: number, seq: number): void {
    const viewerId = this.viewers.kept(viewer);
    const visit = { viewerId, roomId: this.rooms.kept(room), enteredMs: atMs, firstSeq: seq, end: null };
    this.all.push(visit);
    this.present.set(viewer * ROOMS_AT_MOST + room, visit);
  }

  private take(viewer: number, room: number): OpenVisit | null {
    const spot = viewer * ROOMS_AT_MOST + room;
    const visit = this.present.get(spot) ?? null;
    if (visit !== null) this.present.delete(spot);
    return visit;
  }

  private row(ids: Ids, line: RequestLine, text: number): number {
    return ids.row(line.bytes, line.from[text], line.until[text]);
  }

  private cuesOf(line: RequestLine): readonly string[] {
    const { bytes, from, until } = line;
    const known = this.cueTexts.find(bytes, from[of.CUES], until[of.CUES]);
    if (known >= 0) return this.cuesByText[known];
    // A list that is broken throws before it takes a row, or the lists of all later rows would be those of others.
    const cueIds = this.cueList(JSON.parse(textOf(bytes, from[of.CUES], until[of.CUES])) as string[]);
    this.cuesByText[this.row(this.cueTexts, line, of.CUES)] = cueIds;
    return cueIds;
  }

  /** One list for all who were shown the same: they are many. */
  private cueList(cueIds: readonly string[]): readonly string[] {
    const text = cueIds.join(' ');
    const known = this.cueLists.get(text);
    if (known) return known;
    this.cueLists.set(text, cueIds);
    return cueIds;
  }
}
