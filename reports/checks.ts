/** What a threshold saw, in the unit of what it asks for. */

import { METRICS } from '../sim/metrics/registry.ts';
import type { ThresholdResult } from '../sim/result.ts';
import { ABSENT, count, inUnit, percent } from './format.ts';

/** `41.3 ms` for `p(99)<250` on a trend, `99.98 %` for `rate>…`, a plain count for `count==0` on a trend. */
export function observedText({ metric, expression, observed }: ThresholdResult, currency: string): string {
  if (observed === null) return ABSENT;
  const aggregate = /^\s*([a-z]+)/.exec(expression)?.[1] ?? '';
  const name = metric.split('{')[0];
  const spec = Object.hasOwn(METRICS, name) ? METRICS[name as keyof typeof METRICS] : null;
  if (aggregate === 'rate') return spec?.type === 'rate' ? percent(observed) : `${perSecond(observed)} /s`;
  if (spec === null || (aggregate === 'count' && spec.type === 'trend')) return count(observed);
  return inUnit(observed, spec.unit, currency);
}

function perSecond(value: number): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(value);
}
