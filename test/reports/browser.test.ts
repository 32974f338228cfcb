/** The report as a browser shows it: from the disk, without a network, wide and narrow, light and dark. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeResults } from '../../reports/write.ts';
import type { Planned, RunResult } from '../../sim/result.ts';
import { inLongerSteps, notCompared } from '../fixtures/sample-planned.ts';
import { brokenInvariants, someIncidents } from '../fixtures/sample-ledger.ts';
import { emptyResult, sampleResult, uncheckedResult, violatedResult } from '../fixtures/sample-result.ts';
import { needService } from '../need.ts';
import { contrast } from './contrast.ts';
import { looksOf, openPage, type Opened } from './open-page.ts';
import { elementColors, emptyCanvases, openAll, overflowing } from './page-probes.ts';

const executablePath = process.env.CHROMIUM_PATH || needService('chromium');

const KEY_TEXTS = [
  'h1',
  '.about',
  '.verdict .word',
  '.verdict .exit',
  '.jumps a',
  '.figure .detail',
  '.facts dt',
  '.strip .now',
  '.check',
  '.check.outside',
  '.place-key li',
  '#invariants td',
  '.timeline li',
  '.timeline .books',
  '.clock-at',
  '.kept td',
  '.evidence summary',
  '.none-of',
  '.meaning',
  'footer',
];

describe.skipIf(!executablePath)('report.html in Chromium', () => {
  let browser: Browser;
  let folder: string;
  const urls: Record<string, string> = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flashcrowd-report-'));
    const partial = { reason: 'the target closed every connection', atMs: 912_000 };
    const runs: Record<string, RunResult> = {
      passed: sampleResult(),
      violated: violatedResult(),
      unchecked: uncheckedResult(),
      empty: emptyResult(),
      long: longResult(),
      coarse: sampleResult({ planned: inLongerSteps(sampleResult().planned!, 30) }),
      partial: sampleResult({
        partial,
        planned: notCompared(sampleResult().planned!),
        verdict: { status: 'invalid', exitCode: 121, reasons: ['late_starts p(99)'] },
      }),
    };
    for (const [name, result] of Object.entries(runs)) {
      urls[name] = pathToFileURL((await writeResults(join(folder, name), result)).html).href;
    }
    // Root has no sandbox in containers; the page is our own and nothing else is opened.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (name: string, width: number, scheme: 'light' | 'dark', javaScriptEnabled = true): Promise<Opened> =>
    openPage(browser, urls[name], { width, scheme }, javaScriptEnabled);

  it.each(looksOf(['passed', 'violated', 'unchecked', 'partial', 'empty', 'long']))(
    '$name, $width px, $scheme: complete, quiet, inside its width and readable',
    async ({ name, width, scheme }) => {
      const { page, complaints } = await open(name, width, scheme);
      await page.evaluate(openAll);
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

  it('moves one cursor through all charts and shows the figures of that second', async () => {
    const { page, complaints } = await open('passed', 1280, 'light');
    const rest = await page.locator('#moment').textContent();
    await page.locator('#strips').focus();
    // The first press goes to the first second.
    for (let press = 0; press <= 21; press++) await page.keyboard.press('ArrowRight');
    expect(await page.locator('#moment').textContent()).toBe('0:15:01');
    const { rows } = sampleResult().series;
    const plan = sampleResult().planned!.series.rows;
    const band = (row: 'viewers' | 'httpRequests'): string =>
      [plan[row].p025[21], plan[row].p975[21]].map((value) => Math.round(value).toLocaleString('en')).join(' to ');
    const now = (strip: string): Promise<string[]> => page.locator(`[data-strip=${strip}] .now`).allTextContents();
    expect(await now('viewers')).toEqual([rows.viewers[21]?.toLocaleString('en'), band('viewers')]);
    expect(await now('requests')).toEqual([String(rows.httpRequests[21]), '0', band('httpRequests')]);
    await page.keyboard.press('Escape');
    expect(await page.locator('#moment').textContent()).toBe(rest);

    const plots = page.locator('.u-over');
    await plots.nth(4).hover();
    const cursors = page.locator('.u-cursor-x');
    const lefts = await cursors.evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().left));
    expect(new Set(lefts.map(Math.round)).size).toBe(1);
    expect(lefts.length).toBe(await plots.count());
    expect(complaints).toEqual([]);
  });

  it('holds the plan over its longer steps, to the end of the run', async () => {
    const { page } = await open('coarse', 1280, 'light');
    const planned = page.locator('[data-strip=requests] [data-line="0"] .now');
    const read: (string | null)[] = [];
    await page.locator('#strips').focus();
    for (let second = 0; second < 45; second++) {
      await page.keyboard.press('ArrowRight');
      read.push(await planned.textContent());
    }
    expect(new Set(read.slice(0, 30)).size).toBe(1);
    expect(new Set(read.slice(30)).size).toBe(1);
    expect(read[29]).not.toBe(read[30]);
    expect(read[44]).toMatch(/^[\d.]+ to [\d.]+$/);
  });

  it('shows the second band when its entry is pressed', async () => {
    const { page } = await open('passed', 1280, 'light');
    const leaves = page.getByRole('button', { name: 'planned leaves' });
    const painted = (): Promise<string> =>
      page.locator('[data-strip=joins] canvas').evaluate((canvas) => (canvas as { toDataURL(): string }).toDataURL());
    const before = await painted();
    expect(await leaves.getAttribute('aria-pressed')).toBe('false');
    await leaves.click();
    expect(await leaves.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(painted).not.toBe(before);
  });

  it('takes marks away with their entry in the list, and lines with theirs in the legend', async () => {
    const { page } = await open('passed', 1280, 'light');
    expect(await page.locator('#rail span').allTextContents()).toEqual(
      expect.arrayContaining(['call', 'countdown', 'drop', 'sold out']),
    );
    await page.locator('[data-group="call:1"]').uncheck();
    expect(await page.locator('#rail span').allTextContents()).not.toContain('call');
    const line = page.locator('[data-strip=chat-lag] [data-line="3"]');
    await line.click();
    expect(await line.getAttribute('aria-pressed')).toBe('false');
  });

  it('zooms all charts at once and goes back', async () => {
    const { page } = await open('passed', 1280, 'light');
    await page.locator('.u-over').first().scrollIntoViewIfNeeded();
    const box = await page.locator('.u-over').first().boundingBox();
    if (!box) throw new Error('no chart');
    await page.mouse.move(box.x + box.width * 0.4, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 20, { steps: 4 });
    await page.mouse.up();
    expect(await page.locator('#unzoom').isVisible()).toBe(true);
    expect(await page.locator('#rail span').allTextContents()).not.toContain('call');
    await page.locator('#unzoom').click();
    expect(await page.locator('#rail span').allTextContents()).toContain('call');
  });

  it('changes its theme by the button, against the system', async () => {
    const { page } = await open('passed', 1280, 'dark');
    const ground = async (): Promise<string> => (await page.evaluate(elementColors, 'h1'))[0].ground;
    const dark = await ground();
    await page.locator('#theme').click();
    expect(await page.locator('#theme').textContent()).toBe('Theme: light');
    expect(await ground()).not.toBe(dark);
  });

  it('says without scripts what the charts would show, and keeps every table', async () => {
    const { page, complaints } = await open('passed', 390, 'light', false);
    expect(await page.locator('noscript').innerText()).toContain('needs JavaScript');
    expect(await page.locator('[data-strip=viewers] .plot-text').isVisible()).toBe(true);
    expect(await page.locator('table').count()).toBeGreaterThanOrEqual(6);
    expect(complaints).toEqual([]);
  });

  it('opens the evidence of a violation, and puts all of it on paper', async () => {
    const { page, complaints } = await open('violated', 1280, 'light');
    const visible = async (): Promise<boolean[]> => {
      const timelines = await page.locator('.timeline').all();
      return Promise.all(timelines.map((timeline) => timeline.isVisible()));
    };
    expect(await visible()).toEqual([false, false, false]);
    await page.getByText('Evidence (2, 2 timelines)').click();
    expect(await visible()).toEqual([true, false, false]);
    await page.emulateMedia({ media: 'print' });
    expect(await visible()).toEqual([true, true, true]);
    expect(complaints).toEqual([]);
  });

  it('prints', async () => {
    const { page, complaints } = await open('passed', 1280, 'dark');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
    expect(complaints).toEqual([]);
  });
});

/** Six hours second by second, 24 drops, words that do not break: what strains the layout. */
function longResult(): RunResult {
  const sample = sampleResult();
  const length = 21_600;
  const stretch = (row: readonly (number | null)[]): (number | null)[] =>
    Array.from({ length }, (_unused, step) => row[step % row.length]);
  const rows = Object.fromEntries(Object.entries(sample.series.rows).map(([name, row]) => [name, stretch(row)]));
  const drop = sample.cues[2];
  const unbroken = 'Ultrahydratingserum'.repeat(12);
  return {
    ...sample,
    scenario: { ...sample.scenario, title: unbroken },
    verdict: { status: 'failed', exitCode: 99, reasons: [unbroken] },
    planned: sample.planned && { ...sample.planned, series: longPlan(sample.planned.series) },
    series: {
      stepMs: 1000,
      startMs: 0,
      length,
      rows: rows as unknown as RunResult['series']['rows'],
      stockLeft: Object.fromEntries(
        Array.from({ length: 9 }, (_unused, index) => [`${unbroken}${index}`, stretch(sample.series.stockLeft.serum)]),
      ),
    },
    cues: Array.from({ length: 24 }, (_unused, index) => ({
      ...drop,
      id: `drop:${unbroken}#${index}`,
      window: `drop:${unbroken}`,
      label: unbroken,
      plannedMs: index * 900_000,
      sentMs: index * 900_000,
      soldOutMs: index * 900_000 + 4000,
    })),
    notes: [unbroken],
    invariants: brokenInvariants().map((check) => ({
      ...check,
      id: unbroken,
      title: unbroken,
      acceptable: unbroken,
      detail: unbroken,
      evidence: check.evidence.map(() => unbroken),
      cases: check.cases.map(({ timeline }) => ({
        title: unbroken,
        timeline: timeline.map(({ atMs }) => ({ atMs, text: `books: ${unbroken}` })),
      })),
    })),
    incidents: someIncidents().map((incident) => ({
      ...incident,
      id: unbroken,
      title: unbroken,
      detail: unbroken,
      evidence: [unbroken],
    })),
  };
}

/** In steps as long as those of a plan of six hours. */
function longPlan(series: Planned['series']): Planned['series'] {
  const length = 600;
  const repeat = (row: readonly number[]): number[] =>
    Array.from({ length }, (_unused, step) => row[step % row.length]);
  const rows = Object.entries(series.rows).map(([name, { p025, p50, p975 }]) => [
    name,
    { p025: repeat(p025), p50: repeat(p50), p975: repeat(p975) },
  ]);
  return { stepMs: 36_000, startMs: 0, length, rows: Object.fromEntries(rows) as Planned['series']['rows'] };
}
