import { describe, expect, it } from 'vitest';
import { mediaPlaylist } from '../../../server-stub/video/playlists.ts';
import { PlayerRig } from './player-rig.ts';

const SEC = 1000;

describe('a player of a live stream', () => {
  it('begins three target durations behind, and plays without a stall as long as all goes well', () => {
    const rig = new PlayerRig();
    const { player, heard } = rig.watch({ maxHeight: 720 });
    rig.time.pass(60 * SEC);
    player.stop();
    // Master, media, first segment: 6 Mbit at 100 Mbit/s, and 5 ms for each of the three.
    expect(heard.startedMs).toBeCloseTo(15 + 60, -1);
    expect(heard).toMatchObject({ stalls: 0, errors: 0, lateSegments: 0, stoodMs: 0 });
    expect(heard.playedMs + heard.startedMs!).toBeCloseTo(60 * SEC, 5);
    expect(heard.switches).toEqual([]);
    // A segment every two seconds, and what the buffer took at first.
    expect(heard.segments).toBeGreaterThanOrEqual(30);
    expect(heard.segments).toBeLessThanOrEqual(33);
    expect(heard.latenciesMs.every((ms) => ms >= 6 * SEC && ms < 8.2 * SEC)).toBe(true);
  });

  it('counts the bytes of its rendition, and asks for no other', () => {
    const rig = new PlayerRig();
    const { heard } = rig.watch({ maxHeight: 720 });
    rig.time.pass(20 * SEC);
    expect(rig.cdn.count(/^720p\/\d+\.ts$/)).toBe(heard.segments);
    expect(rig.cdn.count(/^(432p|540p|1080p)/)).toBe(0);
    expect(heard.readBytes).toBeGreaterThanOrEqual(heard.segments * 750_000);
    expect(heard.readBytes).toBeLessThan(heard.segments * 750_000 + 60_000);
  });

  it('reloads after a target duration, and after half of one when there was nothing new', () => {
    const rig = new PlayerRig();
    const stuck = mediaPlaylist(rig.time.now());
    let times: number[] = [];
    rig.cdn.server = (path, nowMs) => {
      if (!path.endsWith('media.m3u8')) return null;
      times.push(nowMs);
      return { text: stuck };
    };
    rig.watch();
    rig.time.pass(6 * SEC);
    const gaps = times.slice(1).map((at, i) => Math.round((at - times[i]) / 100) / 10);
    expect(gaps.slice(0, 3)).toEqual([2, 1, 1]);
    times = [];
    rig.cdn.server = () => null;
    rig.time.pass(20 * SEC);
    const perSec = rig.cdn.count(/media\.m3u8$/) / 26;
    expect(perSec).toBeLessThan(1);
  });

  it('keeps no more ahead than its buffer', () => {
    const rig = new PlayerRig();
    // An event that is over: everything could be read at once.
    const ended = `${mediaPlaylist(rig.time.now()).replace(/#EXT-X-(PART|PRELOAD|SERVER)[^\n]*\n/g, '')}#EXT-X-ENDLIST\n`;
    rig.cdn.server = (path) => (path.endsWith('media.m3u8') ? { text: ended } : null);
    const { heard } = rig.watch({ bufferMs: 3000 });
    rig.time.pass(SEC);
    // Read on below 3 s: 2, and 2 more.
    expect(heard.segments).toBe(2);
    rig.time.pass(30 * SEC);
    expect(heard).toMatchObject({ segments: 6, stalls: 0 });
    expect(heard.playedMs).toBeCloseTo(12 * SEC, 5);
    expect(heard.latenciesMs).toEqual([]);
  });
});

