import { parse, setOptions, type types } from 'hls-parser';
import type { Rendition } from '../../crowd/video.ts';

/** What a player needs of a playlist (RFC 8216, and draft-pantos-hls-rfc8216bis for parts). URLs are absolute, times in ms. */
export type Playlist = MasterPlaylist | MediaPlaylist;

export interface MasterPlaylist {
  readonly kind: 'master';
  /** Ascending by bit rate; at least one. */
  readonly variants: readonly Variant[];
}

export interface Variant extends Rendition {
  readonly url: string;
}

export interface MediaPlaylist {
  readonly kind: 'media';
  readonly targetMs: number;
  /** Nothing is added any more. */
  readonly isEnded: boolean;
  /** How far behind its end a player begins. */
  readonly holdBackMs: number;
  /** Null without parts. */
  readonly partTargetMs: number | null;
  readonly partHoldBackMs: number;
  readonly canBlockReload: boolean;
  /** In turn; the last may have only some of its parts yet. */
  readonly segments: readonly MediaSegment[];
  /** The next part, before it is there. */
  readonly hint: Place | null;
}

/** Where bytes are. */
export interface Place {
  readonly url: string;
  readonly range: ByteRange | null;
}

/** `lengthBytes` is null up to the end. */
export interface ByteRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number | null;
}

export interface MediaSegment extends Place {
  readonly seq: number;
  readonly isWhole: boolean;
  readonly durationMs: number;
  /** The moment that it shows; NaN when the playlist does not say. */
  readonly atEpochMs: number;
  /** Read once before it (EXT-X-MAP). */
  readonly init: Place | null;
  readonly isGap: boolean;
  readonly parts: readonly MediaPart[];
}

export interface MediaPart extends Place {
  readonly durationMs: number;
  readonly isIndependent: boolean;
  readonly isGap: boolean;
}

// It would write what it thinks of a playlist to standard error.
setOptions({ silent: true });

/** Null for what is no playlist, or one without anything in it to play. */
export function readPlaylist(text: string, url: string): Playlist | null {
  if (!text.startsWith('#EXTM3U')) return null;
  let parsed: types.MasterPlaylist | types.MediaPlaylist;
  try {
    parsed = parse(text);
    return parsed.isMasterPlaylist ? masterOf(parsed, url) : mediaOf(parsed, url);
  } catch {
    return null;
  }
}

function masterOf({ variants }: types.MasterPlaylist, url: string): MasterPlaylist | null {
  const playable = variants
    .filter(({ isIFrameOnly, uri, bandwidth }) => !isIFrameOnly && Boolean(uri) && bandwidth > 0)
    .map(({ uri, bandwidth, resolution }) => ({
      url: new URL(uri, url).href,
      bitsPerSec: bandwidth,
      height: resolution?.height ?? 0,
    }))
    .sort((a, b) => a.bitsPerSec - b.bitsPerSec);
  return playable.length > 0 ? { kind: 'master', variants: playable } : null;
}

function mediaOf(parsed: types.MediaPlaylist, url: string): MediaPlaylist | null {
  const { targetDuration, partTargetDuration, lowLatencyCompatibility: control } = parsed;
  if (!(targetDuration > 0)) return null;
  const targetMs = targetDuration * 1000;
  const partTargetMs = partTargetDuration === undefined ? null : partTargetDuration * 1000;
  const { segments, hint } = segmentsOf(parsed.segments, url);
  return {
    kind: 'media',
    targetMs,
    isEnded: parsed.endlist || parsed.playlistType === 'VOD',
    // Their defaults are three times the target (RFC 8216, 6.3.3; 8216bis, 4.4.3.8).
    holdBackMs: control?.holdBack === undefined ? 3 * targetMs : control.holdBack * 1000,
    partTargetMs,
    partHoldBackMs: control?.partHoldBack === undefined ? 3 * (partTargetMs ?? targetMs) : control.partHoldBack * 1000,
    canBlockReload: control?.canBlockReload === true,
    segments,
    hint,
  };
}

function segmentsOf(
  parsed: readonly types.Segment[],
  url: string,
): { segments: readonly MediaSegment[]; hint: Place | null } {
  const segments: MediaSegment[] = [];
  let hint: Place | null = null;
  let atEpochMs = NaN;
  for (const segment of parsed) {
    const known = segment.parts.filter((part) => !part.hint);
    const hinted = segment.parts.find((part) => part.hint);
    if (hinted) hint = placeOf(hinted, url);
    if (segment.programDateTime) atEpochMs = segment.programDateTime.getTime();
    const isWhole = Boolean(segment.uri);
    if (!isWhole && known.length === 0) continue;
    const parts = known.map((part) => ({
      ...placeOf(part, url),
      durationMs: lengthMs(part.duration),
      isIndependent: part.independent === true,
      isGap: part.gap === true,
    }));
    const durationMs = isWhole ? lengthMs(segment.duration) : parts.reduce((sum, part) => sum + part.durationMs, 0);
    segments.push({
      ...placeOf(isWhole ? segment : { uri: '' }, url),
      seq: segment.mediaSequenceNumber,
      isWhole,
      durationMs,
      atEpochMs,
      init: segment.map ? placeOf(segment.map, url) : null,
      isGap: segment.gap === true,
      parts,
    });
    atEpochMs += durationMs;
  }
  return { segments, hint };
}

/** What is no length at all plays for no time. */
function lengthMs(seconds: number | undefined): number {
  return seconds !== undefined && seconds > 0 ? seconds * 1000 : 0;
}

interface Named {
  readonly uri: string;
  readonly byterange?: { readonly offset: number; readonly length?: number };
}

function placeOf({ uri, byterange }: Named, url: string): Place {
  const isWhole = byterange === undefined || (byterange.offset === 0 && byterange.length === undefined);
  const range = isWhole ? null : { offsetBytes: byterange.offset, lengthBytes: byterange.length ?? null };
  return { url: new URL(uri, url).href, range };
}
