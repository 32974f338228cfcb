import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { needService } from '../../test/need.ts';

/** What the report says of the invariants, as a picture small enough for a repository. */
export async function photograph(report: string, picture: string): Promise<void> {
  mkdirSync(dirname(picture), { recursive: true });
  const executablePath = process.env.CHROMIUM_PATH || needService('chromium');
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage({ viewport: { width: 960, height: 720 }, colorScheme: 'light' });
    await page.goto(`${pathToFileURL(report)}#invariants`, { waitUntil: 'load' });
    await page.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}
