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

  /**
   * All who are in have got what was due to them up to message `dueSeq`, and were shown these cues, but for those of whom `lacking` was told. Without
   * `dueSeq` it is only said that they are in.
   */
  soFar(roomId: string, atMs: number, dueSeq: number | null, cues: readonly number[]): void {
    this.sink.write({
      e: 'room',
      at: tenth(atMs),
      r: roomId,
      ...(dueSeq === null ? {} : { q: dueSeq }),
      c: cues.map((index) => this.cueIds[index]),
    });
  }

  /** What one who is in has got so far. */
  lacking({ viewerId, roomId, atMs }: VisitNotes, { delivery, cues }: Link, dueSeq: number | null): void {
    const { first, duplicates, reordered } = delivery;
    const upTo = Math.max(first, dueSeq ?? first);
    const missing = delivery.missingUpTo(upTo, MISSING_AT_MOST).flatMap(([from, to]): [number, number][] => {
      return from > upTo ? [] : [[from, Math.min(to, upTo)]];
    });
    this.sink.write({
      e: 'here',
      at: tenth(atMs),
      v: viewerId,
      r: roomId,
      q: upTo,
      n: upTo - first - delivery.lacking(upTo),
      ...(duplicates > 0 ? { d: duplicates } : {}),
      ...(reordered > 0 ? { o: reordered } : {}),
      ...(missing.length > 0 ? { m: missing } : {}),
      c: cues.map((index) => this.cueIds[index]),
    });
  }

  /** `lastSeq`: the last message that was due. */
  ended({ viewerId, roomId, atMs }: VisitNotes, how: LeaveEvent['h'], link: Link, lastSeq: number): void {
    const { delivery, cues, lateMessages } = link;
    const missing = delivery.missingUpTo(lastSeq, MISSING_AT_MOST);
    this.sink.write({
      e: 'leave',
      at: tenth(atMs),
      v: viewerId,
      r: roomId,
      h: how,
      q: Math.max(lastSeq, delivery.last),
      n: delivery.received,
      ...(delivery.duplicates > 0 ? { d: delivery.duplicates } : {}),
      ...(delivery.reordered > 0 ? { o: delivery.reordered } : {}),
      ...(missing.length > 0 ? { m: missing } : {}),
      c: cues.map((index) => this.cueIds[index]),
      ...(link.isProbe ? { l: lateMessages } : {}),
    });
  }
}