describe('a player in trouble', () => {
  it('tells a stall when it begins, and how long it was when it is over', () => {
    const rig = new PlayerRig();
    const { player, heard } = rig.watch();
    rig.time.pass(10 * SEC);
    rig.cdn.server = (path) => (path.endsWith('.ts') ? { status: 503 } : null);
    rig.time.pass(9 * SEC);
    expect(heard.stalls).toBe(1);
    expect(heard.stallsMs).toEqual([]);
    expect(heard.errors).toBeGreaterThan(2);
    rig.cdn.server = () => null;
    rig.time.pass(12 * SEC);
    player.stop();
    expect(heard.stalls).toBe(1);
    expect(heard.stallsMs).toHaveLength(1);
    expect(heard.stoodMs).toBeCloseTo(heard.stallsMs[0], 5);
    expect(heard.playedMs + heard.stoodMs + heard.startedMs!).toBeCloseTo(31 * SEC, 5);
  });

  it('counts a stall that lasts when its viewer leaves', () => {
    const rig = new PlayerRig();
    const { player, heard } = rig.watch();
    rig.time.pass(4 * SEC);
    rig.cdn.server = () => ({ status: 500 });
    rig.time.pass(30 * SEC);
    player.stop();
    expect(heard.stallsMs).toHaveLength(1);
    const { errors } = heard;
    rig.time.pass(60 * SEC);
    expect(heard.errors).toBe(errors);
  });

  it('goes down when the line gets slow, and up again when it is fast', () => {
    const rig = new PlayerRig();
    const { heard } = rig.watch();
    rig.time.pass(10 * SEC);
    expect(heard.switches).toEqual([]);
    rig.cdn.bitsPerSec = 2.5e6;
    rig.time.pass(60 * SEC);
    expect(heard.switches.length).toBeGreaterThan(0);
    expect(new Set(heard.switches)).toEqual(new Set(['down']));
    expect(rig.cdn.asked.at(-1)).toMatch(/^(432p|540p)/);
    rig.cdn.bitsPerSec = 100e6;
    rig.time.pass(60 * SEC);
    expect(heard.switches.at(-1)).toBe('up');
    expect(rig.cdn.asked.at(-1)).toMatch(/^1080p/);
  });

  it('says that a segment is late when it takes longer than the target duration', () => {
    const rig = new PlayerRig();
    const { heard } = rig.watch();
    rig.cdn.server = (path) => (path.endsWith('.ts') ? { bytes: 1_500_000, waitMs: 2500 } : null);
    rig.time.pass(20 * SEC);
    expect(heard.lateSegments).toBe(heard.segments);
    expect(heard.stalls).toBeGreaterThan(0);
  });

  it('says so when a live playlist has had nothing new for too long', () => {
    const rig = new PlayerRig();
    const { heard } = rig.watch();
    rig.time.pass(5 * SEC);
    const stuck = mediaPlaylist(rig.time.now());
    rig.cdn.server = (path) => (path.endsWith('media.m3u8') ? { text: stuck } : null);
    rig.time.pass(10 * SEC);
    // At about 4, 6, 8 and 10 s after it last grew.
    expect(heard.lateSegments).toBeGreaterThanOrEqual(3);
    expect(heard.lateSegments).toBeLessThanOrEqual(4);
  });

  it('jumps when the stream has gone on without it', () => {
    const rig = new PlayerRig();
    const { heard } = rig.watch();
    rig.time.pass(5 * SEC);
    rig.cdn.server = () => ({ status: 500 });
    rig.time.pass(60 * SEC);
    rig.cdn.server = () => null;
    rig.time.pass(20 * SEC);
    expect(heard.lateSegments).toBe(1);
    expect(heard.latenciesMs.at(-1)).toBeLessThan(8.5 * SEC);
  });

  it('backs off when playlists fail, and takes what is none for a failure', () => {
    const rig = new PlayerRig();
    rig.cdn.server = () => ({ text: '<html>sign in</html>' });
    const { heard } = rig.watch();
    rig.time.pass(60 * SEC);
    // Half a second, one, two, four, eight, eight ..., three quarters of it each.
    expect(heard.errors).toBeGreaterThan(8);
    expect(heard.errors).toBeLessThan(16);
    expect(heard.startedMs).toBeNull();
  });

  it('does not choose what its own bandwidth cannot carry', () => {
    const rig = new PlayerRig();
    const { heard } = rig.watch({ bitsPerSec: 3.5e6 });
    rig.time.pass(60 * SEC);
    // 70 % of it are 2.45 Mbit/s.
    expect(rig.cdn.count(/^(720p|1080p)/)).toBe(0);
    expect(heard).toMatchObject({ stalls: 0, switches: [] });
  });
});

