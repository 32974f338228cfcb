/** Moments and spans: inside the event, in order, and repetitions that make sense. */

import type { Finding } from '../finding.ts';
import { formatDuration } from '../format.ts';
import type { Source } from '../schema/audience.ts';
import type { Cue } from '../schema/show.ts';
import type { Path, Salvaged } from '../schema/walk.ts';
import { MAX_CUE_TIMES, cueTimes } from '../windows.ts';
import { readEntries } from './draft.ts';
import type { Draft } from './draft.ts';

export function* checkTimes({ read }: Draft): Iterable<Finding> {
  const endMs = read.duration;
  if (endMs === undefined) return;
  for (const [id, source] of readEntries(read.audience)) yield* sourceTimes(source, endMs, ['audience', id]);
  for (const [i, cue] of (read.show ?? []).entries()) {
    if (cue !== undefined) yield* cueChecks(cue, endMs, ['show', i]);
  }
}

function* cueChecks(cue: Salvaged<Cue>, endMs: number, path: Path): Iterable<Finding> {
  yield* inside(cue.at, endMs, [...path, 'at']);
  yield* repetition(cue, endMs, path);
  if (cue.cue === 'outage') yield* separateOutages(cue, path);
  if (cue.cue !== 'drop' || cue.at === undefined || cue.countdown === undefined) return;
  if (cue.countdown > cue.at) {
    const message = `a countdown of ${formatDuration(cue.countdown)} would begin before the event`;
    yield {
      path: [...path, 'countdown'],
      message,
      expected: `at most ${formatDuration(cue.at)}, the moment of the drop`,
    };
  }
  if (cue.every !== undefined && cue.countdown >= cue.every) {
    yield {
      path: [...path, 'countdown'],
      message: 'the countdown is as long as the interval',
      expected: `less than ${formatDuration(cue.every)}`,
    };
  }
}

/** Otherwise it is one long outage, which is said more plainly without `every`. */
function* separateOutages({ every, for: lasts }: { every?: number; for?: number }, path: Path): Iterable<Finding> {
  if (every === undefined || lasts === undefined || lasts < every) return;
  yield {
    path: [...path, 'for'],
    message: 'the next outage begins before this one has ended',
    expected: `less than ${formatDuration(every)}, the interval`,
  };
}

function* repetition(cue: Salvaged<Cue>, endMs: number, path: Path): Iterable<Finding> {
  const { at, every, until } = cue;
  if (until !== undefined && until > endMs) yield late(until, endMs, [...path, 'until']);
  if (until !== undefined && every === undefined) {
    yield { path: [...path, 'until'], message: '`until` without `every` means nothing', expected: 'both, or neither' };
  }
  if (at === undefined || every === undefined || at >= endMs) return;
  if (until !== undefined && until < at) {
    yield {
      path: [...path, 'until'],
      message: `${formatDuration(until)} is before the cue itself`,
      expected: `${formatDuration(at)} or later`,
    };
  } else if (at + every > Math.min(until ?? endMs, endMs)) {
    yield {
      path: [...path, 'every'],
      message: `after ${formatDuration(every)} it is over: the cue never repeats`,
      expected: 'a shorter interval, or none',
    };
  } else if (cueTimes(cue, endMs) > MAX_CUE_TIMES) {
    yield {
      path: [...path, 'every'],
      message: `that is ${cueTimes(cue, endMs)} times`,
      expected: `at most ${MAX_CUE_TIMES} times`,
    };
  }
}

function* sourceTimes(source: Salvaged<Source>, endMs: number, path: Path): Iterable<Finding> {
  switch (source.kind) {
    case 'push':
    case 'raid':
      yield* inside(source.at, endMs, [...path, 'at']);
      return;
    case 'waves':
      for (const [i, wave] of (source.waves ?? []).entries())
        yield* inside(wave?.at, endMs, [...path, 'waves', i, 'at']);
      return;
    case 'paid':
    case 'steady':
      yield* inside(source.from, endMs, [...path, 'from']);
      yield* spanEnd(source.from, source.to, endMs, [...path, 'to']);
      return;
    case 'curve':
      yield* curvePoints(source.rate ?? [], endMs, [...path, 'rate']);
  }
}

function* spanEnd(from: number | undefined, to: number | undefined, endMs: number, path: Path): Iterable<Finding> {
  if (to === undefined) return;
  if (to > endMs) yield late(to, endMs, path);
  if (from !== undefined && to <= from)
    yield {
      path,
      message: `${formatDuration(to)} is not after the start`,
      expected: `more than ${formatDuration(from)}`,
    };
}

function* curvePoints(
  points: readonly ({ readonly at?: number } | undefined)[],
  endMs: number,
  path: Path,
): Iterable<Finding> {
  for (const [i, point] of points.entries()) {
    if (point?.at === undefined) continue;
    if (point.at > endMs) yield late(point.at, endMs, [...path, i, 'at']);
    const before = points[i - 1]?.at;
    if (before !== undefined && point.at <= before) {
      yield {
        path: [...path, i, 'at'],
        message: 'the points of a curve must ascend in time',
        expected: `more than ${formatDuration(before)}`,
      };
    }
  }
}

function* inside(atMs: number | undefined, endMs: number, path: Path): Iterable<Finding> {
  if (atMs !== undefined && atMs >= endMs) yield late(atMs, endMs, path);
}

function late(atMs: number, endMs: number, path: Path): Finding {
  const message =
    atMs === endMs ? 'that is the very end of the event' : `${formatDuration(atMs)} is after the end of the event`;
  return { path, message, expected: `a moment within its ${formatDuration(endMs)}` };
}
