import type { MediaPlaylist, MediaSegment, Place } from './playlist.ts';

/** A place in a stream: part `part` of segment `seq`. Part 0 is the beginning of the segment. */
export interface Position {
  readonly seq: number;
  readonly part: number;
}

/** What is read next: a segment, or a part of one. */
export interface Unit extends Place {
  readonly durationMs: number;
  readonly isPart: boolean;
  readonly isGap: boolean;
  readonly init: Place | null;
  /** The moment that it shows; NaN when the playlist does not say. */
  readonly atEpochMs: number;
  readonly next: Position;
}

/** Whether a player takes parts of segments. `auto`: only where the server can also hold a reload until there is something new. */
export function takesParts(playlist: MediaPlaylist, lowLatency: boolean | 'auto'): boolean {
  if (playlist.partTargetMs === null) return false;
  return lowLatency === 'auto' ? playlist.canBlockReload : lowLatency;
}

/** Where a player begins: the beginning of what is complete, and so far from the end of what is live as the server wants. */
export function startOf(playlist: MediaPlaylist, isLow: boolean): Position {
  const { segments, isEnded, holdBackMs, partHoldBackMs } = playlist;
  const whole = segments.filter(({ isWhole }) => isWhole);
  const first = { seq: segments[0]?.seq ?? 0, part: 0 };
  if (isEnded) return first;
  return (isLow ? partBehind(segments, partHoldBackMs) : null) ?? segmentBehind(whole, holdBackMs) ?? first;
}

/** The latest segment that begins at least so far before the end; the first when there are too few. */
function segmentBehind(segments: readonly MediaSegment[], behindMs: number): Position | null {
  let toEndMs = 0;
  for (const { seq, durationMs } of segments.toReversed()) {
    toEndMs += durationMs;
    if (toEndMs >= behindMs) return { seq, part: 0 };
  }
  return null;
}

/** The latest independent part that begins at least so far before the end. A segment without parts counts as one. */
function partBehind(segments: readonly MediaSegment[], behindMs: number): Position | null {
  let toEndMs = 0;
  for (const { seq, durationMs, parts } of segments.toReversed()) {
    for (let part = parts.length - 1; part >= 0; part--) {
      toEndMs += parts[part].durationMs;
      if (toEndMs >= behindMs && (parts[part].isIndependent || part === 0)) return { seq, part };
    }
    if (parts.length === 0) toEndMs += durationMs;
    if (toEndMs >= behindMs) return { seq, part: 0 };
  }
  return null;
}

/** What is at a position: `gone` when the playlist begins after it, null when it is not there yet. */
export function unitAt(playlist: MediaPlaylist, { seq, part }: Position, isLow: boolean): Unit | 'gone' | null {
  const { segments } = playlist;
  if (segments.length === 0) return null;
  if (seq < segments[0].seq) return 'gone';
  const segment = segments[seq - segments[0].seq];
  if (segment === undefined) return null;
  if (segment.isWhole && part === 0) {
    const { url, range, durationMs, init, isGap, atEpochMs } = segment;
    return { url, range, durationMs, init, isGap, atEpochMs, isPart: false, next: { seq: seq + 1, part: 0 } };
  }
  const { parts } = segment;
  if (part < parts.length) return isLow ? partOf(segment, part) : null;
  // All its parts have been read; or the playlist has forgotten them, and the rest of the segment is lost.
  return segment.isWhole ? unitAt(playlist, { seq: seq + 1, part: 0 }, isLow) : null;
}

function partOf({ seq, parts, init, atEpochMs }: MediaSegment, part: number): Unit {
  const { url, range, durationMs, isGap } = parts[part];
  const beforeMs = parts.slice(0, part).reduce((sum, each) => sum + each.durationMs, 0);
  const next = { seq, part: part + 1 };
  return { url, range, durationMs, init, isGap, atEpochMs: atEpochMs + beforeMs, isPart: true, next };
}

/** The position after everything that the playlist names: what a reload may wait for, and what its hint is about. */
export function endOf({ segments }: MediaPlaylist): Position {
  const last = segments.at(-1);
  if (last === undefined) return { seq: 0, part: 0 };
  return last.isWhole ? { seq: last.seq + 1, part: 0 } : { seq: last.seq, part: last.parts.length };
}

/**
 * The same moment in the playlist of another rendition. Numbers usually agree; where dates say that they do not, the segment whose date is
 * nearest. `atEpochMs`: the moment wanted; NaN when it is not known.
 */
export function samePlace(playlist: MediaPlaylist, position: Position, atEpochMs: number): Position {
  const { segments, targetMs } = playlist;
  const dated = segments.filter((segment) => segment.atEpochMs === segment.atEpochMs);
  if (dated.length === 0 || atEpochMs !== atEpochMs) return position;
  const offMs = (segment: MediaSegment): number => Math.abs(segment.atEpochMs - atEpochMs);
  const same = dated.find(({ seq }) => seq === position.seq);
  if (same && offMs(same) <= targetMs) return position;
  const isAhead = atEpochMs > dated.at(-1)!.atEpochMs + dated.at(-1)!.durationMs / 2;
  if (isAhead) return endOf(playlist);
  const nearest = dated.reduce((best, segment) => (offMs(segment) < offMs(best) ? segment : best));
  return { seq: nearest.seq, part: 0 };
}
