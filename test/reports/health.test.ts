import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../reports/console/summary.ts';
import { renderHtml } from '../../reports/html/page.ts';
import type { RunResult } from '../../sim/result.ts';
import { sampleHealth } from '../fixtures/sample-health.ts';
import { sampleResult } from '../fixtures/sample-result.ts';
import { chartData, sectionOf, strip, visibleText } from './page-text.ts';

/** Both workers were invalid for a while, in part at the same time. */
function sick(): RunResult {
  const health = sampleHealth();
  const [first, second] = health.workers;
  return sampleResult({
    health: {
      ...health,
      summary: 'The generator could not keep up, 5 invalid seconds.',
      invalidSeconds: 5,
      workers: [
        { ...first, invalidSeconds: 2, invalid: [{ fromMs: 900_000, untilMs: 902_000 }] },
        {
          ...second,
          invalidSeconds: 4,
          invalid: [
            { fromMs: 890_000, untilMs: 892_000 },
            { fromMs: 901_000, untilMs: 903_000 },
          ],
        },
      ],
    },
  });
}

describe('a generator that could not keep up', () => {
  const page = renderHtml(sick());

  it('has its invalid seconds shaded, those of several workers together', () => {
    expect(chartData(page).shades).toEqual([
      { fromMs: 890_000, untilMs: 892_000 },
      { fromMs: 900_000, untilMs: 903_000 },
    ]);
    expect(visibleText(sectionOf(page, 'charts'))).toContain(
      'Shaded: 5 s in which the generator could not keep up, from 0:14:50.',
    );
  });

  it('says so in one line, on the page and in the terminal', () => {
    const line = 'The generator could not keep up, 5 invalid seconds.';
    expect(visibleText(sectionOf(page, 'workers'))).toContain(line);
    expect(visibleText(sectionOf(page, 'setup'))).toContain(line);
    expect(renderSummary(sick(), { color: false, width: 120 })).toContain(line);
  });
});

describe('a healthy generator', () => {
  const page = renderHtml(sampleResult());

  it('has nothing shaded', () => {
    expect(chartData(page).shades).toEqual([]);
    expect(page).not.toContain('Shaded:');
  });

  it('is drawn: its delays, and how busy it was in per cent', () => {
    const { rows } = sampleResult().series;
    const [cpu, busy] = strip(chartData(page), 'generator-cpu').lines;
    expect(cpu.values[3]).toBeCloseTo(100 * rows.workerCpuMaxShare[3]!, 3);
    expect(busy.values[3]).toBeCloseTo(100 * rows.workerBusyMaxShare[3]!, 3);
    const delays = strip(chartData(page), 'generator').lines;
    expect(delays).toHaveLength(4);
    expect(delays[1].values[3]).toBeCloseTo(rows.receiveWaitP99Ms[3]!, 3);
  });

  it('has its machine in words, where the system tells of it', () => {
    expect(visibleText(sectionOf(page, 'workers'))).toContain('The machine used 58 % of its CPU, in one second 83 %;');
    const health = sampleHealth();
    const unknown = Object.fromEntries(Object.keys(health.machine).map((name) => [name, null]));
    const machine = unknown as unknown as RunResult['health']['machine'];
    const blind = renderHtml(sampleResult({ health: { ...health, machine } }));
    expect(visibleText(sectionOf(blind, 'workers'))).not.toContain('The machine used');
  });
});