describe('a player of a low-latency stream', () => {
  it('reads parts, waits for the next at the server, and is seconds closer to live', () => {
    const rig = new PlayerRig();
    const { heard } = rig.watch({ lowLatency: 'auto' });
    rig.time.pass(30 * SEC);
    expect(heard).toMatchObject({ stalls: 0, errors: 0, lateSegments: 0 });
    expect(rig.cdn.count(/_HLS_msn=\d+&_HLS_part=\d+$/)).toBeGreaterThan(55);
    // Two parts a second; whole segments only to begin with.
    expect(heard.segments).toBeGreaterThan(55);
    expect(Math.max(...heard.latenciesMs)).toBeLessThan(3.6 * SEC);
    expect(Math.min(...heard.latenciesMs)).toBeGreaterThan(0);
  });

  it('reads each part once, also when its hint came first', () => {
    const rig = new PlayerRig();
    rig.watch({ lowLatency: 'auto' });
    rig.time.pass(20 * SEC);
    const parts = rig.cdn.asked.filter((path) => /\d+\.\d\.ts$/.test(path));
    expect(new Set(parts).size).toBe(parts.length);
  });

  it('takes whole segments where it is told to, or where the server cannot wait', () => {
    for (const lowLatency of [false, 'auto'] as const) {
      const rig = new PlayerRig();
      rig.cdn.server = (path, nowMs) => {
        const text = mediaPlaylist(nowMs).replace('CAN-BLOCK-RELOAD=YES,', '');
        return lowLatency === 'auto' && path.endsWith('media.m3u8') ? { text } : null;
      };
      rig.watch({ lowLatency });
      rig.time.pass(10 * SEC);
      expect(rig.cdn.count(/\d+\.\d\.ts$|_HLS_/)).toBe(0);
      expect(rig.cdn.count(/\/\d+\.ts$/)).toBeGreaterThan(3);
    }
  });

  it('does not hammer a server that answers a blocking reload at once with nothing new', () => {
    const rig = new PlayerRig();
    const stuck = mediaPlaylist(rig.time.now());
    rig.cdn.server = (path) => (path.includes('media.m3u8') ? { text: stuck } : null);
    rig.watch({ lowLatency: 'auto' });
    rig.time.pass(10 * SEC);
    // Every quarter of a second, half the target of a part.
    expect(rig.cdn.count(/media\.m3u8/)).toBeLessThan(45);
  });

  it('does not hammer one whose answers differ and say nothing new, nor one of tiny targets', () => {
    for (const change of [(n: number) => `#${n}\n`, (n: number) => `#EXT-X-TARGETDURATION:0.001\n#${n}\n`]) {
      const rig = new PlayerRig();
      const stuck = mediaPlaylist(rig.time.now());
      let count = 0;
      rig.cdn.server = (path) => (path.includes('media.m3u8') ? { text: stuck + change(count++) } : null);
      rig.watch({ lowLatency: 'auto' });
      rig.time.pass(10 * SEC);
      expect(count).toBeLessThan(110);
    }
  });

  it('gets over a hint that was wrong', () => {
    const rig = new PlayerRig();
    const { heard } = rig.watch({ lowLatency: 'auto' });
    rig.cdn.server = (path, nowMs) => {
      const part = /(\d+)\.(\d)\.ts$/.exec(path);
      if (!part) return null;
      return Number(part[1]) * 2000 + (Number(part[2]) + 1) * 500 > nowMs ? { status: 404 } : null;
    };
    rig.time.pass(20 * SEC);
    expect(heard.errors).toBeGreaterThan(5);
    expect(heard.segments).toBeGreaterThan(35);
    expect(heard.playedMs).toBeGreaterThan(15 * SEC);
  });
});

describe('many players', () => {
  it('have a playlist parsed once for all of them', () => {
    const rig = new PlayerRig();
    for (let i = 0; i < 50; i++) rig.watch({ maxHeight: 720 });
    rig.time.pass(20 * SEC);
    // The master, and a playlist for each segment and part that was new.
    expect(rig.cache.parsed).toBeLessThan(45);
    expect(rig.cdn.count(/media/)).toBeGreaterThan(400);
  });
});
