import type { Scenario } from '../schema/scenario.ts';

/** Expected arrivals of a source: cumulative, piecewise linear. */
export interface RateCurve {
  readonly timesMs: number[];
  readonly cumulative: number[];
}

type Source = Scenario['audience'][string];

/** Straight pieces of an exponential decay; more would change arrivals by less than a tenth of a percent. */
const DECAY_PIECES = 48;
/** A push has brought 90 % of its viewers after `within`: that is ln 10 time constants. */
const LN_10 = Math.log(10);

/** The rate curve of a source, in viewers, before scaling; nothing arrives before 0 or after `endMs`. */
export function rateCurve(source: Source, endMs: number): RateCurve {
  switch (source.kind) {
    case 'push':
      return clip(decay(source.at, source.size, source.within), endMs);
    case 'waves':
      return clip(sum(source.waves.map((wave) => swell(wave.at, wave.size, wave.within))), endMs);
    case 'raid':
      return clip(flat(source.at, source.at + source.within, source.size), endMs);
    case 'paid':
    case 'steady': {
      const from = source.from;
      const to = Math.min(source.to ?? endMs, endMs);
      const size = source.size ?? ((source.rate ?? 0) * Math.max(0, to - from)) / 1000;
      return clip(flat(from, to, size), endMs);
    }
    case 'curve':
      return clip(trapezoids(source.rate), endMs);
  }
}

/** `size` viewers at an even rate. */
export function flat(fromMs: number, toMs: number, size: number): RateCurve {
  return { timesMs: [0, fromMs, Math.max(toMs, fromMs + 1)], cumulative: [0, 0, size] };
}

/** Most at once, then fewer and fewer: 90 % within `withinMs`. */
function decay(atMs: number, size: number, withinMs: number): RateCurve {
  const tau = withinMs / LN_10;
  const timesMs = [0, atMs];
  const cumulative = [0, 0];
  for (let i = 1; i <= DECAY_PIECES; i++) {
    const t = (i / DECAY_PIECES) * 3 * withinMs;
    timesMs.push(atMs + t);
    cumulative.push(size * (1 - Math.exp(-t / tau)));
  }
  return { timesMs, cumulative };
}

/** A wave of the feed: rises for a quarter of `withinMs` and fades over the rest (rate a triangle). */
function swell(atMs: number, size: number, withinMs: number): RateCurve {
  const timesMs = [0, atMs];
  const cumulative = [0, 0];
  const rise = 0.25;
  for (let i = 1; i <= DECAY_PIECES; i++) {
    const x = i / DECAY_PIECES;
    const share = x <= rise ? (x * x) / rise : 1 - ((1 - x) * (1 - x)) / (1 - rise);
    timesMs.push(atMs + x * withinMs);
    cumulative.push(size * share);
  }
  return { timesMs, cumulative };
}

/** Straight lines between given rates, viewers per second; written as steps of at most a second's worth of change. */
function trapezoids(points: readonly { at: number; rate: number }[]): RateCurve {
  const timesMs = [0];
  const cumulative = [0];
  let total = 0;
  for (let i = 0; i + 1 < points.length; i++) {
    const { at: from, rate: low } = points[i];
    const { at: to, rate: high } = points[i + 1];
    if (i === 0 && from > 0) push(timesMs, cumulative, from, 0);
    for (let k = 1; k <= DECAY_PIECES; k++) {
      const x = k / DECAY_PIECES;
      push(
        timesMs,
        cumulative,
        from + x * (to - from),
        total + ((to - from) / 1000) * (low * x + ((high - low) * x * x) / 2),
      );
    }
    total = cumulative[cumulative.length - 1];
  }
  return { timesMs, cumulative };
}

function push(timesMs: number[], cumulative: number[], t: number, value: number): void {
  timesMs.push(t);
  cumulative.push(value);
}

function sum(curves: readonly RateCurve[]): RateCurve {
  const timesMs = [...new Set(curves.flatMap((curve) => curve.timesMs))].sort((a, b) => a - b);
  return { timesMs, cumulative: timesMs.map((t) => curves.reduce((total, curve) => total + valueAt(curve, t), 0)) };
}

export function valueAt({ timesMs, cumulative }: RateCurve, t: number): number {
  const last = timesMs.length - 1;
  if (t <= timesMs[0]) return cumulative[0];
  if (t >= timesMs[last]) return cumulative[last];
  let i = 0;
  let j = last;
  while (j - i > 1) {
    const middle = (i + j) >> 1;
    if (timesMs[middle] <= t) i = middle;
    else j = middle;
  }
  return cumulative[i] + ((t - timesMs[i]) / (timesMs[j] - timesMs[i])) * (cumulative[j] - cumulative[i]);
}

function clip(curve: RateCurve, endMs: number): RateCurve {
  const atEnd = valueAt(curve, endMs);
  const keep = curve.timesMs.filter((t) => t < endMs).length;
  return { timesMs: [...curve.timesMs.slice(0, keep), endMs], cumulative: [...curve.cumulative.slice(0, keep), atEnd] };
}
