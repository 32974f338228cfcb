import type { CompiledEndpoint } from '../../crowd/compiled.ts';
import { survivalAt } from '../../crowd/quantile.ts';
import type { Histogram } from '../../metrics/histogram.ts';
import type { Stream } from '../random.ts';
import { weightLaw } from './chat-weights.ts';

/** Service times are recorded as so many equal parts of their distribution. */
const PARTS = 32;
/** A share of waits that is not worth a computation. */
const RARELY = 1e-3;
/** Waits within a cell are taken at so many places. */
const PLACES = 4;

/**
 * One endpoint as a fluid: requests flow in evenly over a cell, and out as fast as all servers together serve. What cannot be served
 * queues; the wait is the queue over the rate. Chance within a cell, in arrivals and in service times, makes of it a Brownian motion
 * that is reflected at an empty queue (Harrison 1985). Its mean wait is that of Pollaczek and Khinchine for one server. Where several
 * are seldom all busy, the variance is smaller by what Sakasegawa (1977) has for the wait: the load to the power sqrt(2(c + 1)) - 2.
 */
export class Queue {
  /** Of the requests of the last cell: refused at once; given up by the backend after `giveUpMs`. */
  refusedP = 0;
  givenUpP = 0;
  /** Wait of those who came at the beginning of the cell and at its end, if they were let in. */
  firstWaitMs = 0;
  lastWaitMs = 0;
  readonly meanServiceMs: number;
  readonly giveUpMs: number;
  private readonly service: Float64Array;
  private readonly partsMs: Float64Array;
  private readonly longestMs: number;
  private readonly perMs: number;
  /** Squared coefficient of variation of service times. */
  private readonly serviceCv2: number;
  /** Exponent of the load, for several servers. */
  private readonly seldomAllBusy: number;
  /** Up to this load hardly anybody finds all servers busy. */
  private readonly quietShare: number;
  private readonly most: number;
  private readonly gaveUp: boolean;
  private waiting = 0;
  private served = 0;
  private patienceMs = 0;
  private unqueued = 0;

  constructor(endpoint: CompiledEndpoint, tables: readonly Float64Array[]) {
    this.service = tables[endpoint.serviceTable];
    const { mean, sd } = weightLaw(this.service);
    this.meanServiceMs = mean;
    this.serviceCv2 = mean > 0 ? (sd / mean) ** 2 : 0;
    this.seldomAllBusy = Math.sqrt(2 * ((endpoint.servers ?? 1) + 1)) - 2;
    this.longestMs = this.service[this.service.length - 1];
    this.quietShare = this.seldomAllBusy > 0 ? RARELY ** (1 / this.seldomAllBusy) : 0;
    this.partsMs = Float64Array.from({ length: PARTS }, (_, i) => quantileOf(this.service, 1 - (i + 0.5) / PARTS));
    this.perMs = endpoint.servers === null ? Infinity : endpoint.servers / Math.max(this.meanServiceMs, 1e-6);
    const byTime = endpoint.timeoutMs === null ? Infinity : endpoint.timeoutMs * this.perMs;
    const byPlaces = endpoint.servers === null ? Infinity : (endpoint.queueLimit ?? Infinity);
    this.most = Math.min(byTime, byPlaces);
    this.gaveUp = byTime < byPlaces;
    this.giveUpMs = endpoint.timeoutMs ?? 0;
  }

  reset(): void {
    this.waiting = this.served = this.patienceMs = this.unqueued = 0;
  }

  /** `requests` come in a cell of `spanMs`; in the share `outShare` of it everything is refused. */
  pass(requests: number, spanMs: number, outShare: number, stream: Stream): void {
    this.refusedP = outShare;
    this.givenUpP = this.firstWaitMs = this.lastWaitMs = 0;
    if (this.perMs === Infinity) return;
    const came = requests * (1 - outShare);
    this.firstWaitMs = this.waiting / this.perMs;
    const after = this.waitingAfter(came, this.perMs * spanMs, stream);
    const over = Math.max(0, after - this.most);
    if (over > 0 && came > 0) {
      const share = Math.min(1, over / came);
      if (this.gaveUp) this.givenUpP = share;
      else this.refusedP += (1 - outShare) * share;
    }
    this.waiting = after - over;
    // The last to come does not wait for itself.
    this.lastWaitMs = Math.max(0, this.waiting - 1) / this.perMs;
  }

  /**
   * Those who wait at the end of a cell in which `came` come and `most` can be served. How low the queue would have gone, had it not been
   * reflected, is drawn exactly: the minimum of a Brownian bridge.
   */
  private waitingAfter(came: number, most: number, stream: Stream): number {
    // Drawn in any case: runs of one seed stay in step.
    const [normal, uniform] = [stream.normal(), stream.uniform()];
    const busy = Math.min(most, this.waiting + came);
    if (busy <= this.quietShare * most && this.waiting === 0) return 0;
    const chance = (busy / most) ** this.seldomAllBusy;
    const ofService = busy * this.serviceCv2 * chance;
    const grown = came - most + Math.sqrt(ofService) * normal;
    const lowest = (grown - Math.sqrt(grown * grown - 2 * (came * chance + ofService) * Math.log(uniform))) / 2;
    return Math.max(0, this.waiting + grown, grown - lowest);
  }

  get meanWaitMs(): number {
    return (this.firstWaitMs + this.lastWaitMs) / 2;
  }

  /** Of those served, the share for whom it takes longer than `timeoutMs`. */
  lateShare(timeoutMs: number): number {
    if (Math.max(this.firstWaitMs, this.lastWaitMs) + this.longestMs <= timeoutMs) return 0;
    let sum = 0;
    for (let k = 0; k < PLACES; k++) {
      const waitMs = this.firstWaitMs + ((k + 0.5) / PLACES) * (this.lastWaitMs - this.firstWaitMs);
      const restMs = timeoutMs - waitMs;
      sum += restMs > 0 ? survivalAt(this.service, restMs) : 1;
    }
    return sum / PLACES;
  }

  /** Some of the requests of the last cell were served; nobody waits longer than `timeoutMs`. */
  count(served: number, timeoutMs: number): void {
    this.served += served;
    if (timeoutMs > this.patienceMs) this.patienceMs = timeoutMs;
  }

  /** Response times, as viewers see them, of those who were counted. */
  record(into: Histogram): void {
    if (this.served === 0) return;
    const waitMs = this.meanWaitMs;
    if (waitMs < 0.5) this.unqueued += this.served;
    else spread(into, this.partsMs, waitMs, this.served, this.patienceMs);
    this.served = this.patienceMs = 0;
  }

  /** Those who never waited, at the end of a run. */
  flush(into: Histogram): void {
    spread(into, this.partsMs, 0, this.unqueued, Infinity);
    this.unqueued = 0;
  }
}

function spread(into: Histogram, partsMs: Float64Array, waitMs: number, count: number, mostMs: number): void {
  let done = 0;
  for (let i = 0; i < partsMs.length; i++) {
    const upTo = Math.round(((i + 1) * count) / partsMs.length);
    if (upTo > done) into.recordMany(Math.min(mostMs, waitMs + partsMs[i]), upTo - done);
    done = upTo;
  }
}

/** Value above which the share `s` lies. */
function quantileOf(table: Float64Array, s: number): number {
  let low = 0;
  let high = table[table.length - 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (survivalAt(table, middle) > s) low = middle;
    else high = middle;
  }
  return high;
}
