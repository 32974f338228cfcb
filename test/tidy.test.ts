import { describe, expect, it } from 'vitest';
import { projectFiles, readSources, readText } from './tidy/files.ts';
import { importsOf, resolveImport } from './tidy/imports.ts';
import { reachable } from './tidy/reach.ts';
import { refuse } from './tidy/rooms.ts';
import {
  findFocused,
  findImpure,
  findLeftovers,
  findPrivatePlaces,
  findWithoutUnit,
  type Finding,
} from './tidy/words.ts';

/** A file longer than this is telling you that it holds two ideas. */
const MAX_LINES = 400;
const PRODUCT_ROOMS = ['bin/', 'sim/', 'reports/', 'server-stub/'];
const PURE_ROOMS = ['sim/crowd/', 'sim/metrics/', 'sim/ledger/'];
/** Where a program begins. Workers are found by the path that starts them. */
const ENTRIES = ['bin/flashcrowd.js', 'sim/index.ts', 'server-stub/main.ts'];

/** Names that others chose: commander makes the first of `--payment-delay`, the second is an option of ws. Names on disk are short. */
const GIVEN_NAMES = [
  'bin/serve.ts paymentDelay',
  'server-stub/rooms/door.ts closeTimeout',
  'sim/ledger/events.ts price',
  'sim/run/wire/ws-wire.ts closeTimeout',
];

const files = projectFiles();
const sources = readSources(files);
const isIn = (file: string, rooms: readonly string[]): boolean => rooms.some((room) => file.startsWith(room));
const product = [...sources].filter(([file]) => isIn(file, PRODUCT_ROOMS));

function places(file: string, findings: readonly Finding[]): string[] {
  return findings.map(({ line, text }) => `${file}:${line} ${text}`);
}

describe('import rules of the design', () => {
  const { dependencies } = JSON.parse(readText('package.json')) as { dependencies: Record<string, string> };

  it('every room imports only what it may', () => {
    const refused = [...sources].flatMap(([file, masked]) =>
      importsOf(masked).flatMap((found) => {
        const reason = refuse(file, found, Object.keys(dependencies));
        return reason ? [`${file}:${found.line} ${reason}`] : [];
      }),
    );
    expect(refused).toEqual([]);
  });

  it('every relative import names a file that is there', () => {
    const missing = [...sources].flatMap(([file, masked]) =>
      importsOf(masked).flatMap(({ specifier, line }) => {
        const to = resolveImport(file, specifier);
        return to === null || files.includes(to) ? [] : [`${file}:${line} ${specifier}`];
      }),
    );
    expect(missing).toEqual([]);
  });

  it('pure rooms name no clock, no input or output, and no function that differs between engines', () => {
    const pure = [...sources].filter(([file]) => isIn(file, PURE_ROOMS));
    expect(pure.length).toBeGreaterThan(0);
    expect(pure.flatMap(([file, masked]) => places(file, findImpure(masked)))).toEqual([]);
  });
});

describe('files', () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    const long = [...sources]
      .map(([file, { source }]) => ({ file, lines: source.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });

  it('are all used by the product, not by tests alone', () => {
    const reached = reachable(ENTRIES, sources);
    expect(product.map(([file]) => file).filter((file) => !reached.has(file))).toEqual([]);
  });

  it('hold no notes to oneself', () => {
    expect(files.flatMap((file) => places(file, findLeftovers(readText(file))))).toEqual([]);
  });

  it('name no folder of the machine they were written on, and no package registry', () => {
    expect(files.flatMap((file) => places(file, findPrivatePlaces(readText(file))))).toEqual([]);
  });
});

describe('names', () => {
  it('of times and money end in their unit', () => {
    // The scenario language takes units from the person who writes it: `price: 'USD 29'`.
    const named = product.filter(([file]) => !file.startsWith('sim/scenario/'));
    const found = named.flatMap(([file, masked]) =>
      findWithoutUnit(masked).map(({ text }) => `${file} ${text.replace(/\??:.*/, '')}`),
    );
    expect(found.filter((name) => !GIVEN_NAMES.includes(name))).toEqual([]);
  });
});

describe('tests', () => {
  it('do not switch each other off', () => {
    const tests = [...sources].filter(([file]) => file.startsWith('test/'));
    expect(tests.flatMap(([file, masked]) => places(file, findFocused(masked)))).toEqual([]);
  });
});
