import { expect, it } from 'vitest';
import { emptyTags } from '../../sim/metrics/tags.ts';
import type { PlannedBand, PlannedWindow } from '../../sim/result.ts';
import { PLANNED_COUNTS } from '../../sim/result.ts';
import { compareWithPlan } from '../../sim/run/planned.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { findingsOf } from './findings.ts';

const EVENT: ScenarioInput = {
  name: 'event',
  duration: '1m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
};

/** A plan in which every count lies from 10 to 20. */
function plan(changes: Partial<Record<keyof typeof PLANNED_COUNTS, PlannedBand>> = {}): PlannedWindow {
  const band = { p025: 10, p50: 15, p975: 20 };
  const counts = Object.fromEntries(Object.keys(PLANNED_COUNTS).map((name) => [name, band]));
  const none = { p025: [], p50: [], p975: [] };
  const rows = { viewers: none, joins: none, leaves: none, chatSent: none, httpRequests: none, orders: none };
  return {
    engine: 'agents',
    runs: 200,
    counts: { ...counts, ...changes } as PlannedWindow['counts'],
    sameCrowd: null,
    series: { stepMs: 1000, startMs: 0, length: 0, rows },
  };
}

function observed(orders: number, joins: number, ending: { kind: 'complete' } | { kind: 'interrupted' }) {
  const findings = findingsOf(EVENT, 0, { planned: plan(), ending });
  findings.tally.set.counter('orders').add(orders, emptyTags());
  findings.tally.set.counter('viewers_joined').add(joins, emptyTags());
  return compareWithPlan(findings)!;
}

it('names the counts outside their band, and on which side; the ends of a band belong to it', () => {
  const { deviations, observed: counts } = observed(21, 10, { kind: 'complete' });
  expect(counts).toMatchObject({ orders: 21, joins: 10, chatSent: 0 });
  const sides = Object.fromEntries(deviations.map(({ count, side }) => [count, side]));
  expect(sides).toEqual({
    orders: 'above',
    chatSent: 'below',
    clicks: 'below',
    httpRequests: 'below',
    units: 'below',
    gmvMinor: 'below',
  });
  expect(deviations.find(({ count }) => count === 'orders')?.text).toBe(
    'Orders paid above the plan: 21, planned 10 to 20',
  );
});

it('does not hold part of a window against a plan for the whole of it', () => {
  const { deviations, observed: counts } = observed(21, 3, { kind: 'interrupted' });
  expect(deviations).toEqual([]);
  expect(Object.values(counts).every((value) => value === null)).toBe(true);
});

it('says nothing without a plan', () => {
  expect(compareWithPlan(findingsOf(EVENT))).toBeNull();
});
