import { describe, expect, it, onTestFinished } from 'vitest';
import { buildConnector } from 'undici';
import type { Crowd } from '../../../sim/crowd/crowd.ts';
import { Rows } from '../../../sim/crowd/rows.ts';
import { drawTraits } from '../../../sim/crowd/viewer.ts';
import type { ScenarioInput } from '../../../sim/scenario/schema/scenario.ts';
import { EventClock } from '../../../sim/live/clock.ts';
import { Recorder } from '../../../sim/live/recorder.ts';
import { OwnMonitor } from '../../../sim/run/health/monitor.ts';
import type { MediaHttp, MediaRequest } from '../../../sim/run/video/media-http.ts';
import { mediaOver } from '../../../sim/run/video/media-over.ts';
import { VideoAudience } from '../../../sim/run/video/video-audience.ts';
import { compiled } from '../../crowd/help.ts';
import { Rig } from '../../stub/helpers.ts';

const VIEWERS = 400;

function event(video: ScenarioInput['video']) {
  return compiled({
    name: 'room',
    duration: '10m',
    personas: { guest: { dwell: '1m' } },
    audience: { feed: { kind: 'steady', rate: '1/s' } },
    bots: { share: '50%' },
    rooms: { main: { title: 'Main' }, side: { title: 'Side' } },
    video,
  });
}

function audience(video: ScenarioInput['video'], http: MediaHttp, shopUrl = '') {
  const scenario = event(video);
  const rows = new Rows(VIEWERS);
  for (let row = 0; row < VIEWERS; row++) drawTraits(rows, rows.take(), scenario, 0, row);
  const crowd = { rows } as Crowd;
  const recorder = new Recorder(scenario, ['video_bytes{room:side}'], () => rows, { monitor: new OwnMonitor() });
  const clock = new EventClock(0);
  if (scenario.video === null) throw new Error('no video');
  const parts = { scenario, video: scenario.video, shopUrl, http, crowd: () => crowd, clock, recorder };
  return { viewers: new VideoAudience(parts), recorder, rows, scenario };
}

/** Nobody ever answers. */
class Silence implements MediaHttp {
  readonly asked: MediaRequest[] = [];
  cancelled = 0;
  get(request: MediaRequest) {
    this.asked.push(request);
    return { cancel: () => void this.cancelled++ };
  }
  async destroy(): Promise<void> {}
}

describe('viewers who watch', () => {
  it('are as many as the scenario says, without bots, and the same ones every time', () => {
    const [one, two] = [new Silence(), new Silence()].map((http) => {
      const { viewers, rows, scenario } = audience({ share: '60%' }, http);
      const people = Array.from({ length: VIEWERS }, (_, row) => !scenario.personas[rows.persona[row]].bot);
      for (let row = 0; row < VIEWERS; row++) viewers.joined(row);
      return { watching: viewers.watching, people: people.filter(Boolean).length };
    });
    expect(one).toEqual(two);
    expect(one.people).toBeGreaterThan(150);
    expect(one.people).toBeLessThan(250);
    expect(one.watching / one.people).toBeGreaterThan(0.5);
    expect(one.watching / one.people).toBeLessThan(0.7);
  });

  it('ask for the stream of their room, and a reconnect is no new player', () => {
    const http = new Silence();
    const { viewers, rows } = audience({ url: 'https://cdn.test/{{room}}/a.m3u8' }, http);
    rows.persona.fill(0);
    rows.room[1] = 1;
    for (const row of [0, 1, 1, 0]) viewers.joined(row);
    expect(http.asked.map(({ url }) => url)).toEqual(['https://cdn.test/main/a.m3u8', 'https://cdn.test/side/a.m3u8']);
    viewers.left(0);
    expect([viewers.watching, http.cancelled]).toEqual([1, 1]);
  });

  it('read no faster than the bandwidth that is drawn for them', () => {
    const http = new Silence();
    const devices = { slow: { bandwidth: { median: '5 Mbit/s', sigma: 0.5 } }, fast: { share: 1 } };
    const { viewers, rows } = audience({ devices }, http);
    rows.persona.fill(0);
    for (let row = 0; row < VIEWERS; row++) viewers.joined(row);
    const limited = http.asked.map(({ bitsPerSec }) => bitsPerSec).filter(Number.isFinite);
    expect(limited.length / VIEWERS).toBeCloseTo(0.5, 0);
    const median = limited.toSorted((a, b) => a - b)[Math.floor(limited.length / 2)];
    expect(median / 5e6).toBeGreaterThan(0.85);
    expect(median / 5e6).toBeLessThan(1.15);
  });

  it('watch the stub’s stream: figures of every kind, and none of before the window', async () => {
    const rig = await Rig.start();
    onTestFinished(() => rig.close());
    const http = mediaOver({
      connect: buildConnector({}),
      connections: 50,
      userAgent: 'test',
      isAllowed: () => true,
    });
    const { viewers, recorder, rows } = audience({}, http, rig.stub.url);
    rows.persona.fill(0);
    rows.room[1] = 1;
    viewers.joined(0);
    const count = (name: 'video_segments' | 'video_errors' | 'video_bytes'): number => recorder.set.counter(name).count;
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(count('video_bytes')).toBe(0);
    recorder.counting = true;
    viewers.joined(1);
    viewers.joined(2);
    await until(() => count('video_segments') >= 15);
    await viewers.end();
    expect(recorder.set.trend('video_startup').histogram.count).toBe(2);
    expect(count('video_errors')).toBe(0);
    expect(recorder.set.counter('video_stalls').count).toBe(0);
    expect(recorder.set.rate('video_rebuffering')).toMatchObject({ passes: 0 });
    // Parts of half a second, three of them behind live.
    const { histogram } = recorder.set.trend('video_latency');
    expect(histogram.max).toBeLessThan(4000);
    expect(histogram.min).toBeGreaterThan(0);
    const { metric } = recorder.set.entry('video_bytes{room:side}');
    const side = metric.type === 'counter' ? metric.count : 0;
    expect(side).toBeGreaterThan(0);
    expect(side).toBeLessThan(count('video_bytes'));
  });
});
