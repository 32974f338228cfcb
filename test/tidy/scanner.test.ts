import { describe, expect, it } from 'vitest';
import { importsOf, pathsIn, resolveImport } from './imports.ts';
import { mask } from './mask.ts';
import { reachable } from './reach.ts';
import { refuse } from './rooms.ts';
import { findFocused, findImpure, findLeftovers, findPrivatePlaces, findWithoutUnit } from './words.ts';

/** Why the rules refuse the imports of this text as the named file, as `specifier: reason`. */
function refusals(file: string, text: string): string[] {
  return importsOf(mask(text)).flatMap((found) => {
    const reason = refuse(file, found, ['zod', '@faker-js/faker', 'undici']);
    return reason ? [`${found.specifier}: ${reason}`] : [];
  });
}

describe('mask', () => {
  it('blanks comments and the insides of literals, and keeps lines and length', () => {
    const source = "const a = 'Date // x'; // Date\n/* Date\n */ const b = /[/'\"]Date/.test(a) / 2;";
    const { bare } = mask(source);
    expect(bare).toHaveLength(source.length);
    expect(bare.split('\n')).toHaveLength(3);
    expect(bare).not.toContain('Date');
    expect(bare).toContain('.test(a) / 2;');
  });

  it('keeps the code inside of templates, however deep', () => {
    const { bare } = mask('`Date ${one({ a: `Date ${two} Date` })} Date` + three');
    expect(bare).not.toContain('Date');
    for (const word of ['one', 'two', 'three']) expect(bare).toContain(word);
  });

  it('is not led astray by quotes in comments or escapes in strings', () => {
    const { bare } = mask("// don't\nconst a = 'it\\'s'; const b = \"//\"; end();");
    expect(bare).toContain('end();');
    expect(bare).toContain('const b = "  "');
  });
});

describe('importsOf', () => {
  it('finds every way to import', () => {
    const source = `
import a, { b } from './a.ts';
import type { C } from './c.ts';
import { type D } from './d.ts';
import './e.ts';
export * from './f.ts';
export type { G } from './g.ts';
const h = await import('./h.ts');
const i = require("./i.js");
import {
  j,
} from './j.ts';
`;
    expect(importsOf(mask(source)).map(({ specifier, typeOnly }) => `${specifier} ${typeOnly}`)).toEqual([
      './a.ts false',
      './c.ts true',
      './d.ts false',
      './e.ts false',
      './f.ts false',
      './g.ts true',
      './h.ts false',
      './i.js false',
      './j.ts false',
    ]);
    expect(importsOf(mask(source))[0].line).toBe(2);
  });

  it('passes over comments, strings, and methods named from', () => {
    const source = "// import './a.ts'\nconst s = \"import './b.ts'\"; Array.from('abc'); x.from = 'c';";
    expect(importsOf(mask(source))).toEqual([]);
  });

  it('resolves relative paths and the own name of the package', () => {
    expect(resolveImport('sim/run/pool.ts', '../errors.ts')).toBe('sim/errors.ts');
    expect(resolveImport('scenarios/a.ts', 'flashcrowd')).toBe('sim/index.ts');
    expect(resolveImport('sim/a.ts', 'zod')).toBeNull();
  });
});

describe('import rules', () => {
  it.each([
    ['sim/crowd/a.ts', "import fs from 'node:fs';"],
    ['sim/crowd/a.ts', "import { z } from 'zod';"],
    ['sim/crowd/a.ts', "import { x } from '../metrics/registry.ts';"],
    ['sim/crowd/a.ts', "import type { X } from '../errors.ts';"],
    ['sim/metrics/a.ts', "import { x } from '../errors.ts';"],
    ['sim/metrics/a.ts', "import { RESULT_VERSION } from '../result.ts';"],
    ['sim/ledger/a.ts', "const x = await import('../metrics/registry.ts');"],
    ['sim/plan/a.ts', "import type { X } from '../run/pool.ts';"],
    ['sim/run/a.ts', "export * from '../k6/driver.ts';"],
    ['sim/k6/a.ts', "import { x } from '../plan/engine.ts';"],
    ['sim/targets/vendure/a.ts', "import { x } from '../stub/adapter.ts';"],
    ['sim/targets/vendure/a.ts', "import { x } from '../../run/http.ts';"],
    ['sim/targets/vendure/a.ts', "import http from 'node:http';"],
    ['sim/targets/vendure/a.ts', "import type { X } from '../../../server-stub/protocol.ts';"],
    ['sim/targets/stub/a.ts', "import { X } from '../../../server-stub/protocol.ts';"],
    ['sim/targets/stub/a.ts', "import type { X } from '../../../server-stub/shop.ts';"],
    ['server-stub/a.ts', "import type { X } from '../sim/result.ts';"],
    ['reports/a.ts', "import { x } from '../sim/run/pool.ts';"],
    ['reports/html/a.ts', "import type { X } from '../../sim/crowd/compiled.ts';"],
    ['sim/run/a.ts', "import { x } from '../../bin/fail.ts';"],
    ['sim/scenario/a.ts', "import { x } from '../../server-stub/index.ts';"],
    ['bin/a.ts', "import { x } from '../test/need.ts';"],
    ['bin/a.ts', "import { x } from 'not-a-dependency';"],
  ])('%s may not say %s', (file, text) => {
    expect(refusals(file, text)).toHaveLength(1);
  });

  it.each([
    ['sim/crowd/a.ts', "import { x } from './rng.ts';"],
    ['sim/metrics/a.ts', "import { x } from '../crowd/rng.ts';"],
    ['sim/metrics/a.ts', "import type { X } from '../result.ts';"],
    ['sim/run/a.ts', "import { x } from '../crowd/rng.ts'; import { y } from 'undici'; import z from 'node:fs';"],
    ['sim/targets/index.ts', "import { x } from './stub/adapter.ts';"],
    ['sim/targets/vendure/a.ts', "import { x } from './b.ts'; import type { Y } from '../target.ts';"],
    ['sim/targets/stub/a.ts', "import type { X } from '../../../server-stub/protocol.ts';"],
    [
      'reports/html/a.ts',
      "import type { X } from '../../sim/result.ts'; import { y } from '../../sim/metrics/registry.ts';",
    ],
    ['reports/a.ts', "import { x } from '../sim/errors.ts';"],
    ['bin/a.ts', "import { x } from '../sim/run/pool.ts'; import { y } from '../server-stub/index.ts';"],
    ['server-stub/a.ts', "import { faker } from '@faker-js/faker/locale/en';"],
    ['test/a.test.ts', "import { x } from '../bin/fail.ts';"],
  ])('%s may say %s', (file, text) => {
    expect(refusals(file, text)).toEqual([]);
  });
});

