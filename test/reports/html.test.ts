import { describe, expect, it } from 'vitest';
import { scriptJson } from '../../reports/html/escape.ts';
import { renderHtml } from '../../reports/html/page.ts';
import { RESULT_FORMAT } from '../../sim/result.ts';
import type { RunResult } from '../../sim/result.ts';
import { emptyResult, sampleResult } from '../fixtures/sample-result.ts';
import { chartData, observedLines, strip, visibleText } from './page-text.ts';

function figure(page: string, id: string): string {
  const match = new RegExp(`data-figure="${id}">\\s*<dt>.*?</dt>\\s*<dd class="value">(.*?)</dd>`).exec(page);
  if (!match) throw new Error(`no figure ${id}`);
  return match[1];
}

describe('the figures of the page', () => {
  const result = sampleResult();
  const page = renderHtml(result);

  it('are those of the result', () => {
    expect(figure(page, 'viewers')).toBe('2,488');
    expect(figure(page, 'orders')).toBe('45');
    expect(figure(page, 'units')).toBe('53');
    expect(figure(page, 'gmv')).toBe('$1,537.00');
    expect(figure(page, 'sold-out')).toBe('2.8 s');
    expect(figure(page, 'chat-lag')).toBe('41.3 ms');
    expect(figure(page, 'delivery')).toBe('99.999 %');
  });

  it('show every threshold, metric, cue and worker', () => {
    const text = visibleText(page);
    for (const { metric, expression } of result.thresholds) {
      expect(text).toContain(`${metric} `);
      expect(text).toContain(expression);
    }
    for (const name of Object.keys(result.metrics)) expect(text).toContain(name);
    for (const cue of result.cues) expect(text).toContain(cue.id);
    for (const worker of result.health.workers) expect(text).toContain(String(worker.pid));
    for (const note of result.notes) expect(text).toContain(note);
  });

  it('give the charts the rows of the series, gaps included', () => {
    const data = chartData(page);
    expect(observedLines(data, 'viewers')[0].values).toEqual(result.series.rows.viewers);
    expect(observedLines(data, 'orders')[0].values).toEqual(result.series.rows.orders);
    expect(observedLines(data, 'stock')[0].values).toEqual(result.series.stockLeft.serum);
    const lag = observedLines(data, 'chat-lag')[2].values;
    expect(lag.map((value) => value === null)).toEqual(result.series.rows.chatLagP99Ms.map((value) => value === null));
    expect(strip(data, 'chat-lag').limit).toBe(250);
  });

  it('turn counts of a step into counts per second', () => {
    const halved = renderHtml({ ...result, series: { ...result.series, stepMs: 500 } });
    const orders = result.series.rows.orders.map((value) => (value === null ? null : value * 2));
    expect(observedLines(chartData(halved), 'orders')[0].values).toEqual(orders);
    expect(observedLines(chartData(halved), 'viewers')[0].values).toEqual(result.series.rows.viewers);
  });

  it('mark cues where the host sent them, and the moment the stock was gone', () => {
    const marks = chartData(page).marks.map(({ atMs, label }) => [atMs, label]);
    expect(marks).toEqual([
      [890_003, 'call'],
      [897_002, 'countdown'],
      [900_002, 'drop'],
      [902_840, 'sold out'],
    ]);
  });

  it('say in words what each chart shows', () => {
    expect(page).toMatch(
      /role="img" aria-label="Viewers, at once\. connected: from 2,4\d\d to 2,484, highest 2,488 at 0:1\d:\d\d\. /,
    );
  });
});

describe('text of others', () => {
  const hostile = '</script><img src=x onerror=alert(1)>"\'&\u2028';

  it('is escaped wherever it stands', () => {
    const whole = sampleResult();
    const page = renderHtml({
      ...whole,
      scenario: {
        ...whole.scenario,
        name: hostile,
        title: hostile,
        about: hostile,
        file: hostile,
        overrides: [hostile],
      },
      target: { name: hostile, url: `javascript:${hostile}`, words: ['--target', hostile], embedded: false },
      verdict: { status: 'failed', exitCode: 99, reasons: [hostile] },
      partial: { reason: hostile, atMs: 881_000 },
      metrics: { ...whole.metrics, [hostile]: { type: 'counter', unit: hostile, count: 1, ratePerSec: 1 } },
      thresholds: [{ ...whole.thresholds[0], metric: hostile, expression: hostile }],
      invariants: (['fail', 'unknown', 'unknown', 'pass'] as const).map((status) => ({
        id: hostile,
        title: hostile,
        status,
        violations: 1,
        acceptable: hostile,
        detail: hostile,
        evidence: [hostile],
        cases: [{ title: hostile, timeline: [{ atMs: 1, text: hostile }] }],
      })),
      incidents: [0, 1, null].map((count) => ({
        id: hostile,
        title: hostile,
        count,
        detail: hostile,
        evidence: [hostile],
      })),
      cues: whole.cues.map((cue) => ({
        ...cue,
        id: hostile,
        window: hostile,
        label: hostile,
        kind: hostile,
        productId: hostile,
      })),
      series: { ...whole.series, stockLeft: { [hostile]: whole.series.stockLeft.serum } },
      funnels: whole.funnels.map((funnel) => ({ ...funnel, title: hostile })),
      books: whole.books.map((book) => ({ ...book, productId: hostile, title: hostile })),
      health: { ...whole.health, workers: whole.health.workers.map((worker) => ({ ...worker, ended: hostile })) },
      notes: [hostile],
    });
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(3);
    expect(visibleText(page)).toContain('</script><img src=x onerror=alert(1)>');
    expect(chartData(page).marks[0].label).toBe(hostile);
  });

  it('cannot end a script or a line of one', () => {
    const json = scriptJson({ text: hostile, absent: Number.NaN });
    expect(json).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual({ text: hostile, absent: null });
  });

  it('has a policy beside it that lets only the scripts of the page run', () => {
    const page = renderHtml(sampleResult());
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toContain('default-src &#39;none&#39;');
    expect(policy.match(/sha256-/g)).toHaveLength(2);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  });
});

