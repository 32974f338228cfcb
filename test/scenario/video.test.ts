import { describe, expect, it } from 'vitest';
import { LADDER } from '../../server-stub/video/ladder.ts';
import { VIDEO_DEFAULTS } from '../../sim/scenario/schema/video.ts';
import { parseBitRate } from '../../sim/scenario/units.ts';
import { findProblems } from '../../sim/scenario/validate.ts';
import { compiled } from '../crowd/help.ts';
import { smallScenario } from './documents.ts';

const small = smallScenario();

/** Where, and what was expected. */
function problems(video: unknown): string[] {
  return findProblems({ ...small, video }).map(({ path, expected }) => `${path.join('.')}: ${expected}`);
}

describe('the section `video`', () => {
  it('is off unless it is there, and has defaults for everything', () => {
    expect(compiled(small).video).toBeNull();
    const { video } = compiled({ ...small, video: {} });
    expect(video).toMatchObject({ url: null, watchP: 1, bufferMs: 6000, lowLatency: 'auto' });
    expect(video?.devices.map(({ id, maxHeight }) => [id, maxHeight])).toEqual([
      ['mobile', 720],
      ['desktop', 1080],
      ['tv', 1080],
    ]);
    expect(video?.assumed).toEqual(['video.devices', 'video.renditions']);
  });

  it('has the renditions of the bundled shop by default', () => {
    expect(VIDEO_DEFAULTS.renditions).toEqual(LADDER.map(({ height, bitsPerSec }) => ({ height, bitsPerSec })));
  });

  it('says nothing of figures that are written as assumptions', () => {
    const video = { devices: { tv: {} }, renditions: [{ height: 720, bitRate: '3 Mbit/s' }] };
    expect(compiled({ ...small, video }).video?.assumed).toEqual([]);
  });

  it('changes nothing that viewers draw', () => {
    const { video: _, ...without } = compiled(small);
    const { video: __, ...withIt } = compiled({ ...small, video: { devices: { a: { bandwidth: '4 Mbit/s' } } } });
    expect({ ...withIt, tables: withIt.tables.slice(0, without.tables.length) }).toEqual(without);
  });

  it('has problems worded: weights, templates, units', () => {
    expect(problems({ devices: { tv: { share: 0 } } })).toEqual(['video.devices: at least one weight above 0']);
    expect(problems({ devices: {} })).toEqual(['video.devices: at least one weight above 0']);
    expect(problems({ url: 'https://cdn.test/{{rooom}}/a.m3u8' })[0]).toContain('{{room}}');
    expect(problems({ url: 'cdn.test/a.m3u8' })[0]).toContain('http');
    expect(problems({ devices: { tv: { bandwidth: '3 MB/s' } } })).toHaveLength(1);
    expect(problems({ lowLatency: 'maybe' })[0]).toContain('true, false or "auto"');
    expect(problems({ url: 'https://cdn.test/{{room}}/a.m3u8?room={{room}}' })).toEqual([]);
  });
});

describe('a bit rate', () => {
  it.each([
    ['3 Mbit/s', 3e6],
    ['800kbit/s', 8e5],
    ['2.5 Mbps', 2.5e6],
    ['1 Gbit/s', 1e9],
    ['64000 bit/s', 64_000],
  ])('%s', (text, bitsPerSec) => {
    expect(parseBitRate(text)).toEqual({ ok: true, value: bitsPerSec });
  });

  it.each([3, '3', '0 Mbit/s', '3 MB/s', '-1 Mbit/s', '3 Mbit', null])('is not %s', (raw) => {
    expect(parseBitRate(raw).ok).toBe(false);
  });
});
