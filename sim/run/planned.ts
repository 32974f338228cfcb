import type { FunnelField } from '../live/messages.ts';
import { PLANNED_COUNTS, type Planned, type PlannedCountName } from '../result.ts';
import type { Findings } from './findings.ts';

const NAMES = Object.keys(PLANNED_COUNTS) as PlannedCountName[];

/** Sets what was planned for the window beside what was observed, and names what lies outside its band. */
export function compareWithPlan(findings: Findings): Planned | null {
  const { planned } = findings;
  if (!planned) return null;
  const observed = observedCounts(findings);
  const deviations = NAMES.flatMap((count): Planned['deviations'][number][] => {
    const { p025, p975 } = planned.counts[count];
    const value = observed[count];
    if (value === null || (value >= p025 && value <= p975)) return [];
    const side = value < p025 ? 'below' : 'above';
    const { label, unit } = PLANNED_COUNTS[count];
    const figures = unit === 'minor' ? '' : `: ${number(value)}, planned ${number(p025)} to ${number(p975)}`;
    return [{ count, side, text: `${label} ${side} the plan${figures}` }];
  });
  return { ...planned, observed, deviations };
}

function observedCounts({ tally, ending, playedMs, options }: Findings): Planned['observed'] {
  const isWhole = ending.kind === 'complete';
  const { products } = options.compiled;
  const counter = (name: 'viewers_joined' | 'chat_sent' | 'http_requests' | 'orders' | 'gmv'): number =>
    tally.set.counter(name).count;
  const funnel = (field: FunnelField): number =>
    products.reduce((sum, _, product) => sum + tally.funnelOf(product, field), 0);
  const viewers = tally.series.toSeries(Math.ceil(playedMs / 1000)).rows.viewers;
  const measured = viewers.filter((value) => value !== null);
  const counts: Record<PlannedCountName, number | null> = {
    peakViewers: measured.length > 0 ? measured.reduce((most, value) => Math.max(most, value), 0) : null,
    joins: counter('viewers_joined'),
    chatSent: counter('chat_sent'),
    clicks: funnel('clicked'),
    httpRequests: counter('http_requests'),
    orders: counter('orders'),
    units: funnel('unitsPaid'),
    gmvMinor: counter('gmv'),
  };
  // Part of a window says nothing about a plan for the whole of it.
  return isWhole ? counts : (Object.fromEntries(NAMES.map((name) => [name, null])) as typeof counts);
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
