import { textOf } from './bytes.ts';
import type { EnterEvent, HereEvent, LeaveEvent, RoomEvent } from './events.ts';
import { Ids } from './ids.ts';
import * as of from './request-line.ts';
import type { RequestLine } from './request-line.ts';
import { NO_END, VisitColumns } from './visit-rows.ts';

const ROOMS_AT_MOST = 2 ** 20;

/** Every visit of a file. A leave without an enter is passed over. */
export class VisitTable {
  readonly columns = new VisitColumns();
  private readonly viewers: Ids;
  private readonly rooms = new Ids([], this.columns.rooms);
  private readonly ways = new Ids([], this.columns.ways);
  /** Rows of visits that have not ended, by room and viewer. */
  private readonly present = new Map<number, number>();
  /** By room: what was said last of all who are in. */
  private readonly soFar = new Map<
    number,
    { readonly untilMs: number; readonly seq: number | null; readonly cues: number }
  >();
  /** Rows of visits that have not ended, of which something else was said: up to when; Infinity: what is new would have been said. */
  private readonly lacking = new Map<number, number>();
  /** Rows of lists, by their cues. */
  private readonly cueLists = new Map<string, number>();
  /** As they stand in lines, and rows of what they are. */
  private readonly cueTexts = new Ids();
  private readonly listsByText: number[] = [];

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
    const row = this.take(this.viewers.rowOf(`${v}`), this.rooms.rowOf(`${r}`));
    if (row === null) return;
    if (m != null) this.columns.missing.set(row, m);
    this.end(row, this.ways.rowOf(`${h}`), at, this.cueList(c));
    this.count(row, q, n, d ?? 0, o ?? 0, l ?? NaN);
  }

  /** As `leave`, of a line; it has no field for messages that are missing. */
  left(line: RequestLine): void {
    if (!line.has(of.VIEWER) || !line.has(of.ROOM) || !line.has(of.HOW) || !line.has(of.CUES)) {
      throw new Error('a leave without its names');
    }
    const cues = this.cuesOf(line);
    const row = this.take(this.row(this.viewers, line, of.VIEWER), this.row(this.rooms, line, of.ROOM));
    if (row === null) return;
    const { numbers } = line;
    this.end(row, this.row(this.ways, line, of.HOW), numbers[of.AT], cues);
    const duplicates = numbers[of.DUPLICATES] || 0;
    const reordered = numbers[of.REORDERED] || 0;
    this.count(row, numbers[of.SEQ], numbers[of.RECEIVED], duplicates, reordered, numbers[of.LATE]);
  }

  roomSoFar({ u, r, q, c }: RoomEvent): void {
    this.soFar.set(this.rooms.rowOf(`${r}`), { untilMs: u, seq: q ?? null, cues: this.cueList(c) });
  }

  here({ u, v, r, q, n, d, o, m, c, z }: HereEvent): void {
    const row = this.present.get(this.viewers.rowOf(`${v}`) * ROOMS_AT_MOST + this.rooms.rowOf(`${r}`));
    if (row === undefined) return;
    this.lacking.set(row, z === 1 ? u : Infinity);
    if (m != null) this.columns.missing.set(row, m);
    else this.columns.missing.delete(row);
    this.columns.cues[row] = this.cueList(c);
    this.count(row, q, n, d ?? 0, o ?? 0, NaN);
  }

  /** The history ends: those who are in were in when their rooms were told of last. Who came so late that nothing is due yet has no end. */
  cut(): void {
    const { columns } = this;
    const how = this.ways.rowOf('cut');
    for (const row of this.present.values()) {
      const known = this.soFar.get(columns.room[row]);
      if (known === undefined || columns.enteredMs[row] > known.untilMs) continue;
      const first = columns.firstSeq[row];
      const last = Math.max(first, known.seq ?? first);
      if (!this.lacking.has(row)) {
        columns.cues[row] = known.cues;
        this.count(row, last, last - first, 0, 0, NaN);
      }
      columns.how[row] = how;
      columns.endedMs[row] = Math.min(known.untilMs, this.lacking.get(row) ?? Infinity);
    }
  }

  private begin(viewer: number, room: number, atMs: number, seq: number): void {
    const { columns } = this;
    const row = columns.add();
    columns.viewer[row] = viewer;
    columns.room[row] = room;
    columns.enteredMs[row] = atMs;
    columns.firstSeq[row] = seq;
    columns.how[row] = NO_END;
    this.present.set(viewer * ROOMS_AT_MOST + room, row);
  }

  private take(viewer: number, room: number): number | null {
    const spot = viewer * ROOMS_AT_MOST + room;
    const row = this.present.get(spot) ?? null;
    if (row === null) return null;
    this.present.delete(spot);
    // Its end says all; what was said of it before does not count any more.
    if (this.lacking.delete(row)) this.columns.missing.delete(row);
    return row;
  }

  private end(row: number, how: number, atMs: number, cues: number): void {
    this.columns.how[row] = how;
    this.columns.endedMs[row] = atMs;
    this.columns.cues[row] = cues;
  }

  private count(
    row: number,
    lastSeq: number,
    received: number,
    duplicates: number,
    reordered: number,
    late: number,
  ): void {
    this.columns.lastSeq[row] = lastSeq;
    this.columns.received[row] = received;
    this.columns.duplicates[row] = duplicates;
    this.columns.reordered[row] = reordered;
    this.columns.late[row] = late;
  }

  private row(ids: Ids, line: RequestLine, text: number): number {
    return ids.row(line.bytes, line.from[text], line.until[text]);
  }

  private cuesOf(line: RequestLine): number {
    const { bytes, from, until } = line;
    const known = this.cueTexts.find(bytes, from[of.CUES], until[of.CUES]);
    if (known >= 0) return this.listsByText[known];
    // A list that is broken throws before it takes a row, or the lists of all later rows would be those of others.
    const list = this.cueList(JSON.parse(textOf(bytes, from[of.CUES], until[of.CUES])) as string[]);
    this.listsByText[this.row(this.cueTexts, line, of.CUES)] = list;
    return list;
  }

  /** One list for all who were shown the same: they are many. */
  private cueList(cueIds: readonly string[]): number {
    const text = cueIds.join(' ');
    const known = this.cueLists.get(text);
    if (known !== undefined) return known;
    const row = this.columns.cueLists.push(cueIds) - 1;
    this.cueLists.set(text, row);
    return row;
  }
}