describe('words', () => {
  it.each([
    'const now = Date.now();',
    'const x = Math.random();',
    'const x = Math.log2(y) + 1;',
    'const x = Math.tanh(y);',
    'const { log } = Math;',
    "const x = Math['log'](y);",
    'const x = y ** 0.5;',
    'performance.now();',
    'setTimeout(f, 5);',
    'const x = `${process.pid}`;',
    'a.localeCompare(b);',
  ])('refuse in a pure room: %s', (text) => {
    expect(findImpure(mask(text)).length).toBeGreaterThan(0);
  });

  it.each([
    'const x = Math.floor(y) + Math.imul(a, b) + Math.sqrt(z);',
    'const x = 2 ** 32;',
    '// Date, Math.random',
    "throw new Error('no process');",
    'row.process = 1;',
    'const updated = 5;',
  ])('allow in a pure room: %s', (text) => {
    expect(findImpure(mask(text))).toEqual([]);
  });

  it('refuse numbers named like a time or money without a unit', () => {
    const text =
      'interface A { readonly holdTime: number; retryDelay?: number | null; unitPrice: number; timeout: number }';
    expect(findWithoutUnit(mask(text)).map((finding) => finding.text)).toEqual([
      'holdTime: number',
      'retryDelay?: number',
      'unitPrice: number',
      'timeout: number',
    ]);
    expect(
      findWithoutUnit(mask('interface A { holdMs: number; priceMinor: number; startTime: string; times: number }')),
    ).toEqual([]);
  });

  it('refuse tests that switch others off', () => {
    const bad = ["describe.only('x')", "it.each([1])('x'); it.concurrent.only('x')", 'test.only.each([])'];
    for (const text of bad) expect(findFocused(mask(text))).toHaveLength(1);
    expect(findFocused(mask("it('x'); rule.only; profit();"))).toEqual([]);
  });

  // `@` is taken out again: these texts must not be found by the test of the whole project.
  const whole = (text: string): string => text.replaceAll('@', '');

  it('refuse notes to oneself, and name their line', () => {
    expect(findLeftovers(whole('fine\n// TO@DO: more'))).toEqual([{ line: 2, text: whole('TO@DO') }]);
    for (const text of ['FIX@ME', 'XX@X']) expect(findLeftovers(whole(text))).toHaveLength(1);
    expect(findLeftovers('mastodons and todos')).toEqual([]);
  });

  it('refuse private folders and registry hosts', () => {
    const bad = ['cd /wo@rk/main', 'https://registry.npm@js.org/x', 'GOPROXY=https://proxy.go@lang.org'];
    for (const text of bad) expect(findPrivatePlaces(whole(text))).toHaveLength(1);
    expect(findPrivatePlaces('./work/x, at work/life, https://www.npmjs.com')).toEqual([]);
  });
});

describe('reachable', () => {
  const files = new Map(
    Object.entries({
      'bin/main.ts': "import { run } from '../sim/run.ts';",
      'sim/run.ts': "const entry = new URL('./worker/main.ts', import.meta.url);",
      'sim/worker/main.ts': "import type { T } from '../types.ts'; import './assets.ts';",
      'sim/types.ts': 'export type T = 1;',
      'sim/worker/assets.ts': "const SCRIPTS = ['page.js', 'gone.js'];",
      'sim/worker/assets/page.js': 'start();',
      'sim/dead.ts': "import './run.ts';",
    }).map(([file, text]) => [file, mask(text)]),
  );

  it('follows imports, types, worker entries and assets, and leaves out what nobody names', () => {
    expect([...reachable(['bin/main.ts', 'sim/not-there.ts'], files)].toSorted()).toEqual([
      'bin/main.ts',
      'sim/run.ts',
      'sim/types.ts',
      'sim/worker/assets.ts',
      'sim/worker/assets/page.js',
      'sim/worker/main.ts',
    ]);
    expect(pathsIn(mask("f('./a.ts', '../b.js', 'c d.ts', 'text')"))).toEqual(['./a.ts', '../b.js']);
  });
});
