/** The plan of the window beside the run, on the page and in the terminal. */

import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../reports/console/text.ts';
import { renderSummary } from '../../reports/console/summary.ts';
import { renderHtml } from '../../reports/html/page.ts';
import { PLANNED_COUNTS } from '../../sim/result.ts';
import type { Planned, PlannedCountName, RunResult } from '../../sim/result.ts';
import { inLongerSteps, notCompared } from '../fixtures/sample-planned.ts';
import { emptyResult, sampleResult } from '../fixtures/sample-result.ts';
import { chartData, sectionOf, strip, visibleText } from './page-text.ts';

const sample = sampleResult();
const planned = sample.planned!;
const partial = sampleResult({ planned: notCompared(planned), partial: { reason: 'SIGINT', atMs: 912_000 } });

function withPlan(changes: Partial<Planned>): RunResult {
  return sampleResult({ planned: { ...planned, ...changes } });
}

/** One count at `value`, outside its band. */
function outside(count: PlannedCountName, side: 'below' | 'above', value: number): RunResult {
  return withPlan({ observed: { ...planned.observed, [count]: value }, deviations: [{ count, side, text: '' }] });
}

function sectionText(result: RunResult): string {
  return visibleText(sectionOf(renderHtml(result), 'planned'));
}

/** The row of a count, as markup. */
function row(result: RunResult, label: string): string {
  const rows = sectionOf(renderHtml(result), 'planned').match(/<tr>.*?<\/tr>/gs) ?? [];
  const found = rows.find((markup) => visibleText(markup).trim().startsWith(`${label} `));
  if (!found) throw new Error(`no row ${label}`);
  return found;
}

function block(result: RunResult, width = 80, color = false): string[] {
  const lines = renderSummary(result, { color, width }).split('\n');
  const at = lines.findIndex((line) => line.includes('planned against observed'));
  return at < 0 ? [] : lines.slice(at, lines.indexOf('', at));
}

