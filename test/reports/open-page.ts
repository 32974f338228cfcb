/** A page of a report in Chromium, without a network, with everything written down that it complains about. */

import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

export interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

export interface Opened {
  readonly page: Page;
  /** Errors of the page, and what it asked for beyond itself. */
  readonly complaints: string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  { width, scheme }: Look,
  javaScriptEnabled = true,
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    offline: true,
    javaScriptEnabled,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url, { waitUntil: 'load' });
  // Two frames: the size observer has run and uPlot has painted.
  if (javaScriptEnabled)
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return { page, complaints };
}

/** Every page wide and narrow, light and dark. */
export function looksOf(names: readonly string[]): (Look & { readonly name: string })[] {
  return names.flatMap((name) =>
    [1280, 390].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ name, width, scheme }))),
  );
}
