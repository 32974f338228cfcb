import { describe, expect, it } from 'vitest';
import { momentsOf } from '../../sim/plan/means.ts';
import { sizingOf } from '../../sim/plan/sizing.ts';
import type { Figures } from '../../sim/plan/summary.ts';
import { ENDPOINTS, type CompiledScenario } from '../../sim/crowd/compiled.ts';
import {
  FIGURE_NAMES,
  type Band,
  type FigureName,
  type PlannedEndpoint,
  type SizingLine,
} from '../../sim/plan-result.ts';
import { toTable } from '../../sim/scenario/distributions.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';
import { smallEvent } from './help.ts';

const band = (p50: number, p95: number): Band => ({ p025: p50, p05: p50, p50, p95, p975: p95, mean: p50 });
const figures = (some: Partial<Record<FigureName, Band>>): Figures =>
  Object.fromEntries(FIGURE_NAMES.map((name) => [name, some[name] ?? band(0, 0)])) as Figures;

function endpointsAt(peakPerSec: number, failedShare = band(0, 0)): PlannedEndpoint[] {
  const none = band(0, 0);
  const rest = {
    servers: null,
    requests: none,
    failedShare,
    refusedShare: none,
    p50Ms: none,
    p95Ms: none,
    p99Ms: none,
  };
  return ENDPOINTS.map((endpoint) => ({ endpoint, ...rest, peakPerSec: band(peakPerSec, 2 * peakPerSec) }));
}

function sized(
  scenario: CompiledScenario,
  some: Partial<Record<FigureName, Band>>,
  peakPerSec: number,
): Map<string, SizingLine> {
  const lines = sizingOf(scenario, figures(some), endpointsAt(peakPerSec), { cores: 4, openFiles: 20_000 });
  return new Map(lines.map((line) => [line.id, line]));
}

const scenario = compiled(
  smallEvent({ backend: { endpoints: { checkout: { service: '70ms', writes: 3 } }, connectionsPerFrontEnd: '50k' } }),
);

