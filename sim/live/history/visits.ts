import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { LeaveEvent } from '../../ledger/events.ts';
import { MISSING_AT_MOST } from '../../ledger/history.ts';
import type { Link } from '../link.ts';
import type { HistorySink } from './sink.ts';
import { tenth } from './times.ts';

export interface VisitNotes {
  readonly viewerId: string;
  readonly roomId: string;
  readonly atMs: number;
}

/** What is due to those who are in. */
export interface Due {
  readonly atMs: number;
  /** What was said to them up to then has arrived, or never does. */
  readonly untilMs: number;
  /** The last message; `null`: what was due to whom can only be told at the end of a visit. */
  readonly dueSeq: number | null;
}

/** Writes down who was in which room, and what each of them got. */
export class VisitLog {
  private readonly sink: HistorySink;
  private readonly cueIds: readonly string[];

  constructor(sink: HistorySink, scenario: CompiledScenario) {
    this.sink = sink;
    this.cueIds = scenario.cues.map((cue) => cue.id);
  }

  entered({ viewerId, roomId, atMs }: VisitNotes, seq: number): void {
    this.sink.write({ e: 'enter', at: tenth(atMs), v: viewerId, r: roomId, q: seq });
  }

  /** All who are in have got what was due to them, and were shown these cues, but for those of whom `lacking` was told. */
  soFar(roomId: string, { atMs, untilMs, dueSeq }: Due, cues: readonly number[]): void {
    this.sink.write({
      e: 'room',
      at: tenth(atMs),
      u: tenth(untilMs),
      r: roomId,
      ...(dueSeq === null ? {} : { q: dueSeq }),
      c: this.idsOf(cues),
    });
  }

  /** What one who is in has got so far. `isLast`: no more will be told before it leaves. */
  lacking(viewerId: string, roomId: string, link: Link, due: Due, isLast: boolean): void {
    const { delivery } = link;
    const { first } = delivery;
    const upTo = Math.max(first, due.dueSeq ?? first);
    const missing = delivery.missingUpTo(upTo, MISSING_AT_MOST).flatMap(([from, to]): [number, number][] => {
      return from > upTo ? [] : [[from, Math.min(to, upTo)]];
    });
    this.sink.write({
      e: 'here',
      at: tenth(due.atMs),
      u: tenth(due.untilMs),
      v: viewerId,
      r: roomId,
      q: upTo,
      n: upTo - first - delivery.lacking(upTo),
      ...this.flaws(link, missing),
      ...(isLast ? { z: 1 } : {}),
    });
  }

  /** `lastSeq`: the last message that was due. */
  ended({ viewerId, roomId, atMs }: VisitNotes, how: LeaveEvent['h'], link: Link, lastSeq: number): void {
    const { delivery, lateMessages } = link;
    const missing = delivery.missingUpTo(lastSeq, MISSING_AT_MOST);
    this.sink.write({
      e: 'leave',
      at: tenth(atMs),
      v: viewerId,
      r: roomId,
      h: how,
      q: Math.max(lastSeq, delivery.last),
      n: delivery.received,
      ...this.flaws(link, missing),
      ...(link.isProbe ? { l: lateMessages } : {}),
    });
  }

  /** What came twice, out of order or not at all, and the cues that were shown. What there is none of is left out. */
  private flaws(
    { delivery: { duplicates, reordered }, cues }: Link,
    missing: readonly [number, number][],
  ): Pick<LeaveEvent, 'd' | 'o' | 'm' | 'c'> {
    return {
      ...(duplicates > 0 ? { d: duplicates } : {}),
      ...(reordered > 0 ? { o: reordered } : {}),
      ...(missing.length > 0 ? { m: missing } : {}),
      c: this.idsOf(cues),
    };
  }

  private idsOf(cues: readonly number[]): string[] {
    return cues.map((index) => this.cueIds[index]);
  }
}
