import type { Link } from '../link.ts';
import type { VisitLog, VisitNotes } from './visits.ts';

/** Of a visit that lacks more than so many messages, no more are told before it ends: a room that leaves out most would be all that is written. */
const LACKING_AT_MOST = 256;

/** What was told of a visit last, so that it is told again only when something has changed. */
interface Told {
  readonly duplicates: number;
  readonly reordered: number;
  readonly lacking: number;
  readonly cues: number;
}

/** One room, and who is in it. */
export interface RoomSoFar {
  readonly roomId: string;
  readonly atMs: number;
  /** The last message that was due to all who are in; `null`: what was due to whom can only be told at the end of a visit. */
  readonly dueSeq: number | null;
  readonly links: readonly Link[];
  readonly notesOf: (link: Link) => VisitNotes;
}

/**
 * Tells once a second what those have got who are in a room, so that a generator that is killed takes no more than that second with it: one
 * line for all to whom nothing is wrong, and one for each other, when that has changed.
 */
export class SoFar {
  private readonly log: Pick<VisitLog, 'soFar' | 'lacking'>;
  private readonly told = new WeakMap<Link, Told>();
  /** By room: every cue that anybody there was shown, and in which look that was first noticed. */
  private readonly cues = new Map<string, Map<number, number>>();
  /** The look at which a link was there first. */
  private readonly since = new WeakMap<Link, number>();
  private looks = 0;

  constructor(log: Pick<VisitLog, 'soFar' | 'lacking'>) {
    this.log = log;
  }

  /** Call once a second, with all rooms. */
  look(rooms: readonly RoomSoFar[]): void {
    this.looks++;
    for (const room of rooms) this.lookAt(room);
  }

  private lookAt({ roomId, atMs, dueSeq, links, notesOf }: RoomSoFar): void {
    const shown = this.shownTo(roomId, links);
    for (const link of links) {
      const lacking = dueSeq === null ? 0 : Math.min(link.delivery.lacking(dueSeq), LACKING_AT_MOST);
      const { duplicates, reordered } = link.delivery;
      const before = this.told.get(link);
      const isFine = lacking === 0 && duplicates === 0 && reordered === 0 && !this.lacksCue(link, shown);
      if (isFine && before === undefined) continue;
      const now: Told = { duplicates, reordered, lacking, cues: link.cues.length };
      if (before !== undefined && isSame(before, now)) continue;
      this.told.set(link, now);
      this.log.lacking(notesOf(link), link, dueSeq);
    }
    this.log.soFar(roomId, atMs, dueSeq, [...shown.keys()]);
  }

  private shownTo(roomId: string, links: readonly Link[]): ReadonlyMap<number, number> {
    let shown = this.cues.get(roomId);
    if (shown === undefined) this.cues.set(roomId, (shown = new Map()));
    for (const link of links) {
      if (!this.since.has(link)) this.since.set(link, this.looks);
      for (const cue of link.cues) if (!shown.has(cue)) shown.set(cue, this.looks);
    }
    return shown;
  }

  /** One that others were shown at a look before this one, while it was there. */
  private lacksCue(link: Link, shown: ReadonlyMap<number, number>): boolean {
    const since = this.since.get(link) ?? this.looks;
    for (const [cue, look] of shown) {
      if (look >= since && look < this.looks && !link.cues.includes(cue)) return true;
    }
    return false;
  }
}

function isSame(a: Told, b: Told): boolean {
  return a.duplicates === b.duplicates && a.reordered === b.reordered && a.lacking === b.lacking && a.cues === b.cues;
}
