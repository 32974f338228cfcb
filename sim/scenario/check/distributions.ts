/** Distributions: quantiles that ascend, mixes that add up to a whole. */

import { ENDPOINTS } from '../../crowd/compiled.ts';
import type { Finding } from '../finding.ts';
import { formatDuration } from '../format.ts';
import type { Dist } from '../schema/dist.ts';
import type { Path, Salvaged } from '../schema/walk.ts';
import { readEntries } from './draft.ts';
import type { Draft } from './draft.ts';
import { wholeOf } from './figures.ts';

export function* checkDistributions({ read }: Draft): Iterable<Finding> {
  for (const [id, persona] of readEntries(read.personas)) {
    for (const key of ['dwell', 'reaction', 'think'] as const) yield* distChecks(persona[key], ['personas', id, key]);
    yield* distChecks(persona.refunds?.after, ['personas', id, 'refunds', 'after']);
  }
  yield* distChecks(read.bots?.dwell, ['bots', 'dwell']);
  yield* distChecks(read.bots?.reaction, ['bots', 'reaction']);
  yield* distChecks(read.network?.rtt, ['network', 'rtt']);
  for (const name of ENDPOINTS)
    yield* distChecks(read.backend?.endpoints?.[name]?.service, ['backend', 'endpoints', name, 'service']);
}

/** Distributions are read whole or not at all, so nothing inside one is missing. */
function* distChecks(written: Salvaged<Dist> | undefined, path: Path): Iterable<Finding> {
  if (written === undefined) return;
  const dist = written as Dist;
  if (dist.kind === 'quantiles') yield* ascending(dist.points, [...path, 'quantiles']);
  if (dist.kind !== 'mix') return;
  yield* wholeOf(
    dist.parts.map((part) => part.share),
    [...path, 'mix'],
  );
  for (const [i, part] of dist.parts.entries()) yield* distChecks(part.dist, [...path, 'mix', i]);
}

function* ascending(points: readonly { readonly p: number; readonly value: number }[], path: Path): Iterable<Finding> {
  if (points.length < 2)
    yield { path, message: 'one quantile is not a distribution', expected: 'at least two, such as p10, p50 and p90' };
  for (const [i, { p, value }] of points.entries()) {
    const before = points[i - 1];
    if (before === undefined || value >= before.value) continue;
    const message = `quantiles must ascend: ${percentile(p)} is below ${percentile(before.p)}`;
    yield { path, message, expected: `${percentile(p)} of at least ${formatDuration(before.value)}` };
  }
}

function percentile(p: number): string {
  return `p${Number((p * 100).toFixed(3))}`;
}