describe('planned against observed on the page', () => {
  it('has a row a count: median, band, observed, and whether it lies inside', () => {
    expect(visibleText(row(sample, 'Peak viewers'))).toBe(' Peak viewers 2,492 2,412 to 2,569 2,488 2,488 ✓ inside ');
    expect(visibleText(row(sample, 'Orders paid'))).toBe(' Orders paid 51 48 to 54 51 45 ≠ below ');
    expect(visibleText(row(sample, 'GMV'))).toBe(' GMV $1,624.00 $1,450.00 to $1,827.00 $1,711.00 $1,537.00 ✓ inside ');
    for (const { label } of Object.values(PLANNED_COUNTS)) expect(sectionText(sample)).toContain(label);
  });

  it('names the engine and the runs, says how many lie outside, and what that means', () => {
    const text = sectionText(sample);
    expect(text).toContain('200 runs by exact agents; 1 of 8 counts outside');
    expect(text).toContain('One count in twenty lies outside by chance; several, or one far outside, are what');
    expect(sectionText(withPlan({ engine: 'cohorts', runs: 40, deviations: [] }))).toContain(
      '40 runs by cohorts; all 8 counts inside',
    );
  });

  it('stands behind the charts, and the bar at the top leads there', () => {
    const page = renderHtml(sample);
    expect(page).toMatch(/<a href="#charts">Charts<\/a>\s*<a href="#planned">/);
    expect(page.indexOf('<section id="planned"')).toBeGreaterThan(page.indexOf('<section id="charts"'));
  });

  it('prints the whole numbers inside the band: what it shows and what it judges never disagree', () => {
    const joins = { p025: 40.2, p50: 57.5, p975: 74.9 };
    const result = withPlan({ counts: { ...planned.counts, joins }, observed: { ...planned.observed, joins: 41 } });
    expect(visibleText(row(result, 'Joins'))).toContain('41 to 74 54 41 ✓ inside');
  });

  it.each([
    ['at the lower end', 338, 'below', /class="observed-dot" style="left:30\.00%"/],
    ['at the upper end', 421, 'above', /class="observed-dot" style="left:70\.00%"/],
  ] as const)('draws what lies %s of its band on the end', (_where, clicks, _side, dot) => {
    const result = withPlan({ observed: { ...planned.observed, clicks }, deviations: [] });
    expect(row(result, 'Clicks')).toMatch(dot);
  });

  it.each([
    ['a little below', 330, 'below', /class="observed-dot out" style="left:26\.14%"/],
    ['a little above', 430, 'above', /class="observed-dot out" style="left:74\.34%"/],
    ['far below', 0, 'below', /class="observed-dot out far-below" style="left:3\.00%"/],
    ['far above', 90_000, 'above', /class="observed-dot out far-above" style="left:97\.00%"/],
  ] as const)('marks what lies %s of its band', (_where, clicks, side, dot) => {
    const markup = row(outside('clicks', side, clicks), 'Clicks');
    expect(markup).toMatch(dot);
    expect(visibleText(markup)).toContain(`≠ ${side}`);
  });

  it('draws no band where all planned runs say the same', () => {
    const orders = { p025: 3, p50: 3, p975: 3 };
    const same = withPlan({ counts: { ...planned.counts, orders }, observed: { ...planned.observed, orders: 3 } });
    expect(row({ ...same, planned: { ...same.planned!, deviations: [] } }, 'Orders paid')).not.toContain(
      'planned-band',
    );
    const more = row(
      {
        ...outside('orders', 'above', 4),
        planned: { ...outside('orders', 'above', 4).planned!, counts: { ...planned.counts, orders } },
      },
      'Orders paid',
    );
    expect(more).toContain('far-above" style="left:97.00%"');
  });

  it('says in one line why there is no plan', () => {
    const text = sectionText(sampleResult({ planned: null }));
    expect(text).toContain('Not planned: --no-plan');
    expect(text).not.toContain('One count in twenty');
  });

  it('compares nothing when the window was not played to its end, and says so', () => {
    expect(visibleText(row(partial, 'Orders paid'))).toBe(' Orders paid 51 48 to 54 51 – – ');
    expect(sectionOf(renderHtml(partial), 'planned').split('<table')[1]).not.toContain('observed-dot');
    const text = sectionText(partial);
    expect(text).toContain('The window was not played to its end.');
    expect(text).not.toMatch(/One count in twenty|counts (in|out)side/);
  });

  it('has a dash for a single count that was not measured', () => {
    const text = sectionText(withPlan({ observed: { ...planned.observed, peakViewers: null }, deviations: [] }));
    expect(text).toContain('Peak viewers 2,492 2,412 to 2,569 2,488 – – ');
    expect(text).toContain('all 7 counts inside');
    expect(text).toContain('A dash: not measured.');
  });

  it('lets no text of others through', () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const result = withPlan({ deviations: [{ count: 'orders', side: 'below', text: hostile }] });
    const page = renderHtml({ ...result, scenario: { ...result.scenario, currency: hostile } });
    expect(page).not.toContain('<img');
    expect(visibleText(sectionOf(page, 'planned'))).toContain(hostile);
  });

  it.each([
    ['nobody', emptyResult()],
    ['a stopped run', partial],
    ['no step', withPlan({ series: { ...planned.series, length: 0, rows: rowsOf(() => []) } })],
    ['no plan', sampleResult({ planned: null })],
  ])('%s: nothing reads as NaN, undefined, null or Infinity', (_name, result) => {
    const page = renderHtml(result);
    expect(visibleText(page)).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
    expect(sectionOf(page, 'planned')).not.toMatch(/NaN|undefined|Infinity/);
    for (const [label] of page.matchAll(/aria-label="[^"]*"/g)) expect(label).not.toMatch(/NaN|undefined|Infinity/);
    expect(renderSummary(result, { color: false, width: 80 })).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
  });
});

