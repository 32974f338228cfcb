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
