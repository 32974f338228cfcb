import type { CompiledPersona, CompiledSource } from '../../crowd/compiled.ts';
import { survivalAt } from '../../crowd/quantile.ts';
import { valueAt } from './rates.ts';

/** Expected present viewers over time: arrivals convolved with how long each persona stays (M(t)/G/infinity). */
export interface ExpectedAudience {
  readonly stepMs: number;
  /** [room][persona][step]; the moment of step i is (i + 1) * stepMs. */
  readonly present: Float64Array[][];
}

const STEPS = 1000;
const SUBSTEPS = 8;

export function expectedAudience(
  durationMs: number,
  roomCount: number,
  sources: readonly CompiledSource[],
  personas: readonly CompiledPersona[],
  tables: readonly Float64Array[],
): ExpectedAudience {
  const stepMs = Math.max(100, Math.ceil(durationMs / STEPS));
  const steps = Math.ceil(durationMs / stepMs);
  const stay = personas.map((persona) => stayKernel(tables[persona.dwellTable], stepMs, steps));
  const present = Array.from({ length: roomCount }, () => personas.map(() => new Float64Array(steps)));
  for (const source of sources) {
    const arrivals = arrivalsByStep(source, stepMs, steps);
    const shares = mixShares(source);
    source.mixPersona.forEach((persona, k) =>
      convolve(arrivals, stay[persona], shares[k], present[source.room][persona]),
    );
  }
  return { stepMs, present };
}

/** Probability that a viewer who came during step j is still there at the end of step j + d. */
function stayKernel(dwell: Float64Array, stepMs: number, steps: number): Float64Array {
  const kernel = new Float64Array(steps);
  for (let d = 0; d < steps; d++) {
    let sum = 0;
    for (let k = 0; k < SUBSTEPS; k++) sum += survivalAt(dwell, (d + (k + 0.5) / SUBSTEPS) * stepMs);
    kernel[d] = sum / SUBSTEPS;
  }
  return kernel;
}

function arrivalsByStep(source: CompiledSource, stepMs: number, steps: number): Float64Array {
  const curve = { timesMs: [...source.timesMs], cumulative: [...source.cumulative] };
  return Float64Array.from({ length: steps }, (_, i) => valueAt(curve, (i + 1) * stepMs) - valueAt(curve, i * stepMs));
}

function mixShares(source: CompiledSource): number[] {
  return [...source.mixUpTo].map((upTo, i) => (upTo - (i > 0 ? source.mixUpTo[i - 1] : 0)) / 4294967296);
}

function convolve(arrivals: Float64Array, kernel: Float64Array, share: number, into: Float64Array): void {
  for (let j = 0; j < arrivals.length; j++) {
    const came = arrivals[j] * share;
    if (came === 0) continue;
    for (let i = j; i < into.length; i++) into[i] += came * kernel[i - j];
  }
}
