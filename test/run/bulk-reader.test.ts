import { describe, expect, it } from 'vitest';
import { BulkReader } from '../../sim/run/bulk-reader.ts';
import type { Link } from '../../sim/run/link.ts';

const EVERY_MS = 50;

/** A link whose messages come at given times; what arrives while it is paused is read when it is resumed. */
class FakeLink {
  readAtMs = 0;
  readonly reads: { readonly atMs: number; readonly messages: number }[] = [];
  private readonly bulk: BulkReader;
  private isPaused = false;
  private waiting = 0;
  private readonly canPoll: boolean;
  nowMs = 0;

  constructor(bulk: BulkReader, canPoll: boolean) {
    this.bulk = bulk;
    this.canPoll = canPoll;
  }

  arrive(): void {
    this.waiting++;
    this.readAll();
  }

  pause(): void {
    this.isPaused = true;
  }

  /** As a line that stays paused, or one that has nothing to read. */
  poll(): boolean {
    if (!this.canPoll || this.waiting === 0) return false;
    this.take();
    return true;
  }

  resume(): void {
    this.isPaused = false;
    this.readAll();
  }

  private readAll(): void {
    if (!this.isPaused && this.waiting > 0) this.take();
  }

  private take(): void {
    const messages = this.waiting;
    this.waiting = 0;
    this.reads.push({ atMs: this.nowMs, messages });
    for (let i = 0; i < messages; i++) this.bulk.read(this as unknown as Link, this.nowMs);
  }
}

/** Plays a second with a message every `gapMs`, and a look every 10 ms. */
function play(gapMs: number, { enabled = true, canPoll = true } = {}): FakeLink {
  const bulk = new BulkReader(EVERY_MS);
  bulk.enabled = enabled;
  const link = new FakeLink(bulk, canPoll);
  for (let nowMs = 1000; nowMs < 2000; nowMs++) {
    link.nowMs = nowMs;
    if (nowMs % 10 === 0) bulk.tick(nowMs);
    if (nowMs % gapMs === 0) link.arrive();
  }
  link.nowMs = 2000;
  bulk.stop();
  return link;
}

const messages = ({ reads }: FakeLink): number => reads.reduce((sum, read) => sum + read.messages, 0);

describe('reading in batches', () => {
  it.each([true, false])('reads a busy room some 25 times a second, and every message (polled: %s)', (canPoll) => {
    const link = play(5, { canPoll });
    expect(messages(link)).toBe(200);
    expect(link.reads.length).toBeGreaterThanOrEqual(17);
    expect(link.reads.length).toBeLessThanOrEqual(28);
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
    bulk.enabled = true;
    const link = new FakeLink(bulk, true);
    for (link.nowMs = 1000; link.nowMs < 1005; link.nowMs++) link.arrive();
    expect(messages(link)).toBeLessThan(5);
    bulk.stop();
    expect(messages(link)).toBe(5);
    link.arrive();
    expect(messages(link)).toBe(6);
  });
});
