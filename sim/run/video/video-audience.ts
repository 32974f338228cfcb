import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Crowd } from '../../crowd/crowd.ts';
import { quantile } from '../../crowd/quantile.ts';
import { chance, draw, fraction, PURPOSE } from '../../crowd/rng.ts';
import type { CompiledVideo } from '../../crowd/video.ts';
import type { EventClock } from '../../live/clock.ts';
import type { Recorder } from '../../live/recorder.ts';
import type { MediaHttp } from './media-http.ts';
import { Player } from './player.ts';
import type { Watcher } from './player-parts.ts';
import { PlaylistCache } from './playlist-cache.ts';
import { realTimers, type Timers } from './timers.ts';
import { VideoMeter, VideoMetrics } from './video-meter.ts';

export interface VideoParts {
  readonly scenario: CompiledScenario;
  readonly video: CompiledVideo;
  /** Of the bundled shop, where its stream is when the scenario names no other; an empty string when there is none. */
  readonly shopUrl: string;
  readonly http: MediaHttp;
  readonly crowd: () => Crowd;
  readonly clock: EventClock;
  readonly recorder: Recorder;
  /** Default: those of this machine. */
  readonly timers?: Timers;
}

/** What is drawn of a viewer, by the number of the draw; those of its player come after. */
const DRAW = { watches: 0, device: 1, bandwidth: 2, player: 3 } as const;

/** The viewers who watch the stream: one player each, from the welcome to the end of the visit. */
export class VideoAudience {
  private readonly parts: VideoParts;
  private readonly timers: Timers;
  private readonly cache = new PlaylistCache();
  private readonly metrics: VideoMetrics;
  private readonly players = new Map<number, Player>();
  private hasEnded = false;

  constructor(parts: VideoParts) {
    const { timers = realTimers } = parts;
    this.parts = parts;
    this.timers = timers;
    this.metrics = new VideoMetrics(parts.recorder, parts.clock, timers);
  }

  /** Viewers with a player. */
  get watching(): number {
    return this.players.size;
  }

  /** The viewer of this row is in. One who comes back to the room has not stopped watching: nothing happens then. */
  joined(row: number): void {
    if (this.hasEnded || this.players.has(row)) return;
    const { rows } = this.parts.crowd();
    const { scenario, video, http } = this.parts;
    const isWatching = chance(draw(rows.keyA[row], rows.keyB[row], PURPOSE.video, DRAW.watches), video.watchP);
    if (!isWatching || scenario.personas[rows.persona[row]].bot) return;
    const parts = { http, cache: this.cache, timers: this.timers };
    this.players.set(row, new Player(parts, this.watcher(row), new VideoMeter(this.metrics, row)));
  }

  /** The visit is over. Call it while the row is still that viewer's. */
  left(row: number): void {
    this.players.get(row)?.stop();
    this.players.delete(row);
  }

  /** The window is over: what is still being read is cut, and stalls that last are counted. Resolves when the connections are closed. */
  async end(): Promise<void> {
    this.hasEnded = true;
    for (const player of this.players.values()) player.stop();
    this.players.clear();
    await this.parts.http.destroy();
  }

  private watcher(row: number): Watcher {
    const { scenario, video, shopUrl, crowd } = this.parts;
    const { rows } = crowd();
    const [a, b] = [rows.keyA[row], rows.keyB[row]];
    const deviceBits = draw(a, b, PURPOSE.video, DRAW.device) >>> 0;
    const { maxHeight, bandwidthTable } = video.devices[video.deviceUpTo.findIndex((upTo) => deviceBits < upTo)];
    const kilobits =
      bandwidthTable < 0
        ? Infinity
        : quantile(scenario.tables[bandwidthTable], draw(a, b, PURPOSE.video, DRAW.bandwidth));
    return {
      url: streamUrl(video, shopUrl, scenario.rooms[rows.room[row]].id),
      maxHeight,
      // A line that carries nothing at all would never be told from one that is cut.
      bitsPerSec: Math.max(1, kilobits) * 1000,
      bufferMs: video.bufferMs,
      lowLatency: video.lowLatency,
      random: (n) => fraction(draw(a, b, PURPOSE.video, DRAW.player + n)),
    };
  }
}

/** Where a room's stream is. */
function streamUrl(video: CompiledVideo, shopUrl: string, roomId: string): string {
  const template = video.url ?? `${shopUrl}/rooms/{{room}}/live/master.m3u8`;
  return template.replaceAll('{{room}}', encodeURIComponent(roomId));
}
