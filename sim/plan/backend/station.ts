import type { CompiledEndpoint } from '../../crowd/compiled.ts';
import { quantile } from '../../crowd/quantile.ts';
import { draw, keyA, keyB, PURPOSE } from '../../crowd/rng.ts';

/** How a request ended at the backend. */
export const FATE = { served: 0, refused: 1, givenUp: 2 } as const;
export type Fate = (typeof FATE)[keyof typeof FATE];

/**
 * One endpoint as a queue: first come, first served, c servers (G/G/c). Requests are offered in order of time; so the moment at
 * which each begins is known at once, it is when the server that is free first is free (Kiefer and Wolfowitz 1955).
 *
 * A request that the backend gives up (`timeoutMs`) takes no server and, in this model, no place in the queue. One that the viewer no
 * longer waits for is served all the same: that is what makes a retry storm.
 */
export class Station {
  /** When the last request that was served began and was done, event time in ms; of one given up, `doneMs` is when. */
  startMs = 0;
  doneMs = 0;
  private readonly endpoint: CompiledEndpoint;
  private readonly service: Float64Array;
  private readonly number: number;
  private a = 0;
  private b = 0;
  private offered = 0;
  /** When each server is free, a heap with the earliest on top. */
  private readonly freeAtMs: Float64Array;
  /** Moments at which those who wait will begin: a ring, ascending. */
  private waiting = new Float64Array(1024);
  private first = 0;
  private waitingCount = 0;

  /** `number` tells the stations of a backend apart in the randomness. */
  constructor(endpoint: CompiledEndpoint, tables: readonly Float64Array[], number: number) {
    this.endpoint = endpoint;
    this.service = tables[endpoint.serviceTable];
    this.number = number;
    this.freeAtMs = new Float64Array(endpoint.servers ?? 0);
  }

  reset(seedHi: number, seedLo: number): void {
    this.a = keyA(seedLo, this.number, -3);
    this.b = keyB(seedHi, this.number, -3);
    this.offered = 0;
    this.freeAtMs.fill(-Infinity);
    this.first = this.waitingCount = 0;
  }

  /** A request comes at `atMs`, not before the last one. */
  offer(atMs: number): Fate {
    const serviceMs = quantile(this.service, draw(this.a, this.b, PURPOSE.service, this.offered++));
    const { servers, queueLimit, timeoutMs } = this.endpoint;
    if (servers === null) {
      this.startMs = atMs;
      this.doneMs = atMs + serviceMs;
      return FATE.served;
    }
    const free = this.freeAtMs[0];
    const startMs = free > atMs ? free : atMs;
    if (queueLimit !== null && startMs > atMs && this.waitingAt(atMs) >= queueLimit) return FATE.refused;
    if (timeoutMs !== null && startMs - atMs > timeoutMs) {
      this.doneMs = atMs + timeoutMs;
      return FATE.givenUp;
    }
    this.startMs = startMs;
    this.doneMs = startMs + serviceMs;
    this.occupy(this.doneMs);
    if (queueLimit !== null && startMs > atMs) this.wait(startMs);
    return FATE.served;
  }

  /** How many are waiting: those who begin later than now. */
  private waitingAt(atMs: number): number {
    const { waiting } = this;
    while (this.waitingCount > 0 && waiting[this.first] <= atMs) {
      this.first = this.first + 1 === waiting.length ? 0 : this.first + 1;
      this.waitingCount--;
    }
    return this.waitingCount;
  }

  private wait(startMs: number): void {
    if (this.waitingCount === this.waiting.length) {
      const bigger = new Float64Array(this.waiting.length * 2);
      for (let i = 0; i < this.waitingCount; i++) bigger[i] = this.waiting[(this.first + i) % this.waiting.length];
      this.waiting = bigger;
      this.first = 0;
    }
    this.waiting[(this.first + this.waitingCount) % this.waiting.length] = startMs;
    this.waitingCount++;
  }

  /** The server that is free first is busy until then: its entry sinks in the heap. */
  private occupy(untilMs: number): void {
    const heap = this.freeAtMs;
    const { length } = heap;
    let i = 0;
    for (let child = 1; child < length; child = 2 * i + 1) {
      if (child + 1 < length && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= untilMs) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = untilMs;
  }
}
