import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BulkReader, type Batched } from '../../sim/run/bulk-reader.ts';

const EVERY_MS = 50;
const START_MS = 1000;

/** Epoch time of the test. */
let nowMs = START_MS;

function pass(ms: number): void {
  nowMs += ms;
  vi.advanceTimersByTime(ms);
}

/** A link whose messages come at given times; what arrives while it is paused is read when it is resumed or polled. */
class FakeLink implements Batched {
  readAtMs = 0;
  readonly reads: { readonly atMs: number; readonly messages: number }[] = [];
  private readonly bulk: BulkReader;
  private readonly canPoll: boolean;
  private isPaused = false;
  private waiting = 0;

  constructor(bulk: BulkReader, canPoll: boolean) {
    this.bulk = bulk;
    this.canPoll = canPoll;
  }

  get messages(): number {
    return this.reads.reduce((sum, read) => sum + read.messages, 0);
  }

  arrive(): void {
    this.waiting++;
    if (!this.isPaused) this.read();
  }

  pause(): void {
    this.isPaused = true;
  }

  /** As a line that stays paused; false when there is nothing to read. */
  poll(): boolean {
    if (!this.canPoll || this.waiting === 0) return false;
    this.read();
    return true;
  }

  resume(): void {
    this.isPaused = false;
    if (this.waiting > 0) this.read();
  }

  private read(): void {
    const messages = this.waiting;
    this.waiting = 0;
    this.reads.push({ atMs: nowMs, messages });
    for (let i = 0; i < messages; i++) this.bulk.read(this, nowMs);
  }
}

/** A second with a message every `gapMs`. */
function play(gapMs: number, { enabled = true, canPoll = true } = {}): FakeLink {
  const bulk = new BulkReader(EVERY_MS);
  if (enabled) bulk.start();
  const link = new FakeLink(bulk, canPoll);
  for (let ms = 0; ms < 1000; ms++) {
    pass(1);
    if (nowMs % gapMs === 0) link.arrive();
  }
  bulk.stop();
  return link;
}

beforeEach(() => {
  nowMs = START_MS;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { timeOrigin } = performance;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs - timeOrigin);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('reading in batches', () => {
  // A line that cannot be polled has two reads a batch: what waited, and the message after it.
  it.each([
    [true, 24],
    [false, 45],
  ])('reads a busy room some twenty times a second, and every message (polled: %s)', (canPoll, atMost) => {
    const link = play(5, { canPoll });
    expect(link.messages).toBe(200);
    expect(link.reads.length).toBeGreaterThanOrEqual(17);
    expect(link.reads.length).toBeLessThanOrEqual(atMost);
  });

  it('lets nothing wait longer than it says', () => {
    const { reads } = play(5);
    const gaps = reads.slice(1).map((read, i) => read.atMs - reads[i].atMs);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(EVERY_MS);
  });

  it('reads a quiet room as it comes', () => {
    const { reads } = play(200);
    expect(reads.map((read) => read.atMs % 200)).toEqual([0, 0, 0, 0, 0]);
  });

  it('reads everything as it comes before the window', () => {
    expect(play(5, { enabled: false }).reads.length).toBe(200);
  });

  it('reads what waits when the window ends', () => {
    const bulk = new BulkReader(EVERY_MS);
    bulk.start();
    const link = new FakeLink(bulk, true);
    for (let i = 0; i < 5; i++) {
      pass(1);
      link.arrive();
    }
    expect(link.messages).toBeLessThan(5);
    bulk.stop();
    expect(link.messages).toBe(5);
    link.arrive();
    expect(link.messages).toBe(6);
  });
});
