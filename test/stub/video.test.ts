import { describe, expect, it, onTestFinished } from 'vitest';
import { LADDER } from '../../server-stub/video/ladder.ts';
import { Rig } from './helpers.ts';
import type { StubOptions } from '../../server-stub/index.ts';
import { readPlaylist, type MediaPlaylist } from '../../sim/run/video/playlist.ts';

async function started(options: StubOptions = {}): Promise<string> {
  const rig = await Rig.start(options);
  onTestFinished(() => rig.close());
  return `${rig.stub.url}/rooms/main/live`;
}

async function media(url: string): Promise<MediaPlaylist> {
  const response = await fetch(url);
  const playlist = readPlaylist(await response.text(), url);
  if (playlist?.kind !== 'media') throw new Error(`no media playlist: ${response.status}`);
  return playlist;
}

describe('the stream of the stub', () => {
  it('offers its renditions in a master playlist', async () => {
    const url = `${await started()}/master.m3u8`;
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
    const master = readPlaylist(await response.text(), url);
    const offered =
      master?.kind === 'master' ? master.variants.map(({ height, bitsPerSec }) => [height, bitsPerSec]) : [];
    expect(offered).toEqual(LADDER.map(({ height, bitsPerSec }) => [height, bitsPerSec]));
  });

  it('is live: its newest part is not half a second old, and its dates are those of the clock', async () => {
    const { segments, isEnded, targetMs, partTargetMs, canBlockReload, hint } = await media(
      `${await started()}/720p/media.m3u8`,
    );
    const last = segments.at(-1)!;
    const endsAtEpochMs = last.atEpochMs + last.durationMs;
    expect(Date.now() - endsAtEpochMs).toBeGreaterThanOrEqual(0);
    expect(Date.now() - endsAtEpochMs).toBeLessThan(1500);
    expect({ isEnded, targetMs, partTargetMs, canBlockReload }).toEqual({
      isEnded: false,
      targetMs: 2000,
      partTargetMs: 500,
      canBlockReload: true,
    });
    expect(segments.filter(({ isWhole }) => isWhole)).toHaveLength(6);
    expect(segments.at(-2)!.parts).toHaveLength(4);
    expect(hint?.url).toMatch(/\.\d\.ts$/);
  });

  it('has every segment and part that it names, of the size of their bit rate', async () => {
    const { segments } = await media(`${await started()}/1080p/media.m3u8`);
    const sizeOf = async (url: string): Promise<number> => (await (await fetch(url)).arrayBuffer()).byteLength;
    expect(await sizeOf(segments[0].url)).toBe(1_500_000);
    expect(await sizeOf(segments[5].parts[3].url)).toBe(375_000);
    expect(await sizeOf(segments[3].parts[0].url)).toBe(375_000);
  });

  it('holds a reload until there is what it asks for', async () => {
    const url = `${await started()}/432p/media.m3u8`;
    const { segments } = await media(url);
    const seq = segments[5].seq + 1;
    const isBefore = Date.now() < (seq + 1) * 2000;
    const next = await media(`${url}?_HLS_msn=${seq}&_HLS_part=3`);
    expect(Date.now()).toBeGreaterThanOrEqual(isBefore ? (seq + 1) * 2000 - 2 : 0);
    expect(next.segments.find((segment) => segment.seq === seq)?.isWhole).toBe(true);
  });

  it('holds the part that its hint names until it is there', async () => {
    const { hint } = await media(`${await started()}/432p/media.m3u8`);
    const response = await fetch(hint!.url);
    expect(response.status).toBe(200);
    const [, seq, part] = /(\d+)\.(\d)\.ts$/.exec(hint!.url)!;
    expect(Date.now()).toBeGreaterThanOrEqual(Number(seq) * 2000 + (Number(part) + 1) * 500 - 2);
    expect((await response.arrayBuffer()).byteLength).toBe(1_100_000 / 16);
  });

  it('refuses what is not there, and reloads from the far future', async () => {
    const base = await started();
    const { segments } = await media(`${base}/432p/media.m3u8`);
    const far = segments[0].seq + 100;
    const status = async (path: string): Promise<number> => (await fetch(`${base}/${path}`)).status;
    expect(await status(`432p/${far}.ts`)).toBe(404);
    expect(await status(`432p/${segments[0].seq - 100}.ts`)).toBe(404);
    expect(await status(`432p/${segments[0].seq}.9.ts`)).toBe(404);
    expect(await status('432p/none')).toBe(404);
    expect(await status('9p/media.m3u8')).toBe(404);
    expect(await status(`432p/media.m3u8?_HLS_msn=${far}`)).toBe(400);
    expect(await status('432p/media.m3u8?_HLS_part=1')).toBe(400);
    expect(await status('../../nowhere/live/master.m3u8')).toBe(404);
    expect(await status('../../*/live/master.m3u8')).toBe(404);
  });

  it('is the same through the processes that hold the sockets', async () => {
    const { segments } = await media(`${await started({ processes: 2 })}/720p/media.m3u8`);
    const response = await fetch(segments[0].url);
    expect((await response.arrayBuffer()).byteLength).toBe(750_000);
  });

  it('is not there when it is switched off', async () => {
    expect((await fetch(`${await started({ video: false })}/master.m3u8`)).status).toBe(404);
  });
});
