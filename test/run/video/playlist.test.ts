import { describe, expect, it } from 'vitest';
import { mediaPlaylist } from '../../../server-stub/video/playlists.ts';
import { readPlaylist, type MediaPlaylist } from '../../../sim/run/video/playlist.ts';
import { PlaylistCache } from '../../../sim/run/video/playlist-cache.ts';
import { endOf, samePlace, startOf, takesParts, unitAt } from '../../../sim/run/video/positions.ts';

const URL = 'https://cdn.test/a/b/media.m3u8?token=1';

function media(...lines: string[]): MediaPlaylist {
  const playlist = readPlaylist(['#EXTM3U', '#EXT-X-TARGETDURATION:4', ...lines, ''].join('\n'), URL);
  if (playlist?.kind !== 'media') throw new Error('no media playlist');
  return playlist;
}

const segments = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => ['#EXTINF:4.0,', `${from + i}.ts`]).flat();

/** 900 ms into segment 1000 of the stub: one part of it is there. */
const LIVE = readPlaylist(mediaPlaylist(1000 * 2000 + 900), URL) as MediaPlaylist;

describe('a playlist', () => {
  it('has absolute addresses, numbers, dates that go on, and byte ranges that follow each other', () => {
    const { segments: read } = media(
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-MAP:URI="../init.mp4",BYTERANGE="800@0"',
      '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z',
      '#EXTINF:4.0,',
      '#EXT-X-BYTERANGE:1000@800',
      'all.mp4',
      '#EXTINF:3.5,',
      '#EXT-X-BYTERANGE:500',
      'all.mp4',
      '#EXTINF:4.0,',
      '#EXT-X-GAP',
      'https://other.test/gap.mp4',
    );
    const at = Date.UTC(2026, 0, 1);
    expect(read.map(({ seq, atEpochMs, durationMs, isGap }) => [seq, atEpochMs - at, durationMs, isGap])).toEqual([
      [7, 0, 4000, false],
      [8, 4000, 3500, false],
      [9, 7500, 4000, true],
    ]);
    expect(read.map(({ url }) => url)).toEqual([
      'https://cdn.test/a/b/all.mp4',
      'https://cdn.test/a/b/all.mp4',
      'https://other.test/gap.mp4',
    ]);
    expect(read[1].range).toEqual({ offsetBytes: 1800, lengthBytes: 500 });
    expect(read[0].init).toEqual({ url: 'https://cdn.test/a/init.mp4', range: { offsetBytes: 0, lengthBytes: 800 } });
  });

  it('is none when it is something else, broken, or empty of what can be played', () => {
    const none = ['', '<html>', '#EXTM3U', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n', '#EXTM3U\n#EXTINF:x\n\u0000'];
    expect(none.map((text) => readPlaylist(text, URL))).toEqual(none.map(() => null));
  });

  it('without pictures to fast-forward by is what a player chooses from', () => {
    const master = readPlaylist(
      [
        '#EXTM3U',
        '#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720',
        'hi.m3u8',
        '#EXT-X-STREAM-INF:BANDWIDTH=96000,CODECS="mp4a.40.2"',
        'sound.m3u8',
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=10000,URI="pictures.m3u8"',
      ].join('\n'),
      URL,
    );
    expect(master).toEqual({
      kind: 'master',
      variants: [
        { url: 'https://cdn.test/a/b/sound.m3u8', bitsPerSec: 96_000, height: 0 },
        { url: 'https://cdn.test/a/b/hi.m3u8', bitsPerSec: 3_000_000, height: 720 },
      ],
    });
  });

  it('is parsed once as long as its bytes are the same', () => {
    const cache = new PlaylistCache();
    const body = (n: number): Buffer =>
      Buffer.from(['#EXTM3U', '#EXT-X-TARGETDURATION:4', ...segments(n, 3)].join('\n'));
    const first = cache.read(URL, body(1));
    expect(cache.read(URL, body(1))).toBe(first);
    expect(cache.read(URL, body(2))).not.toBe(first);
    // An edge that is behind the others.
    expect(cache.read(URL, body(1))).toBe(first);
    expect(cache.parsed).toBe(2);
    expect(cache.read('https://cdn.test/other', body(1))).not.toBe(first);
  });
});

describe('where a player begins', () => {
  it.each([
    ['three target durations before the end', ['#EXT-X-MEDIA-SEQUENCE:10', ...segments(10, 6)], 13],
    ['at the first of too few', ['#EXT-X-MEDIA-SEQUENCE:10', ...segments(10, 2)], 10],
    ['as far behind as the server wants', ['#EXT-X-SERVER-CONTROL:HOLD-BACK=20', ...segments(0, 6)], 1],
    ['at the beginning of what is complete', [...segments(0, 6), '#EXT-X-ENDLIST'], 0],
  ])('%s', (_, lines, seq) => {
    expect(startOf(media(...lines), false)).toEqual({ seq, part: 0 });
  });

  it('is an independent part, where parts are taken', () => {
    // The end is 1000.1; three parts of half a second before it is 999.2, and the next independent part 999.0.
    expect(startOf(LIVE, true)).toEqual({ seq: 999, part: 0 });
    expect(startOf(LIVE, false)).toEqual({ seq: 997, part: 0 });
  });
});

describe('what comes next', () => {
  it('is a segment, then the next; a part where it is not whole yet, and nothing where there is none', () => {
    expect(unitAt(LIVE, { seq: 999, part: 0 }, true)).toMatchObject({ isPart: false, next: { seq: 1000, part: 0 } });
    expect(unitAt(LIVE, { seq: 999, part: 2 }, true)).toMatchObject({
      isPart: true,
      atEpochMs: 999 * 2000 + 1000,
      durationMs: 500,
      next: { seq: 999, part: 3 },
    });
    expect(unitAt(LIVE, { seq: 1000, part: 0 }, true)).toMatchObject({ isPart: true, next: { seq: 1000, part: 1 } });
    expect(unitAt(LIVE, { seq: 1000, part: 0 }, false)).toBeNull();
    expect(unitAt(LIVE, { seq: 1000, part: 1 }, true)).toBeNull();
    expect(unitAt(LIVE, { seq: 999, part: 4 }, true)).toMatchObject({ isPart: true, next: { seq: 1000, part: 1 } });
    expect(unitAt(LIVE, { seq: 900, part: 0 }, true)).toBe('gone');
    expect(endOf(LIVE)).toEqual({ seq: 1000, part: 1 });
  });

  it('goes on with the next segment when the parts of this one are forgotten', () => {
    expect(unitAt(LIVE, { seq: 995, part: 2 }, true)).toMatchObject({ isPart: false, next: { seq: 997, part: 0 } });
  });

  it('is the same moment in another rendition, by its number or by its date', () => {
    const at = (seq: number): number => seq * 2000;
    expect(samePlace(LIVE, { seq: 998, part: 0 }, at(998))).toEqual({ seq: 998, part: 0 });
    // Another numbering.
    expect(samePlace(LIVE, { seq: 12, part: 3 }, at(998) + 100)).toEqual({ seq: 998, part: 0 });
    expect(samePlace(LIVE, { seq: 12, part: 0 }, NaN)).toEqual({ seq: 12, part: 0 });
    expect(samePlace(LIVE, { seq: 12, part: 0 }, at(1005))).toEqual({ seq: 1000, part: 1 });
  });
});

it('parts are taken where the server can wait, wherever there are any, or never', () => {
  const plain = media(...segments(0, 3));
  const impatient = { ...LIVE, canBlockReload: false };
  const taken = (playlist: MediaPlaylist): boolean[] =>
    (['auto', true, false] as const).map((how) => takesParts(playlist, how));
  expect([LIVE, impatient, plain].map(taken)).toEqual([
    [true, true, false],
    [false, true, false],
    [false, false, false],
  ]);
});
