import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { columnsOf, cut, wrap } from '../../reports/console/text.ts';
import { renderSummary } from '../../reports/console/summary.ts';
import { emptyResult, sampleResult, uncheckedResult, violatedResult } from '../fixtures/sample-result.ts';

describe('the summary in the terminal', () => {
  const files = {
    report: 'results/2026-02-03-creator-drop/report.html',
    result: 'results/2026-02-03-creator-drop/result.json',
  };

  it('leads with the verdict and says everything once', () => {
    const lines = renderSummary(sampleResult(), { color: false, width: 100, files }).split('\n');
    expect(lines[1]).toBe('  ✓ PASSED  Creator drop: "3, 2, 1, link is up" every 15 minutes');
    expect(lines).toContain('    ✓ chat_lag p(99)<250                              41.3 ms');
    expect(lines).toContain('    Units sold ...... 53         of 1,250 in stock, by the shop’s books');
    expect(lines).toContain('  invariants: all 18 invariants hold');
    expect(lines).toContain('    53 of 1,250 sold, 1,196 left, 1 held  Hair serum, 60 ml');
    expect(lines).toContain(`    report   ${files.report}`);
    const text = lines.join('\n');
    expect(text).toMatch(/chat_lag \.+ med=7\.12 ms +p95=22\.6 ms +p99=41\.3 ms +max=83\.6 ms +n=434,208/);
    expect(text).toContain('2,496 shown → 371 clicked (14.9 %) → 47 carted (12.7 %)');
    expect(text).toContain('--seed 20240608');
  });

  it('shows what failed, what is unknown and where it stopped', () => {
    const whole = sampleResult();
    const text = renderSummary(
      {
        ...whole,
        verdict: { status: 'violated', exitCode: 120, reasons: ['no-oversell: 3 units beyond the stock'] },
        partial: { reason: 'SIGINT', atMs: 912_000 },
        thresholds: [
          { ...whole.thresholds[0], status: 'fail', observed: 1240 },
          { ...whole.thresholds[1], status: 'unknown', observed: null },
        ],
      },
      { color: false, width: 100 },
    );
    expect(text).toContain('✗ VIOLATED');
    expect(text).toContain('no-oversell: 3 units beyond the stock');
    expect(text).toContain('PARTIAL: stopped at 0:15:12 because SIGINT');
    expect(text).toMatch(/✗ join_duration p\(95\)<1000 +1,240 ms/);
    expect(text).toMatch(/\? chat_lag p\(99\)<250 +not judged: nothing was measured/);
  });

  it('colours only when asked to, and says the same then', () => {
    const plain = renderSummary(sampleResult(), { color: false, width: 100, files });
    const colored = renderSummary(sampleResult(), { color: true, width: 100, files });
    // oxlint-disable-next-line no-control-regex
    expect(plain).not.toMatch(/\u001b/);
    expect(colored).toContain('\u001b[32m');
    expect(stripVTControlCharacters(colored)).toBe(plain);
  });

  it.each([20, 40, 60, 80, 120])('fits %i columns, but for what is there to be copied', (width) => {
    const results = [
      sampleResult(),
      violatedResult(),
      uncheckedResult(),
      emptyResult(),
      sampleResult({ partial: { reason: 'x'.repeat(200), atMs: 0 } }),
    ];
    for (const result of results) {
      const lines = renderSummary(result, { color: false, width }).split('\n');
      const wide = lines.filter((line) => columnsOf(line) > Math.max(40, width) && !line.includes('flashcrowd run'));
      expect(wide).toEqual([]);
    }
  });

  it('lets no text of others move the cursor', () => {
    const whole = sampleResult();
    const hostile = 'a\u001b[2J\u0007\r\nb\u202ec';
    const text = renderSummary(
      {
        ...whole,
        scenario: { ...whole.scenario, title: hostile, file: hostile },
        books: [{ ...whole.books[0], title: hostile }],
      },
      { color: false, width: 100 },
    );
    // oxlint-disable-next-line no-control-regex
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
  });

  it('never shows NaN, undefined or null', () => {
    for (const result of [emptyResult(), emptyResult({ metrics: {}, funnels: [] })]) {
      expect(renderSummary(result, { color: false, width: 80 })).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
    }
  });
});

describe('columns of a terminal', () => {
  it('counts wide characters twice and marks not at all', () => {
    expect(columnsOf('价格')).toBe(4);
    expect(columnsOf('e\u0301')).toBe(1);
    expect(cut('价格价格', 5)).toBe('价格…');
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  });
});
