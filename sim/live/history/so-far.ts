import type { Link } from '../link.ts';
import type { Due, VisitLog } from './visits.ts';

/** Of a visit that lacks so many messages no more is told before it ends: a room that leaves out most would be all that is written. */
const LACKING_AT_MOST = 256;

/** What was told of a visit last, so that it is told again only when that has changed, and of doubles only when they have doubled. */
interface Told {
  readonly duplicates: number;
  readonly reordered: number;
  readonly lacking: number;
  readonly cues: number;
}

/** One room, and who is in it. */
export interface RoomSoFar {
  readonly roomId: string;
  readonly due: Due;
  readonly links: readonly Link[];
  readonly viewerOf: (link: Link) => string;
}

/** A cue that somebody in the room was shown, and in which look that was first noticed. */
interface Shown {
  readonly cue: number;
  readonly look: number;
}

/** What is known of one who is in. */
interface Known {
  /** The look at which it was there first. */
  readonly since: number;
  /** It was shown so many of the cues of its room, from the first on, or was not there. */
  seenUpTo: number;
  told: Told | null;
}

/**
 * Tells once a second what those have got who are in a room, so that a generator that is killed takes no more than that second with it: one
 * line for all to whom nothing is wrong, and one for each other, when that has changed.
 */
export class SoFar {
  private readonly log: Pick<VisitLog, 'soFar' | 'lacking'>;
  private readonly known = new WeakMap<Link, Known>();
  private readonly shown = new Map<string, Shown[]>();
  private looks = 0;

  constructor(log: Pick<VisitLog, 'soFar' | 'lacking'>) {
    this.log = log;
  }

  /** Call once a second, with all rooms. */
  look(rooms: readonly RoomSoFar[]): void {
    this.looks++;
    for (const room of rooms) this.lookAt(room);
  }

  private lookAt(room: RoomSoFar): void {
    const { roomId, due, links } = room;
    const shown = this.shownIn(room);
    for (const link of links) {
      const known = this.knownOf(link);
      if (known.told !== null && known.told.lacking >= LACKING_AT_MOST) continue;
      const { dueSeq } = due;
      const { duplicates, reordered } = link.delivery;
      const lacking = dueSeq === null ? 0 : link.delivery.lacking(dueSeq, LACKING_AT_MOST);
      const isFine = lacking === 0 && duplicates === 0 && reordered === 0 && !this.lacksCue(link, known, shown);
      if (isFine && known.told === null) continue;
      const now = {
        duplicates: magnitude(duplicates),
        reordered: magnitude(reordered),
        lacking,
        cues: link.cues.length,
      };
      if (known.told !== null && isSame(known.told, now)) continue;
      known.told = now;
      this.log.lacking(room.viewerOf(link), roomId, link, due, lacking >= LACKING_AT_MOST);
    }
    this.log.soFar(
      roomId,
      due,
      shown.map(({ cue }) => cue),
    );
  }

  private knownOf(link: Link): Known {
    let known = this.known.get(link);
    if (known === undefined) this.known.set(link, (known = { since: this.looks, seenUpTo: 0, told: null }));
    return known;
  }

  private shownIn({ roomId, links }: RoomSoFar): readonly Shown[] {
    let shown = this.shown.get(roomId);
    if (shown === undefined) this.shown.set(roomId, (shown = []));
    const cues = new Set(shown.map(({ cue }) => cue));
    for (const link of links) {
      for (const cue of link.cues) {
        if (cues.has(cue)) continue;
        cues.add(cue);
        shown.push({ cue, look: this.looks });
      }
    }
    return shown;
  }

  /** One that others were shown at a look before this one, while it was there. */
  private lacksCue(link: Link, known: Known, shown: readonly Shown[]): boolean {
    for (; known.seenUpTo < shown.length; known.seenUpTo++) {
      const { cue, look } = shown[known.seenUpTo];
      if (look >= this.looks) return false;
      if (look >= known.since && !link.cues.includes(cue)) return true;
    }
    return false;
  }
}

/** How many times it doubles: one is enough to know of, and each more would be another line. */
function magnitude(count: number): number {
  return Math.ceil(Math.log2(count + 1));
}

function isSame(a: Told, b: Told): boolean {
  return a.duplicates === b.duplicates && a.reordered === b.reordered && a.lacking === b.lacking && a.cues === b.cues;
}
