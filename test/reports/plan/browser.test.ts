/** The report of a plan as a browser shows it: wide and narrow, light and dark, with nothing and with very much in it. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePlan } from '../../../reports/write.ts';
import type { Band, Fan, FigureName, PlanResult } from '../../../sim/plan-result.ts';
import { band, emptyPlan, fullPlan, mapFigures, samplePlan } from '../../fixtures/sample-plan.ts';
import { needService } from '../../need.ts';
import { contrast } from '../contrast.ts';
import { looksOf, openPage, type Opened } from '../open-page.ts';
import { elementColors, emptyCanvases, overflowing } from '../page-probes.ts';

const executablePath = process.env.CHROMIUM_PATH || needService('chromium');

const KEY_TEXTS = [
  'h1',
  '.verdict .word',
  '.verdict .soft',
  '.verdict .exit',
  '.jumps a',
  '.figure .unit',
  '.figure .detail',
  '.strip .now',
  '.meaning',
  '.swing-text',
  '.differs',
  'figcaption',
  'summary',
];

describe.skipIf(!executablePath)('report.html of a plan in Chromium', () => {
  let browser: Browser;
  let folder: string;
  const urls: Record<string, string> = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flashcrowd-plan-'));
    const plans: Record<string, PlanResult> = {
      sample: samplePlan(),
      full: fullPlan(),
      empty: emptyPlan(),
      mega: megaPlan(),
    };
    for (const [name, plan] of Object.entries(plans)) {
      urls[name] = pathToFileURL((await writePlan(join(folder, name), plan)).html).href;
    }
    // Root has no sandbox in containers; the page is our own and nothing else is opened.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (name: string, width: number, scheme: 'light' | 'dark', scripts = true): Promise<Opened> =>
    openPage(browser, urls[name], { width, scheme }, scripts);

  it.each(looksOf(['sample', 'full', 'empty', 'mega']))(
    '$name, $width px, $scheme: complete, quiet, inside its width and readable',
    async ({ name, width, scheme }) => {
      const { page, complaints } = await open(name, width, scheme);
      expect(await page.evaluate(overflowing)).toEqual([]);
      expect(await page.locator('.strip canvas').count()).toBe(await page.locator('.strip').count());
      expect(await page.evaluate(emptyCanvases)).toEqual([]);
      for (const selector of KEY_TEXTS) {
        for (const { ink, ground } of await page.evaluate(elementColors, selector)) {
          expect(contrast(ink, ground), `${selector}: ${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
        }
      }
      expect(complaints).toEqual([]);
    },
  );

  it('shows the median of a step with its band, and goes back to the peak', async () => {
    const { page, complaints } = await open('sample', 1280, 'light');
    const now = page.locator('[data-strip=joins] [data-line="0"] .now');
    expect(await now.textContent()).toBe('peak 11');
    await page.locator('#strips').focus();
    for (let press = 0; press <= 2; press++) await page.keyboard.press('ArrowRight');
    expect(await page.locator('#moment').textContent()).toBe('0:01:12');
    const { p05, p50, p95 } = samplePlan().series.rows.joins;
    const [low, median, high] = [p05[2], p50[2], p95[2]].map((value) => String(Number(value.toFixed(2))));
    expect(await now.textContent()).toBe(`${median} (${low} to ${high})`);
    // A line that stands without a band is read as in the report of a run.
    expect(await page.locator('[data-strip=joins] [data-line="1"] .now').textContent()).not.toContain('to');
    await page.keyboard.press('Escape');
    expect(await now.textContent()).toBe('peak 11');
    expect(complaints).toEqual([]);
  });

  it('makes room for a band that is far above its line', async () => {
    const { page } = await open('mega', 1280, 'light');
    // The upper edge is three times the median: a scale made for the median would fill the plot to its top.
    const above = await page.locator('[data-strip=failed] canvas').evaluate(purplePixels, 13);
    const inside = await page.locator('[data-strip=failed] canvas').evaluate(purplePixels, 40);
    expect(above).toBe(0);
    expect(inside).toBeGreaterThan(400);
  });

  it('keeps a thousand pins off the charts until they are asked for', async () => {
    const { page } = await open('mega', 1280, 'light');
    expect(await page.locator('[data-group=pin]').isChecked()).toBe(false);
    expect(await page.locator('#rail span').allTextContents()).not.toContain('pin');
    await page.locator('[data-group=pin]').check();
    expect(await page.locator('#rail span').allTextContents()).toContain('pin');
  });

  it('unfolds the rest of a long table inside the width of a phone', async () => {
    const { page } = await open('mega', 390, 'light');
    const rest = page.locator('#products details');
    expect(await rest.locator('tr').nth(1).isVisible()).toBe(false);
    await rest.locator('summary').click();
    expect(await rest.locator('tbody tr').count()).toBe(419);
    expect(await rest.locator('tbody tr').last().isVisible()).toBe(true);
    expect(await page.evaluate(overflowing)).toEqual([]);
  });

  it('says without scripts what the charts would show, and keeps pictures and tables', async () => {
    const { page, complaints } = await open('full', 390, 'light', false);
    expect(await page.locator('[data-strip=viewers] .plot-text').isVisible()).toBe(true);
    expect(await page.locator('#sweep svg').first().isVisible()).toBe(true);
    expect(await page.locator('#sensitivity .swing-bars').first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('prints', async () => {
    const { page, complaints } = await open('full', 1280, 'dark');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
    expect(complaints).toEqual([]);
  });
});

/* The types of the browser are not part of this project: only what is used here. */
interface Canvas {
  readonly width: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** Pixels in a row of a canvas that have the hue of the line and its band, which that of the cues has not. Runs in the page. */
function purplePixels(canvas: unknown, row: number): number {
  const { width, getContext } = canvas as Canvas;
  const { data } = getContext.call(canvas, '2d').getImageData(0, row, width, 1);
  let pixels = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] > 40 && data[at] - data[at + 1] > 60 && data[at] > data[at + 2]) pixels++;
  }
  return pixels;
}

