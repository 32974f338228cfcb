import { grown } from './bytes.ts';
import type { Visit, VisitEnd } from './history.ts';
import { Texts } from './texts.ts';

const FIRST_CAPACITY = 256;
/** For what is not there: the end of a visit that has none. */
export const NO_END = -1;

const NOTHING_MISSING: VisitEnd['missing'] = [];

/** The visits of one file: a row a visit, in arrays that one thread can hand to another. Absent counts are NaN. */
export class VisitColumns {
  /** How many rows there are. */
  count = 0;
  viewer = new Int32Array(FIRST_CAPACITY);
  room = new Int32Array(FIRST_CAPACITY);
  enteredMs = new Float64Array(FIRST_CAPACITY);
  firstSeq = new Float64Array(FIRST_CAPACITY);
  /** Row of `ways`, or NO_END. */
  how = new Int32Array(FIRST_CAPACITY);
  endedMs = new Float64Array(FIRST_CAPACITY);
  lastSeq = new Float64Array(FIRST_CAPACITY);
  received = new Float64Array(FIRST_CAPACITY);
  duplicates = new Float64Array(FIRST_CAPACITY);
  reordered = new Float64Array(FIRST_CAPACITY);
  late = new Float64Array(FIRST_CAPACITY);
  /** Row of `cueLists`. */
  cues = new Int32Array(FIRST_CAPACITY);

  readonly rooms = new Texts();
  readonly ways = new Texts();
  readonly cueLists: (readonly string[])[] = [];
  /** By row; most visits miss nothing. */
  readonly missing = new Map<number, VisitEnd['missing']>();

  /** A new row. */
  add(): number {
    const row = this.count++;
    if (row === this.viewer.length) this.grow(row * 2);
    return row;
  }

  private grow(capacity: number): void {
    this.viewer = grown(this.viewer, new Int32Array(capacity));
    this.room = grown(this.room, new Int32Array(capacity));
    this.enteredMs = grown(this.enteredMs, new Float64Array(capacity));
    this.firstSeq = grown(this.firstSeq, new Float64Array(capacity));
    this.how = grown(this.how, new Int32Array(capacity));
    this.endedMs = grown(this.endedMs, new Float64Array(capacity));
    this.lastSeq = grown(this.lastSeq, new Float64Array(capacity));
    this.received = grown(this.received, new Float64Array(capacity));
    this.duplicates = grown(this.duplicates, new Float64Array(capacity));
    this.reordered = grown(this.reordered, new Float64Array(capacity));
    this.late = grown(this.late, new Float64Array(capacity));
    this.cues = grown(this.cues, new Int32Array(capacity));
  }
}

/** Adds the visits of one file to `all`, in the order of their enters. `columns`: also those of another thread, which lost their methods on the way. */
export function addVisits(all: Visit[], columns: VisitColumns, viewers: Texts): void {
  const rooms = Texts.revived(columns.rooms);
  const ways = Texts.revived(columns.ways);
  for (let row = 0; row < columns.count; row++) {
    all.push({
      viewerId: viewers.kept(columns.viewer[row]),
      roomId: rooms.kept(columns.room[row]),
      enteredMs: columns.enteredMs[row],
      firstSeq: columns.firstSeq[row],
      end: columns.how[row] === NO_END ? null : endOf(columns, ways, row),
    });
  }
}

function endOf(columns: VisitColumns, ways: Texts, row: number): VisitEnd {
  const late = columns.late[row];
  return {
    atMs: columns.endedMs[row],
    how: ways.kept(columns.how[row]) as VisitEnd['how'],
    lastSeq: columns.lastSeq[row],
    received: columns.received[row],
    duplicates: columns.duplicates[row],
    reordered: columns.reordered[row],
    missing: columns.missing.get(row) ?? NOTHING_MISSING,
    cueIds: columns.cueLists[columns.cues[row]],
    lateMessages: Number.isNaN(late) ? null : late,
  };
}
