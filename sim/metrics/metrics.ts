/**
 * The four kinds of metric, as handles for the hot path: take one from a MetricSet once, then record on it. Recording
 * allocates nothing, and looks at tags only when a threshold watches a tagged part of that very metric.
 */

import { Histogram } from './histogram.ts';
import type { Selector, TagContext } from './tags.ts';

/** A tagged part of a metric. */
export interface Watched<M> {
  readonly selector: Selector;
  readonly metric: M;
}

/** Times in ms, or other non-negative numbers. */
export class Trend {
  readonly type = 'trend';
  readonly histogram = new Histogram();
  readonly watched: Watched<Trend>[] = [];

  /** See `Histogram.record` for negative values and NaN. */
  record(valueMs: number, tags: TagContext): void {
    this.histogram.record(valueMs);
    const watched = this.watched;
    for (let i = 0; i < watched.length; i++) {
      if (watched[i].selector.matches(tags)) watched[i].metric.histogram.record(valueMs);
    }
  }
}

/** Something that is counted. Nothing counted is 0, not unknown. */
export class Counter {
  readonly type = 'counter';
  readonly watched: Watched<Counter>[] = [];
  private readonly cell = new Float64Array(1);

  get count(): number {
    return this.cell[0];
  }

  /** `amount` is a finite number, 0 or more. */
  add(amount: number, tags: TagContext): void {
    this.cell[0] += amount;
    const watched = this.watched;
    for (let i = 0; i < watched.length; i++) {
      if (watched[i].selector.matches(tags)) watched[i].metric.cell[0] += amount;
    }
  }

  /** Adds to this metric alone, not to its tagged parts: for merging. */
  addAlone(amount: number): void {
    this.cell[0] += amount;
  }

  reset(): void {
    this.cell[0] = 0;
  }
}

const PASSES = 0;
const TOTAL = 1;

/** A share: how many of all. */
export class Rate {
  readonly type = 'rate';
  readonly watched: Watched<Rate>[] = [];
  private readonly cells = new Float64Array(2);

  get passes(): number {
    return this.cells[PASSES];
  }

  get total(): number {
    return this.cells[TOTAL];
  }

  /** 0 to 1; null when nothing was counted. */
  get rate(): number | null {
    return this.total === 0 ? null : this.passes / this.total;
  }

  /** `passes` of `total` were true; non-negative integers. */
  add(passes: number, total: number, tags: TagContext): void {
    this.addAlone(passes, total);
    const watched = this.watched;
    for (let i = 0; i < watched.length; i++) {
      if (watched[i].selector.matches(tags)) watched[i].metric.addAlone(passes, total);
    }
  }

  addAlone(passes: number, total: number): void {
    this.cells[PASSES] += passes;
    this.cells[TOTAL] += total;
  }

  reset(): void {
    this.cells.fill(0);
  }
}

/** A level. Minimum and maximum are those of the values set. All NaN until the first. */
export class Gauge {
  readonly type = 'gauge';
  readonly watched: Watched<Gauge>[] = [];
  last = NaN;
  min = NaN;
  max = NaN;

  set(value: number, tags: TagContext): void {
    this.setAlone(value);
    for (const { selector, metric } of this.watched) {
      if (selector.matches(tags)) metric.setAlone(value);
    }
  }

  private setAlone(value: number): void {
    this.last = value;
    this.min = value >= this.min ? this.min : value;
    this.max = value <= this.max ? this.max : value;
  }
}

export type Metric = Trend | Counter | Rate | Gauge;
