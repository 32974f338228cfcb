import { LADDER } from '../../../server-stub/video/ladder.ts';
import { MASTER, mediaPlaylist } from '../../../server-stub/video/playlists.ts';
import { readyAtMs, stateOf } from '../../../server-stub/video/timeline.ts';
import type { MediaAnswer, MediaHttp, MediaRequest } from '../../../sim/run/video/media-http.ts';
import { Player } from '../../../sim/run/video/player.ts';
import type { PlayerEvents, Watcher } from '../../../sim/run/video/player-parts.ts';
import { PlaylistCache } from '../../../sim/run/video/playlist-cache.ts';
import type { Timers } from '../../../sim/run/video/timers.ts';
import { VirtualTime } from './virtual-time.ts';

const BASE = 'http://cdn.test/live/';

interface Served {
  readonly status?: number;
  readonly text?: string;
  readonly bytes?: number;
  /** From asking to the first byte. */
  readonly waitMs?: number;
}

/**
 * The synthetic stream of the bundled shop over a line of virtual time. `server` answers what it wants to answer differently; what it leaves
 * (null) is served as it should be.
 */
export class FakeCdn implements MediaHttp {
  readonly asked: string[] = [];
  bitsPerSec = 100e6;
  /** Time to the first byte of whatever is there. */
  waitMs = 5;
  server: (path: string, nowMs: number) => Served | null = () => null;
  private readonly time: VirtualTime;

  constructor(time: VirtualTime) {
    this.time = time;
  }

  get(request: MediaRequest, done: (answer: MediaAnswer) => void) {
    const path = request.url.replace(BASE, '');
    this.asked.push(path);
    const nowMs = this.time.now();
    const served = this.server(path, nowMs) ?? this.stream(path, nowMs);
    const firstByteMs = served.waitMs ?? this.waitMs;
    return this.time.after(firstByteMs, () => {
      // A playlist is as it is when it leaves.
      const text = served.text === 'media' ? mediaPlaylist(this.time.now()) : served.text;
      const body = text === undefined ? null : Buffer.from(text);
      const bytes = body?.length ?? served.bytes ?? 0;
      const readMs = (bytes * 8000) / Math.min(this.bitsPerSec, request.bitsPerSec);
      const answer = { status: served.status ?? 200, failure: null, url: request.url, body, bytes, queuedMs: 0 };
      this.time.after(readMs, () => done({ ...answer, firstByteMs, tookMs: firstByteMs + readMs }));
    });
  }

  async destroy(): Promise<void> {}

  /** How often something that matches was asked for. */
  count(pattern: RegExp): number {
    return this.asked.filter((path) => pattern.test(path)).length;
  }

  private stream(path: string, nowMs: number): Served {
    if (path === 'master.m3u8') return { text: MASTER };
    const reload = /media\.m3u8(?:\?_HLS_msn=(\d+)&_HLS_part=(\d+))?$/.exec(path);
    if (reload) {
      const [, msn, part] = reload;
      const readyMs = msn === undefined ? 0 : readyAtMs({ seq: Number(msn), part: Number(part) });
      return { text: 'media', waitMs: Math.max(this.waitMs, readyMs - nowMs) };
    }
    const file = /^(\w+)\/(\d+)(?:\.(\d))?\.ts$/.exec(path);
    const rendition = LADDER.find(({ name }) => name === file?.[1]);
    if (!file || !rendition) return { status: 404 };
    const piece = { seq: Number(file[2]), part: file[3] === undefined ? null : Number(file[3]) };
    if (stateOf(piece, nowMs) === 'none') return { status: 404 };
    const bytes = (rendition.bitsPerSec / 8) * (piece.part === null ? 2 : 0.5);
    return { bytes, waitMs: Math.max(this.waitMs, readyAtMs(piece) - nowMs) };
  }
}

/** Everything that a player said. */
export class Heard implements PlayerEvents {
  startedMs: number | null = null;
  stalls = 0;
  readonly stallsMs: number[] = [];
  playedMs = 0;
  stoodMs = 0;
  segments = 0;
  lateSegments = 0;
  readBytes = 0;
  errors = 0;
  readonly switches: ('up' | 'down')[] = [];
  readonly latenciesMs: number[] = [];
  private readonly time: Timers;
  private readonly begunAtMs: number;

  constructor(time: Timers) {
    this.time = time;
    this.begunAtMs = time.now();
  }

  started = (): void => void (this.startedMs = this.time.now() - this.begunAtMs);
  stalled = (): void => void this.stalls++;
  resumed = (stalledMs: number): void => void this.stallsMs.push(stalledMs);
  watched = (playedMs: number, stalledMs: number): void => {
    this.playedMs += playedMs;
    this.stoodMs += stalledMs;
  };
  segment = (): void => void this.segments++;
  late = (): void => void this.lateSegments++;
  bytes = (count: number): void => void (this.readBytes += count);
  error = (): void => void this.errors++;
  switched = (isDown: boolean): void => void this.switches.push(isDown ? 'down' : 'up');
  latency = (behindMs: number): void => void this.latenciesMs.push(behindMs);
  queued = (): void => {};
}

/** Time, a CDN, and players on it. */
export class PlayerRig {
  readonly time = new VirtualTime();
  readonly cdn = new FakeCdn(this.time);
  readonly cache = new PlaylistCache();

  watch(some: Partial<Watcher> = {}): { player: Player; heard: Heard } {
    const heard = new Heard(this.time);
    const watcher: Watcher = {
      url: `${BASE}master.m3u8`,
      maxHeight: null,
      bitsPerSec: Infinity,
      bufferMs: 6000,
      lowLatency: false,
      random: () => 0.5,
      ...some,
    };
    return { player: new Player({ http: this.cdn, cache: this.cache, timers: this.time }, watcher, heard), heard };
  }
}
