/** A distribution of times, in any of the forms people have figures for. */

import { z } from 'zod';
import { duration, positiveDuration, share } from './scalars.ts';

const sigma = z
  .number()
  .min(0)
  .max(5)
  .meta({
    description: 'Spread of the lognormal: standard deviation of the logarithm. 0 to 5, no unit.',
    examples: [0.5, 1.1],
  });

const fixed = { fixed: duration.describe('Always exactly this long.') };
const exponential = { mean: positiveDuration.describe('Mean of an exponential distribution.') };
const lognormal = { median: positiveDuration.describe('Median of a lognormal distribution.'), sigma };
const quantiles = {
  quantiles: z
    .record(
      z.string().regex(/^p(100|\d{1,2}(\.\d{1,3})?)$/, { error: 'a quantile from p0 to p100, such as p50 or p99.9' }),
      duration,
    )
    .meta({
      description: 'Quantiles p0 to p100, at least two, ascending; straight lines between them.',
      examples: [{ p10: '33s', p50: '461s', p90: '2575s' }],
    }),
};

type Points = { p: number; value: number }[];

/** `p` is 0 to 1, ascending; values in ms. */
function toPoints(written: Record<string, number>): Points {
  return Object.entries(written)
    .map(([key, value]) => ({ p: Number(key.slice(1)) / 100, value }))
    .sort((a, b) => a.p - b.p);
}

const toFixed = (value: number) => ({ kind: 'fixed' as const, value });
const toExponential = (mean: number) => ({ kind: 'exponential' as const, mean });
const toLognormal = (median: number, spread: number) => ({ kind: 'lognormal' as const, median, sigma: spread });
const toQuantiles = (written: Record<string, number>) => ({ kind: 'quantiles' as const, points: toPoints(written) });

const partShare = {
  share: share.describe('Share of the draws that come from this part. The parts of a mix add up to 100%.'),
};

const part = z.union(
  [
    z.strictObject({ ...partShare, ...fixed }).transform((part) => ({ share: part.share, dist: toFixed(part.fixed) })),
    z
      .strictObject({ ...partShare, ...exponential })
      .transform((part) => ({ share: part.share, dist: toExponential(part.mean) })),
    z
      .strictObject({ ...partShare, ...lognormal })
      .transform((part) => ({ share: part.share, dist: toLognormal(part.median, part.sigma) })),
    z
      .strictObject({ ...partShare, ...quantiles })
      .transform((part) => ({ share: part.share, dist: toQuantiles(part.quantiles) })),
  ],
  { error: 'a share and one of {fixed}, {mean}, {median, sigma} or {quantiles}' },
);

/** Parsed: a tagged union, times in ms. */
export const dist = z
  .union(
    [
      duration.transform(toFixed),
      z.strictObject(fixed).transform((written) => toFixed(written.fixed)),
      z.strictObject(exponential).transform((written) => toExponential(written.mean)),
      z.strictObject(lognormal).transform((written) => toLognormal(written.median, written.sigma)),
      z.strictObject(quantiles).transform((written) => toQuantiles(written.quantiles)),
      z
        .strictObject({
          mix: z.array(part).min(1).max(20).describe('Parts, each with its share and its distribution.'),
        })
        .transform((written) => ({ kind: 'mix' as const, parts: written.mix })),
    ],
    { error: 'a duration such as "30s", or one of {fixed}, {mean}, {median, sigma}, {quantiles} or {mix}' },
  )
  .meta({
    id: 'Dist',
    description:
      'A distribution of times: a duration (always the same), {mean} (exponential), {median, sigma} (lognormal), {quantiles}, or {mix} of these.',
    examples: ['30s', { mean: '6s' }, { median: '17m', sigma: 1.1 }],
  });

export type Dist = z.output<typeof dist>;
export type DistInput = z.input<typeof dist>;
