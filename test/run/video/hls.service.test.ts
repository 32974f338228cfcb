import { buildConnector } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Player } from '../../../sim/run/video/player.ts';
import { mediaOver } from '../../../sim/run/video/media-over.ts';
import type { MediaHttp } from '../../../sim/run/video/media-http.ts';
import type { PlayerEvents } from '../../../sim/run/video/player-parts.ts';
import { PlaylistCache } from '../../../sim/run/video/playlist-cache.ts';
import { realTimers } from '../../../sim/run/video/timers.ts';

import { needService } from '../../need.ts';
import { HlsOrigin, type HlsContainer } from '../../services/hls-origin.ts';
import { Heard } from './player-rig.ts';

const programs = { ffmpeg: needService('ffmpeg'), nginx: needService('nginx') };

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(50);
}

async function watch(container: HlsContainer, viewers: number) {
  const origin = await HlsOrigin.start(programs, container);
  onTestFinished(() => origin.remove());
  const http = mediaOver({
    connect: buildConnector({}),
    connections: 50,
    userAgent: 'test',
    isAllowed: () => true,
  });
  onTestFinished(() => http.destroy());
  const cache = new PlaylistCache();
  const asked: string[] = [];
  const noting = {
    get: (...args: Parameters<MediaHttp['get']>) => {
      asked.push(args[0].url.replace(origin.url, ''));
      return http.get(...args);
    },
    destroy: () => http.destroy(),
  };
  const begin = (maxHeight: number | null): { player: Player; heard: Heard } => {
    const heard = new Heard(realTimers);
    const url = `${origin.url}/live/master.m3u8`;
    const watcher = { url, maxHeight, bitsPerSec: Infinity, bufferMs: 6000, lowLatency: 'auto' as const };
    const parts = { http: noting, cache, timers: realTimers };
    const events: PlayerEvents = heard;
    return { player: new Player(parts, { ...watcher, random: () => 0.5 }, events), heard };
  };
  const players = Array.from({ length: viewers }, (_, i) => begin(i % 2 === 0 ? null : 90));
  onTestFinished(() => players.forEach(({ player }) => player.stop()));
  return { origin, players, cache, asked };
}

describe.skipIf(!programs.ffmpeg || !programs.nginx)('a real live stream, cut by ffmpeg and served by nginx', () => {
  it.each(['mpegts', 'fmp4'] as const)('is watched by each in the rendition of its screen: %s', async (container) => {
    const { players, cache, asked } = await watch(container, 20);
    await until(() => players.every(({ heard }) => heard.playedMs > 5000));
    for (const { heard } of players) {
      expect(heard.errors).toBe(0);
      expect(heard.switches).toEqual([]);
      expect(heard.segments).toBeGreaterThan(3);
      expect(heard.readBytes).toBeGreaterThan(20_000);
      // Three segments of a second behind the end of a playlist that is a second old at most; an encoder that lags adds to it.
      expect(heard.latenciesMs.length).toBeGreaterThan(0);
      expect(Math.min(...heard.latenciesMs)).toBeGreaterThan(0);
      expect(Math.max(...heard.latenciesMs)).toBeLessThan(15_000);
    }
    const bytes = (i: number): number => players[i].heard.readBytes / players[i].heard.segments;
    expect(bytes(0)).toBeGreaterThan(bytes(1));
    const playlists = asked.filter((url) => url.endsWith('media.m3u8')).length;
    expect(cache.parsed).toBeLessThan(playlists / 2);
    // Its initialisation segment is read once by each.
    const inits = asked.filter((url) => /init.*\.mp4$/.test(url)).length;
    expect(inits).toBe(container === 'fmp4' ? 20 : 0);
  });

  it('stalls when the encoder dies, and says that its segments are late', async () => {
    const { origin, players } = await watch('mpegts', 2);
    await until(() => players.every(({ heard }) => heard.startedMs !== null));
    await origin.stopEncoder();
    await until(() => players.every(({ heard }) => heard.stalls > 0 && heard.lateSegments > 0));
    for (const { heard } of players) expect(heard.errors).toBe(0);
  });
});
