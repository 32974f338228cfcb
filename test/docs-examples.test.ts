/** What the pages show works: scenarios are valid, mistakes say what is claimed, commands parse, links lead somewhere. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatProblem } from '../bin/fail.ts';
import { windowOf } from '../bin/run/window.ts';
import { startStub, type Stub } from '../server-stub/index.ts';
import { toProblem } from '../sim/scenario/finding.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import { findProblems } from '../sim/scenario/validate.ts';
import { curlRequest, parseCommandLine, type Parsed } from './docs/command-line.ts';
import { anchorsOf, blocksOf, commandsOf, linksOf, pages, type Block } from './docs/pages.ts';
import { sampleResult } from './fixtures/sample-result.ts';
import { readText, ROOT } from './tidy/files.ts';

const GUIDES = ['docs/architecture.md', 'docs/results.md', 'docs/scenario.md', 'docs/stub.md'];
const ADMIN_TOKEN = 'secret';

it('the guides are there', () => {
  expect(pages()).toEqual(expect.arrayContaining(['README.md', ...GUIDES]));
});

describe.each(pages())('%s', (page) => {
  const blocks = blocksOf(page);
  const reader = new Reader();
  afterAll(() => reader.end());

  for (const [i, block] of blocks.entries()) {
    const name = `line ${block.line}`;
    if (block.label === 'mistake') it(`${name}: says what is wrong`, () => reader.mistake(block, blocks[i + 1]));
    else if (block.language === 'ts' || block.language === 'yaml')
      it(`${name}: is a valid scenario`, () => reader.scenario(block));
    else if (block.language === 'sh') it(`${name}: commands work`, () => reader.commands(block));
  }

  it('links lead somewhere', () => {
    const dead = linksOf(page).filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [file, anchor] = link.split('#');
      const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      if (!existsSync(ROOT + target)) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});

it('docs/results.md names every field of a result', () => {
  const text = readText('docs/results.md');
  const fields = [...fieldsOf(sampleResult(), '')];
  expect(fields.length).toBeGreaterThan(60);
  expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
});

/** Reads a page from top to bottom as a person would: saves files, changes them, types commands. */
function Reader(): void {}

/** Fields that hold plain values, lists of them, or maps by free keys. */
function* fieldsOf(value: object, base: string): Iterable<string> {
  for (const [key, inner] of Object.entries(value)) {
    const field = base === '' ? key : `${base}.${key}`;
    if (['metrics', 'series.rows', 'series.stockLeft'].includes(field)) yield field;
    else if (Array.isArray(inner) && typeof inner[0] === 'object') yield* fieldsOf(inner[0], `${field}[]`);
    else if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) yield* fieldsOf(inner, field);
    else yield field;
  }
}
