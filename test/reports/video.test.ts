import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../reports/console/summary.ts';
import { renderHtml } from '../../reports/html/page.ts';
import { videoFigures } from '../../reports/video.ts';
import type { MetricSummary, RunResult, TrendSummary } from '../../sim/result.ts';
import { sampleResult } from '../fixtures/sample-result.ts';

const counter = (count: number): MetricSummary => ({ type: 'counter', unit: 'x', count, ratePerSec: count / 45 });
const trend = (p95: number): TrendSummary => {
  const rest = { min: 1, avg: 2, p90: p95, p99: p95, p999: p95, max: 2 * p95 };
  return { type: 'trend', unit: 'ms', count: 120, med: p95 / 2, p95, ...rest };
};

function watched(metrics: Record<string, MetricSummary>): RunResult {
  const whole = sampleResult();
  return { ...whole, metrics: { ...whole.metrics, ...metrics } };
}

const ALL = watched({
  video_startup: trend(800),
  video_stalls: counter(7),
  video_stall_duration: trend(1200),
  video_rebuffering: { type: 'rate', unit: 'ms', rate: 0.0012, passes: 12, total: 10_000 },
  video_switches: counter(5),
  video_switches_down: counter(2),
  video_segments: counter(3000),
  video_segments_late: counter(4),
  video_bytes: counter(4.5e9),
  video_errors: counter(1),
  video_latency: trend(7000),
});

describe('the report of video', () => {
  it('says the same in the terminal and on the page', () => {
    const figures = videoFigures(ALL)!;
    expect(figures.map(({ label, value, detail }) => `${label}: ${value}, ${detail}`)).toEqual([
      'First picture, p95: 800 ms, median 400 ms, 120 starts',
      'Stalls: 7, 0.1 % of the time, median 600 ms',
      'Behind live, p95: 7,000 ms, median 3,500 ms, worst 14,000 ms',
      'Segments late: 4, of 3,000 segments and parts',
      'Switches: 5, 2 of them down',
      'Read: 100 MB/s, mean of the window; 1 request failed',
    ]);
    const text = renderSummary(ALL, { color: false, width: 100 });
    const page = renderHtml(ALL);
    expect(text).toContain('\n  video\n');
    expect(page).toContain('<a href="#video">');
    for (const { label, value } of figures) {
      expect(text).toContain(label);
      expect(page).toContain(value);
    }
  });

  it('is not there when nobody watched', () => {
    for (const result of [sampleResult(), watched({ video_bytes: counter(0), video_errors: counter(0) })]) {
      expect(renderSummary(result, { color: false, width: 100 })).not.toContain('\n  video\n');
      expect(renderHtml(result)).not.toMatch(/#video|id="video"/);
    }
  });

  it('is there when nothing could be read at all', () => {
    const figures = videoFigures(watched({ video_errors: counter(40), video_bytes: counter(0) }))!;
    expect(figures.map(({ value }) => value)).toEqual(['–', '–', '–', '–', '–', '0 B/s']);
    expect(figures.at(-1)!.detail).toContain('40 requests failed');
  });
});