describe('a page that stands alone', () => {
  it('links to nothing outside itself', () => {
    const page = renderHtml(sampleResult());
    const links = [...page.matchAll(/\s(?:src|href|srcset|action|poster|data)\s*=\s*["']?([^"'\s>]*)/gi)].map(
      (match) => match[1],
    );
    const markup = page.replace(/<script\b[\s\S]*?<\/script>/g, '');
    expect(links.length).toBeGreaterThan(5);
    expect([...markup.matchAll(/\s(?:src|href)="([^"]*)"/g)].every((match) => match[1].startsWith('#'))).toBe(true);
    expect(markup).not.toMatch(/@import|url\(|<link|<iframe|<object/i);
  });

  it('has landmarks, one first heading, and a heading for every section that it jumps to', () => {
    const page = renderHtml(sampleResult());
    for (const landmark of ['<header', '<nav', '<main', '<footer', '<noscript']) expect(page).toContain(landmark);
    expect(page.match(/<h1/g)).toHaveLength(1);
    for (const [, id] of page.matchAll(/<a href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`);
  });
});

describe('runs in which little happened', () => {
  const bare: [string, RunResult][] = [
    ['one second without viewers', emptyResult()],
    ['no metrics at all', emptyResult({ metrics: {}, funnels: [] })],
    [
      'no step at all',
      emptyResult({ series: { ...emptyResult().series, length: 0, rows: mapRows(emptyResult(), () => []) } }),
    ],
    [
      'books that could not be read',
      sampleResult({
        books: sampleResult().books.map((book) => ({ ...book, soldUnits: null, leftUnits: null, heldUnits: null })),
      }),
    ],
    [
      'thresholds that were never measured',
      sampleResult({
        thresholds: sampleResult().thresholds.map((row) => ({ ...row, status: 'unknown', observed: null })),
      }),
    ],
    [
      'cues that were never reached',
      sampleResult({
        cues: sampleResult().cues.map((cue) => ({ ...cue, status: 'not_reached', sentMs: null, soldOutMs: null })),
      }),
    ],
    [
      'figures that are not finite',
      sampleResult({
        metrics: {
          ...sampleResult().metrics,
          chat_lag: {
            type: 'trend',
            unit: 'ms',
            count: 0,
            min: Infinity,
            avg: NaN,
            med: NaN,
            p90: NaN,
            p95: NaN,
            p99: NaN,
            p999: NaN,
            max: -Infinity,
          },
        },
      }),
    ],
  ];

  it.each(bare)('%s: nothing reads as NaN, undefined, null or Infinity', (_name, result) => {
    const text = visibleText(renderHtml(result));
    expect(text).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
    expect(text).not.toContain('[object');
  });

  it('says that nothing was checked instead of praising it', () => {
    const text = visibleText(renderHtml(emptyResult()));
    expect(text).toContain('Nothing was checked');
    expect(text).not.toContain('Every threshold held');
  });

  it('shows unknown as unknown, never as a pass', () => {
    const thresholds = sampleResult().thresholds.map((row) => ({ ...row, status: 'unknown' as const, observed: null }));
    const page = renderHtml(sampleResult({ thresholds, invariants: [] }));
    expect(page.match(/class="check unknown"/g)).toHaveLength(thresholds.length);
    expect(page).not.toContain('class="check pass"><span aria-hidden="true">✓</span> pass');
  });
});

describe('a run that was stopped', () => {
  it('says so above everything, with the moment and the reason', () => {
    const text = visibleText(
      renderHtml(sampleResult({ partial: { reason: 'the target closed every connection.', atMs: 912_000 } })),
    );
    expect(text).toContain('PARTIAL stopped at 0:15:12 because the target closed every connection.');
    expect(text.indexOf('PARTIAL')).toBeLessThan(text.indexOf('Peak viewers'));
  });

  it('is not said of a whole run', () => {
    expect(visibleText(renderHtml(sampleResult()))).not.toContain('PARTIAL');
  });
});

it('the sample is a result of this version', () => {
  expect(sampleResult().format).toBe(RESULT_FORMAT);
  expect(sampleResult()).toEqual(sampleResult());
});

function mapRows(result: RunResult, make: () => (number | null)[]): RunResult['series']['rows'] {
  return Object.fromEntries(
    Object.keys(result.series.rows).map((name) => [name, make()]),
  ) as unknown as RunResult['series']['rows'];
}
