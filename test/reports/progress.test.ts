import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createProgress } from '../../reports/console/progress.ts';
import type { ProgressOptions } from '../../reports/console/progress.ts';
import { terminalLines } from '../../reports/console/progress-lines.ts';
import { bar, sparkline } from '../../reports/console/sparkline.ts';
import { columnsOf, painter } from '../../reports/console/text.ts';
import type { ProgressSnapshot } from '../../sim/progress.ts';

const RUNNING: ProgressSnapshot = {
  phase: 'running',
  eventMs: 892_000,
  windowFromMs: 880_000,
  windowForMs: 45_000,
  viewers: 2488,
  viewersTarget: 2500,
  joinsPerSec: 1.5,
  messagesInPerSec: 22,
  messagesOutPerSec: 54_321,
  chatLagP50Ms: 4.2,
  chatLagP99Ms: 22.1,
  ordersTotal: 45,
  ordersPerSec: 12,
  stock: [{ id: 'serum', left: 12, total: 54 }],
  lastCue: 'call',
  nextCue: { label: 'drop serum', inMs: 8000 },
  thresholdsFailing: [],
  lateStartP99Ms: 3.1,
};

function capture(columns: number): { stream: Writable & { columns: number; rows: number }; text: () => string } {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  return { stream: Object.assign(stream, { columns, rows: 24 }), text: () => written };
}

function make(options: Partial<ProgressOptions> = {}): {
  progress: ReturnType<typeof createProgress>;
  text: () => string;
} {
  const { stream, text } = capture(options.columns ?? 100);
  const progress = createProgress({ stream, isTTY: false, quiet: false, columns: 100, ...options });
  return { progress, text };
}

describe('progress in a log', () => {
  it('writes a line every five seconds, and at once when the phase changes or a cue is sent', () => {
    let nowMs = 0;
    const { progress, text } = make({ now: () => nowMs });
    progress.update({ ...RUNNING, phase: 'connecting', lastCue: null });
    progress.update({ ...RUNNING, lastCue: null });
    for (nowMs = 250; nowMs < 5000; nowMs += 250) progress.update({ ...RUNNING, lastCue: null });
    expect(text().trim().split('\n')).toHaveLength(2);
    progress.update({ ...RUNNING, lastCue: null });
    expect(text().trim().split('\n')).toHaveLength(3);
    progress.update({ ...RUNNING, lastCue: 'drop serum' });
    progress.update({ ...RUNNING, lastCue: 'drop serum' });
    const lines = text().trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[3]).toBe('0:14:52 cue drop serum');
    expect(lines[2]).toBe(
      '0:14:52 running  viewers 2,488/2,500  chat in 22/s out 54,321/s  lag p99 22.1 ms  orders 45  stock serum 12/54',
    );
  });

  it('moves no cursor', () => {
    const { progress, text } = make();
    progress.update(RUNNING);
    progress.note('worker 1 died');
    progress.done();
    expect(text()).toBe(stripVTControlCharacters(text()));
    expect(text()).toContain('worker 1 died\n');
  });
});

describe('quiet progress', () => {
  it.each([true, false])('says nothing but errors (terminal: %s)', (isTTY) => {
    const { progress, text } = make({ quiet: true, isTTY });
    progress.update(RUNNING);
    progress.note('3 viewers reconnected');
    expect(text()).toBe('');
    progress.note('the target is gone', 'error');
    progress.done();
    expect(text()).toBe('the target is gone\n');
  });
});

describe('progress on a terminal', () => {
  it('redraws in place, and leaves notes and the last lines standing', () => {
    const { progress, text } = make({ isTTY: true, color: false });
    progress.update(RUNNING);
    const first = text();
    expect(first).toContain('viewers 2,488 of 2,500');
    progress.update({ ...RUNNING, viewers: 2490 });
    expect(text().length).toBeGreaterThan(first.length);
    // Only what changed is written again, after moving up.
    expect(text().slice(first.length)).toContain('2,490');
    expect(text().slice(first.length)).toContain('\u001b[');
    progress.note('worker 1 died', 'error');
    expect(text()).toContain('worker 1 died\n');
    progress.done();
    progress.done();
    const ended = text();
    progress.update(RUNNING);
    expect(text()).toBe(ended);
  });

  it('never writes a line wider than the terminal', () => {
    const busy: ProgressSnapshot = {
      ...RUNNING,
      stock: Array.from({ length: 9 }, (_unused, index) => ({
        id: `product-with-a-long-name-${index}`,
        left: index * 1000,
        total: 9000,
      })),
      thresholdsFailing: ['chat_lag{during:drop:serum} p(99)<250', 'join_duration p(95)<1000'],
      messagesOutPerSec: 12_345_678,
    };
    const trail = Array.from({ length: 24 }, (_unused, index) => 2400 + index);
    for (let columns = 20; columns <= 200; columns += 5) {
      for (const snapshot of [
        RUNNING,
        busy,
        { ...RUNNING, stock: [], lastCue: null, nextCue: null, chatLagP99Ms: null },
      ]) {
        const lines = terminalLines(snapshot, trail, columns, painter(false));
        expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(columns);
        expect(lines.length).toBeGreaterThanOrEqual(4);
      }
    }
  });

  it('shows what fails before anything else in its line', () => {
    const lines = terminalLines({ ...RUNNING, thresholdsFailing: ['chat_lag p(99)<250'] }, [], 40, painter(false));
    expect(lines[lines.length - 1]).toBe('✗ failing: chat_lag p(99)<250');
  });
});

describe('small pictures', () => {
  it('scale from the least to the greatest and keep to their width', () => {
    expect(sparkline([1, 2, 3], 8)).toBe('▁▅█');
    expect(sparkline([5, 5], 8)).toBe('▁▁');
    expect(sparkline([1, 2, 3, 4], 2)).toBe('▁█');
    expect(sparkline([], 8)).toBe('');
    expect([bar(0.5, 4), bar(Number.NaN, 4), bar(7, 4)]).toEqual(['██░░', '░░░░', '████']);
  });
});