/** Twelve million viewers, 439 products, 1,000 cues, words that do not break, and figures as wide as they get. */
function megaPlan(): PlanResult {
  const full = fullPlan();
  const unbroken = 'Ultrahydratingserum'.repeat(12);
  const large = (figure: Band, name: FigureName): Band =>
    name === 'peakViewersAtMs' ? figure : band(figure.p50 * 1311.7, 0.013);
  const wide: Fan = {
    p05: full.series.rows.failedRequests.p50.map(() => 0),
    p50: full.series.rows.failedRequests.p50.map(() => 1),
    p95: full.series.rows.failedRequests.p50.map(() => 3),
  };
  const [product] = full.products;
  const [, drop] = full.drops;
  const stock = full.series.stockLeft.serum;
  return {
    ...full,
    scenario: { ...full.scenario, title: unbroken, file: unbroken, currency: 'CNY', overrides: [unbroken] },
    plan: { ...full.plan, engine: 'cohorts', engineReason: unbroken, runsDone: 57 },
    partial: { reason: unbroken },
    figures: mapFigures(large),
    products: Array.from({ length: 439 }, (_unused, index) => ({
      ...product,
      productId: `${unbroken}${index}`,
      title: index % 7 === 0 ? unbroken : `Product ${index}`,
      gmvMinor: band(123_456_789 * (index + 1)),
      soldOutShare: 0.5,
      soldOutAtMs: band(3_600_000),
    })),
    drops: Array.from({ length: 200 }, (_unused, index) => ({ ...drop, cueId: `drop:${unbroken}#${index}` })),
    cues: Array.from({ length: 1000 }, (_unused, index) => ({
      id: `pin:${index}`,
      kind: index % 40 === 0 ? 'drop' : 'pin',
      label: unbroken,
      atMs: index * 21_600,
      untilMs: null,
    })),
    series: {
      ...full.series,
      rows: { ...full.series.rows, failedRequests: wide },
      stockLeft: Object.fromEntries(Array.from({ length: 6 }, (_unused, index) => [`${unbroken}${index}`, stock])),
    },
    sizing: full.sizing.map((line) => ({ ...line, label: unbroken, how: unbroken, assumes: [unbroken] })),
    formulas: full.formulas.map((check) => ({ ...check, label: unbroken, worked: unbroken })),
    sensitivity: (full.sensitivity ?? []).map((line) => ({ ...line, label: unbroken, path: unbroken })),
    sweep: {
      path: unbroken,
      points: (full.sweep?.points ?? []).map((point, index) => ({ ...point, value: `${unbroken}${index}` })),
    },
    comparison: full.comparison && { ...full.comparison, title: unbroken, file: unbroken },
    assumptions: Array.from({ length: 60 }, (_unused, index) => `${unbroken}${index}`),
    notes: [unbroken],
  };
}
