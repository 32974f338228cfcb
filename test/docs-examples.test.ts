/** What the pages show works: scenarios are valid, mistakes say what is claimed, commands parse, links lead somewhere. */

import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { anchorsOf, blocksOf, linksOf, pages } from './docs/pages.ts';
import { Reader } from './docs/reader.ts';
import { sampleResult, violatedResult } from './fixtures/sample-result.ts';
import { readText, ROOT } from './tidy/files.ts';

const GUIDES = [
  'docs/architecture.md',
  'docs/health.md',
  'docs/invariants.md',
  'docs/plan.md',
  'docs/results.md',
  'docs/scenario.md',
  'docs/stub.md',
];

it('the guides are there', () => {
  expect(pages()).toEqual(expect.arrayContaining(['README.md', ...GUIDES]));
});

describe.each(pages())('%s', (page) => {
  const blocks = blocksOf(page);
  const reader = new Reader();
  afterAll(() => reader.end());

  // In the order of the page: a later block may need what an earlier one has made.
  it.each(blocks.map((block, i) => ({ ...block, next: blocks[i + 1] })))(
    'line $line: $language $label works',
    async ({ next, ...block }) => reader.read(block, next),
  );

  it('links lead somewhere', () => {
    expect(linksOf(page).filter((link) => isDead(page, link))).toEqual([]);
  });
});

it('docs/results.md names every field of a result', () => {
  const text = readText('docs/results.md');
  const { invariants } = violatedResult();
  const fields = [
    ...fieldsOf({ ...sampleResult(), invariants: invariants.filter(({ cases }) => cases.length > 0) }, ''),
  ];
  expect(fields.length).toBeGreaterThan(60);
  expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
});

/** Addresses of the web are not asked. */
function isDead(page: string, link: string): boolean {
  if (/^https?:/.test(link)) return false;
  const [file, anchor] = link.split('#');
  const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
  if (!existsSync(ROOT + target)) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

/** Fields that hold plain values, or maps by free keys. Lists of objects stand as `thresholds[].metric`. */
function* fieldsOf(value: object, base: string): Iterable<string> {
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    const field = base === '' ? key : `${base}.${key}`;
    const isList = Array.isArray(inner) && typeof inner[0] === 'object' && inner[0] !== null;
    const isMap = ['metrics', 'series.rows', 'series.stockLeft'].includes(field);
    if (isList) yield* fieldsOf(inner[0] as object, `${field}[]`);
    else if (isMap || typeof inner !== 'object' || inner === null || Array.isArray(inner)) yield field;
    else yield* fieldsOf(inner, field);
  }
}