describe('the plan behind the charts', () => {
  const data = chartData(renderHtml(sample));

  it('is a dashed median with its band, behind what was observed and last in the legend', () => {
    for (const [id, name] of [
      ['viewers', 'viewers'],
      ['chat-in', 'chatSent'],
      ['orders', 'orders'],
      ['requests', 'httpRequests'],
    ] as const) {
      const [first, ...others] = strip(data, id).lines;
      expect(first.steps).toEqual({ stepMs: 1000, startMs: 880_000 });
      expect(others.some((line) => line.steps)).toBe(false);
      const fan = planned.series.rows[name];
      expect(first.values.length).toBe(fan.p50.length);
      expect(first.values[21]).toBeCloseTo(fan.p50[21], 2);
      expect(first.band?.low[21]).toBeCloseTo(fan.p025[21], 2);
      expect(first.band?.high[21]).toBeCloseTo(fan.p975[21], 2);
    }
    const legend = /data-strip="orders".*?<\/ul>/s.exec(renderHtml(sample))?.[0] ?? '';
    expect(visibleText(legend)).toMatch(/paid .*rejected .*unknown .*planned peak 13\.7/);
  });

  it('does not draw a second band over the first until it is asked for', () => {
    const [joins, leaves] = strip(data, 'joins').lines;
    expect([joins.off, leaves.off]).toEqual([false, true]);
    const off = renderHtml(sample).match(/aria-pressed="false"[^>]*>\s*<span[^>]*><\/span><span[^>]*>[^<]*/g);
    expect(off?.map((markup) => markup.split('>').at(-1))).toEqual(['planned leaves']);
  });

  it('is per second already, whatever the steps of the run', () => {
    const halved = chartData(renderHtml({ ...sample, series: { ...sample.series, stepMs: 500 } }));
    expect(strip(halved, 'orders').lines[0].values).toEqual(strip(data, 'orders').lines[0].values);
  });

  it('keeps its own longer steps, and the page says that single seconds scatter more', () => {
    const long = sampleResult({ planned: inLongerSteps(planned, 10) });
    const [line] = strip(chartData(renderHtml(long)), 'requests').lines;
    expect(line.steps).toEqual({ stepMs: 10_000, startMs: 880_000 });
    expect(line.values).toHaveLength(5);
    expect(sectionText(long)).toContain('in steps of 10 s: single seconds scatter more');
    expect(sectionText(sample)).not.toContain('scatter');
  });

  it('is told in words', () => {
    const words = /data-strip="requests".*?aria-label="([^"]*)"/s.exec(renderHtml(sample))?.[1];
    expect(words).toContain(
      'sent, planned: median highest 158 at 0:15:01, in 95 of 100 planned runs 133 to 183 there.',
    );
  });

  it('is not there without a plan', () => {
    const lines = chartData(renderHtml(sampleResult({ planned: null }))).strips.flatMap((one) => one.lines);
    expect(lines.some((line) => line.steps ?? line.band)).toBe(false);
  });
});

describe('planned against observed in the terminal', () => {
  it('is a line a count: observed, median, band, and a sign', () => {
    expect(block(sample)).toEqual([
      '  planned against observed, 200 runs by exact agents',
      '    ✓ Peak viewers       2,488  planned     2,492  2,412 to 2,569',
      '    ✓ Joins                 54  planned        57  41 to 74',
      '    ✓ Chat sent            184  planned       189  152 to 231',
      '    ✓ Clicks               371  planned       379  338 to 421',
      '    ✓ Shop requests        628  planned       662  588 to 741',
      '    ≠ Orders paid           45  planned        51  48 to 54',
      '    ✓ Units sold            53  planned        56  50 to 63',
      '    ✓ GMV            $1,537.00  planned $1,624.00  $1,450.00 to $1,827.00',
    ]);
  });

  it('fits 80 columns with the counts of a large event, and any other width', () => {
    const big = (value: number) => ({ p025: value - 123_456, p50: value, p975: value + 123_456 });
    const counts = {
      ...planned.counts,
      peakViewers: big(1_234_567),
      httpRequests: big(87_654_321),
      gmvMinor: big(4e9),
    };
    const observed = { ...planned.observed, peakViewers: 1_234_567, httpRequests: 87_654_321, gmvMinor: 4e9 };
    const lines = block(withPlan({ counts, observed }));
    expect(lines.join('\n')).toContain('87,530,865 to 87,777,777');
    for (const width of [40, 60, 80]) {
      const wide = block(withPlan({ counts, observed }), width).filter((line) => columnsOf(line) > width);
      expect(wide).toEqual([]);
    }
  });

  it('colours the signs alone', () => {
    const text = block(sample, 80, true).join('\n');
    expect(text).toContain('\u001b[32m✓\u001b[39m Joins');
    expect(text).toContain('\u001b[33m≠\u001b[39m Orders paid');
  });

  it('is one line for a run that was stopped, and nothing without a plan', () => {
    expect(block(partial).slice(1)).toEqual(['    not compared: the window was not played to its end']);
    expect(block(sampleResult({ planned: null }))).toEqual([]);
  });
});

function rowsOf(make: () => number[]): Planned['series']['rows'] {
  const entries = Object.keys(planned.series.rows).map((name) => [name, { p025: make(), p50: make(), p975: make() }]);
  return Object.fromEntries(entries) as Planned['series']['rows'];
}
