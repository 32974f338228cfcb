import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { docsPages } from '../scripts/docs-pages.ts';

it.each([...docsPages()])('%s is what `npm run docs` writes', (path, text) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text);
});
