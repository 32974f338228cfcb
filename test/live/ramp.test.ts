import { describe, expect, it } from 'vitest';
import type { Audience } from '../../sim/live/audience.ts';
import { EventClock } from '../../sim/live/clock.ts';
import { Ramp } from '../../sim/live/ramp.ts';

const FROM_MS = 60_000;
/** Handshakes that a ramp has under way at once. */
const AT_ONCE = 64;

/** Notes who enters; the test says how it went. */
class FakeAudience {
  connected = 0;
  settled: ((row: number, welcomed: boolean) => void) | null = null;
  readonly entered: { row: number; dueMs: number; attempt: number }[] = [];

  enter(row: number, dueMs: number, attempt: number): void {
    this.entered.push({ row, dueMs, attempt });
  }

  settle(row: number, welcomed: boolean): void {
    if (welcomed) this.connected++;
    this.settled!(row, welcomed);
  }

  /** Lets the backend answer until nobody waits. Everybody for whom `lets` is false is turned away, every time. */
  answerAll(lets: (row: number) => boolean): void {
    for (let next = 0; next < this.entered.length; next++) {
      const { row } = this.entered[next];
      this.settle(row, lets(row));
    }
  }

  triesOf(row: number): number {
    return this.entered.filter((one) => one.row === row).length;
  }
}

function ramp(count: number) {
  const audience = new FakeAudience();
  const rows = Array.from({ length: count }, (_, row) => row);
  const made = new Ramp(rows, audience as unknown as Audience, new EventClock(FROM_MS), () => undefined);
  return { audience, ramp: made, run: made.run() };
}

describe('a ramp', () => {
  it('brings everybody in, in order, a few at a time', async () => {
    const { audience, run, ramp: made } = ramp(200);
    expect(audience.entered).toHaveLength(AT_ONCE);
    audience.answerAll(() => true);
    expect(await run).toEqual({ connected: 200, failed: 0, total: 200 });
    expect(audience.entered.map(({ row }) => row)).toEqual(Array.from({ length: 200 }, (_, row) => row));
    expect(new Set(audience.entered.map(({ dueMs, attempt }) => `${dueMs} ${attempt}`))).toEqual(
      new Set([`${FROM_MS} 0`]),
    );
    expect(made.release()).toEqual([]);
  });

  it('is over at once when nobody is there yet', async () => {
    expect(await ramp(0).run).toEqual({ connected: 0, failed: 0, total: 0 });
  });

  it('tries three times, then returns those who stayed outside', async () => {
    const { audience, run, ramp: made } = ramp(100);
    const shut = [7, 70];
    audience.answerAll((row) => !shut.includes(row));
    expect(await run).toEqual({ connected: 98, failed: 2, total: 100 });
    expect(shut.map((row) => audience.triesOf(row))).toEqual([3, 3]);
    expect(audience.triesOf(8)).toBe(1);
    expect(made.release().sort((a, b) => a - b)).toEqual(shut);
    expect(audience.settled).toBeNull();
  });

  it('returns those who wait for another try, too, when it is ended while the backend is slow', () => {
    const { audience, ramp: made } = ramp(AT_ONCE + 10);
    // Nobody has been answered but one, who was turned away three times.
    for (let tries = 0; tries < 3; tries++) {
      const before = audience.entered.length;
      audience.settle(0, false);
      expect(audience.entered.length).toBe(before + 1);
    }
    expect(audience.triesOf(0)).toBe(3);
    const released = made.release();
    // One has given up, one of those who waited has the place of the other.
    const waiting = Array.from({ length: 9 }, (_, i) => AT_ONCE + 1 + i);
    expect(released.sort((a, b) => a - b)).toEqual([0, ...waiting]);
    const underWay = audience.entered.map(({ row }) => row).filter((row) => row !== 0);
    expect(released.filter((row) => underWay.includes(row))).toEqual([]);
  });

  it('brings back a viewer who is lost before the window begins', async () => {
    const { audience, run, ramp: made } = ramp(2);
    audience.answerAll(() => true);
    await run;
    audience.connected--;
    audience.settle(1, false);
    expect(audience.triesOf(1)).toBe(2);
    audience.settle(1, true);
    expect(made.release()).toEqual([]);
  });
});