describe('sizing', () => {
  const lines = sized(
    scenario,
    {
      peakViewers: band(120_000, 160_000),
      peakDeliveriesPerSec: band(1_000_000, 2_000_000),
      peakEgressBytesPerSec: band(200e6, 400e6),
    },
    1000,
  );

  it.each([
    // 120,000 and 160,000 at 50,000 each.
    ['front-ends', 3, 4],
    ['egress', 66_666_667, 100_000_000],
    // 10.5 CPU-seconds a million, at 70 %.
    ['fanout-cores', 15, 30],
    // 1000/s x 70 ms are 70 busy, at 70 % of 100.
    ['servers-checkout', 100, 200],
    // cart 1, checkout 3, pay 2.
    ['writes', 6000, 12_000],
    // Sockets: 2 machines of 4 x 20,000 files; receiving: 20 CPU-seconds a million on 4 cores are 5 machines.
    ['run-machines', 5, 10],
  ])('%s: %i at the median, %i at 95 %%', (id, p50, p95) => {
    expect([lines.get(id)!.p50, lines.get(id)!.p95]).toEqual([p50, p95]);
  });

  it('says what was assumed, and what was not', () => {
    expect(lines.get('front-ends')!.assumes).toEqual([]);
    expect(lines.get('servers-checkout')!.assumes).toEqual(['70 % utilisation']);
    expect(lines.get('servers-pay')!.assumes).toContain('backend.endpoints.pay.service');
    expect(lines.get('front-ends')!.how).toBe('peak viewers / 50,000 connections each');
  });

  it('is bound by sockets where nobody chats', () => {
    expect(sized(scenario, { peakViewers: band(120_000, 160_000) }, 0).get('run-machines')!.p50).toBe(2);
  });

  it('is nothing for nobody', () => {
    expect([...sized(scenario, {}, 0).values()].every(({ p50, p95 }) => p50 === 0 && p95 === 0)).toBe(true);
  });

  it('counts the writes of requests that are served alone, and never fewer under more load', () => {
    const writes = (failedShare: Band): SizingLine | undefined =>
      sizingOf(scenario, figures({}), endpointsAt(1000, failedShare), undefined).find(({ id }) => id === 'writes');
    // Of 6000 and 12,000.
    expect(writes(band(0.25, 0.25))).toMatchObject({ p50: 4500, p95: 9000 });
    expect(writes(band(0.25, 0.9))).toMatchObject({ p50: 4500, p95: 9000 });
    expect(writes(band(1, 1))).toMatchObject({ p50: 0, p95: 0 });
  });

  it('gives a front end no less egress when one more of them is needed', () => {
    const peak = { peakViewers: band(50_000, 50_001), peakEgressBytesPerSec: band(10e6, 11e6) };
    expect(sized(scenario, peak, 0).get('front-ends')).toMatchObject({ p50: 1, p95: 2 });
    expect(sized(scenario, peak, 0).get('egress')).toMatchObject({ p50: 10e6, p95: 10e6 });
  });

  it('says of machines for `run` which scale they are for', () => {
    const label = (scale: number): string => sized(compiled(smallEvent(), { scale }), {}, 0).get('run-machines')!.label;
    expect([label(1), label(0.1)]).toEqual(['Machines for `run`', 'Machines for `run` at this scale']);
  });

  describe('of the stream', () => {
    const watched = (video: ScenarioInput['video']): Map<string, SizingLine> =>
      sized(compiled(smallEvent({ video })), { peakViewers: band(100_000, 200_000) }, 0);

    it('is not there when nobody watches', () => {
      expect(sized(scenario, {}, 0).has('video-egress')).toBe(false);
    });

    it('is the viewers who watch times the best rendition that each device shows', () => {
      // 75 % have 3 Mbit/s, the others 6: 3.75 Mbit/s, of half the viewers.
      expect(watched({ share: '50%' }).get('video-egress')).toMatchObject({
        p50: 50_000 * (3.75e6 / 8),
        p95: 100_000 * (3.75e6 / 8),
      });
    });

    it('is no more than the lines of the viewers carry with room to spare', () => {
      const renditions = [1, 2, 4].map((mbit) => ({ height: 100 * mbit, bitRate: `${mbit} Mbit/s` }));
      const egress = (bandwidth: string | { median: string; sigma: number }, maxHeight?: number): number =>
        watched({ renditions, devices: { one: { bandwidth, maxHeight } } }).get('video-egress')!.p50 / (100_000 / 8);
      // 70 % of 3 Mbit/s are enough for 2; of 0.5 for none, so it is the lowest; and a small screen asks for no more.
      expect([egress('3 Mbit/s'), egress('500 kbit/s'), egress('50 Mbit/s'), egress('50 Mbit/s', 250)]).toEqual([
        2e6, 1e6, 4e6, 2e6,
      ]);
      // Half have more than 4 / 0.7, nearly all more than 2 / 0.7.
      expect(egress({ median: '5.714286 Mbit/s', sigma: 0.1 }) / 3e6).toBeCloseTo(1, 2);
    });

    it('says what it assumes, and takes machines of `run`', () => {
      const lines = watched({});
      expect(lines.get('video-egress')!.assumes).toEqual(expect.arrayContaining(['video.devices', 'video.renditions']));
      // 100,000 x 3 connections of 4 x 20,000: 3.75; 100,000 x 3.75 Mbit/s are 47 GB/s, x 2 CPU-seconds on 4 cores: 23.4.
      expect(lines.get('run-machines')!.p50).toBe(24);
    });
  });

  it('leaves `run` out when no machine is given', () => {
    const ids = sizingOf(scenario, figures({}), endpointsAt(0), undefined).map(({ id }) => id);
    expect(ids).not.toContain('run-machines');
  });
});

describe('moments of a table', () => {
  it.each([
    [{ kind: 'fixed', value: 30 } as const, 30, 0],
    [{ kind: 'exponential', mean: 20 } as const, 20, 400],
    // exp(s^2/2) and (exp(s^2) - 1) exp(s^2).
    [{ kind: 'lognormal', median: 100, sigma: 0.5 } as const, 113.3148, 3647],
  ])('of %o', (dist, mean, variance) => {
    const moments = momentsOf(toTable(dist));
    expect(Math.abs(moments.mean - mean)).toBeLessThanOrEqual(0.002 * mean);
    expect(Math.abs(moments.variance - variance)).toBeLessThanOrEqual(0.005 * variance + 1e-6);
  });
});
