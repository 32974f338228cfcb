import type { BufferEvents } from './play-buffer.ts';
import type { MediaHttp } from './media-http.ts';
import type { PlaylistCache } from './playlist-cache.ts';
import type { Timers } from './timers.ts';

/** What a player measures, for whoever keeps it. Times in ms. */
export interface PlayerEvents extends BufferEvents {
  /** A segment or part was read whole. */
  segment(): void;
  late(): void;
  /** Of playlists too, and of what was not read to its end. */
  bytes(count: number): void;
  error(): void;
  switched(isDown: boolean): void;
  latency(behindMs: number): void;
  /** The generator's own delay: a request waited so long for a connection of ours. */
  queued(waitMs: number): void;
}

/** Who watches. */
export interface Watcher {
  /** Of the master or media playlist. */
  readonly url: string;
  /** Lines; null: any. */
  readonly maxHeight: number | null;
  /** Infinity: as fast as it is served. */
  readonly bitsPerSec: number;
  readonly bufferMs: number;
  readonly lowLatency: boolean | 'auto';
  /** From 0 to below 1, by its number; the same for a seed. */
  readonly random: (n: number) => number;
}

/** What all players of a worker have in common. */
export interface PlayerParts {
  readonly http: MediaHttp;
  readonly cache: PlaylistCache;
  readonly timers: Timers;
}

/** A playlist should be there at once; a server that holds it until there is something new is given that time as well. */
export const PLAYLIST_AT_MOST_MS = 10_000;
/** As hls.js 1.x has them (`fragLoadPolicy`). */
export const SEGMENT_FIRST_BYTE_AT_MOST_MS = 10_000;
export const SEGMENT_AT_MOST_MS = 120_000;

/** Wait before the try after so many failures: half a second, doubled each time up to eight, half of it random. */
export function backOffMs(failures: number, random: number): number {
  const fullMs = Math.min(8000, 500 * 2 ** (failures - 1));
  return fullMs * (0.5 + random / 2);
}
