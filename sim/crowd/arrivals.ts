import type { CompiledSource } from './compiled.ts';
import { draw, keyA, keyB, PURPOSE } from './rng.ts';
import { quantile } from './quantile.ts';

/**
 * The arrivals of one source: a Poisson process with the source's rate curve, made by adding unit exponential gaps and
 * reading the sum through the inverse of the cumulative rate (time change; Cinlar 1975). Viewer k's arrival is the same
 * for every number of shards: each shard runs through all gaps and keeps its own viewers.
 */
export class ArrivalStream {
  readonly source: CompiledSource;
  /** Number of the next viewer of this source. */
  index = 0;
  /** When that viewer comes, event time in ms; `Infinity` after the last. */
  atMs = 0;
  private readonly a: number;
  private readonly b: number;
  private readonly exponential: Float64Array;
  private sum = 0;
  private segment = 0;

  constructor(source: CompiledSource, seedLo: number, seedHi: number, exponential: Float64Array) {
    this.source = source;
    this.exponential = exponential;
    this.a = keyA(seedLo, source.key, -1);
    this.b = keyB(seedHi, source.key, -1);
    this.index = -1;
    this.next();
  }

  /** Goes on to the next viewer. */
  next(): void {
    this.index++;
    this.sum += quantile(this.exponential, draw(this.a, this.b, PURPOSE.arrival, this.index));
    const { cumulative, timesMs } = this.source;
    const last = cumulative.length - 1;
    while (this.segment < last && cumulative[this.segment + 1] <= this.sum) this.segment++;
    if (this.segment >= last) {
      this.atMs = Infinity;
      return;
    }
    const i = this.segment;
    const share = (this.sum - cumulative[i]) / (cumulative[i + 1] - cumulative[i]);
    this.atMs = Math.floor(timesMs[i] + share * (timesMs[i + 1] - timesMs[i]));
  }
}
