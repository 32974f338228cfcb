import { betweenClocks, type ClockSpan } from '../metrics/clock-bound.ts';
import type { ClockOfRun } from '../result.ts';
import type { Probed } from './clock-probe.ts';
import { judgeClock } from './clock-words.ts';

/** What is known of the clocks of a run: the backend's against that of each machine, and those of the machines against each other. */
export interface ClocksJudged {
  /** By machine; `null`: nobody asked, because it is the same clock or the shard left nothing. */
  readonly each: readonly (ClockOfRun | null)[];
  /** The widest of them; one that is not known is wider than any. `null`: nobody asked. */
  readonly worst: ClockOfRun | null;
  /** Lags from one machine to another can be believed. */
  readonly comparable: boolean;
  /** Sentences for the notes of a result. */
  readonly notes: readonly string[];
}

/** `found`: by machine; `null`: not asked. */
export function judgeClocks(found: readonly (Probed | null)[]): ClocksJudged {
  const each = found.map((one) => one && clockOf(one));
  const known = each.filter((one) => one !== null);
  const apart = farApart(found);
  return {
    each,
    worst: known.length === 0 ? null : known.reduce((worst, one) => (widthOf(one) > widthOf(worst) ? one : worst)),
    comparable: known.every(({ comparable }) => comparable) && apart === null,
    notes: [...wordsOf(found), ...(apart === null ? [] : [apart])],
  };
}

/**
 * The backend's clock as each worker sees it that is elsewhere: `found` is as the coordinator sees it, null where they have the same; `ahead` is how
 * far the coordinator's is ahead of each. They are judged by the one that is the furthest off. Without any: as the coordinator sees it.
 */
export function seenFrom(found: Probed | null, ahead: readonly (ClockSpan | null)[]): readonly (Probed | null)[] {
  const spans = ahead.filter((span) => span !== null);
  if (spans.length === 0 || (found !== null && found.kind !== 'bounded')) return [found];
  const { leastMs, mostMs } = found ?? { leastMs: 0, mostMs: 0 };
  const least = spans.reduce((sum, span) => Math.min(sum, span.leastMs), Infinity);
  const most = spans.reduce((sum, span) => Math.max(sum, span.mostMs), -Infinity);
  return [{ kind: 'bounded', leastMs: leastMs + least, mostMs: mostMs + most }];
}

function clockOf(found: Probed): ClockOfRun {
  const { comparable } = judgeClock(found);
  if (found.kind !== 'bounded') return { leastMs: null, mostMs: null, comparable };
  return { leastMs: found.leastMs, mostMs: found.mostMs, comparable };
}

function widthOf({ leastMs, mostMs }: ClockOfRun): number {
  return leastMs === null || mostMs === null ? Infinity : Math.max(Math.abs(leastMs), Math.abs(mostMs));
}

/** The same words once, with the shards that they are about. */
function wordsOf(found: readonly (Probed | null)[]): string[] {
  const shardsBy = new Map<string, number[]>();
  found.forEach((one, machine) => {
    if (one === null) return;
    const { sentence } = judgeClock(one);
    shardsBy.set(sentence, [...(shardsBy.get(sentence) ?? []), machine + 1]);
  });
  if (found.length === 1) return [...shardsBy.keys()];
  return [...shardsBy].map(([sentence, shards]) => `${shardWords(shards)}: ${sentence}`);
}

/** Why two machines cannot be compared, by the two that are the furthest apart; `null`: all can. */
function farApart(found: readonly (Probed | null)[]): string | null {
  const known = found.flatMap((one, machine) => (one?.kind === 'bounded' ? [{ one, machine }] : []));
  let worstMs = 0;
  let words: string | null = null;
  for (const a of known) {
    for (const b of known.slice(known.indexOf(a) + 1)) {
      const judged = judgeClock({ kind: 'bounded', ...betweenClocks(a.one, b.one) });
      if (judged.comparable || judged.worstMs === null || judged.worstMs <= worstMs) continue;
      worstMs = judged.worstMs;
      words = `The clocks of shard ${a.machine + 1} and shard ${b.machine + 1} may be ${Math.ceil(worstMs)} ms apart: lags between them are not comparable.`;
    }
  }
  return words;
}

function shardWords(shards: readonly number[]): string {
  return shards.length === 1 ? `Shard ${shards[0]}` : `Shards ${shards.join(', ')}`;
}
