/** Loading: files of every format from any folder, shipped scenarios by name, `--set`, and what can go wrong. */

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FlashcrowdError } from '../../sim/errors.ts';
import { loadScenario, shippedScenarios } from '../../sim/scenario/load.ts';
import { smallScenario } from './documents.ts';

/** Outside of the repository: no package.json, no node_modules above it. */
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'load-test-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const file = path.join(dir, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

async function failure(written: string, set?: string[]): Promise<FlashcrowdError> {
  const error: unknown = await loadScenario(written, { set }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FlashcrowdError);
  return error as FlashcrowdError;
}

const JSON_TEXT = JSON.stringify(smallScenario(), null, 2);
const MODULE_TEXT = `import { defineScenario } from 'flashcrowd';\nexport default defineScenario(${JSON_TEXT});\n`;

describe('formats', () => {
  it('mean the same, and have the same hash, from TypeScript, JavaScript, JSON and YAML', async () => {
    const texts = { 'a.ts': MODULE_TEXT, 'a.mjs': MODULE_TEXT, 'a.json': JSON_TEXT, 'a.yaml': JSON_TEXT };
    const files = await Promise.all(Object.entries(texts).map(([name, text]) => write(name, text)));
    const loaded = await Promise.all(files.map((file) => loadScenario(file)));
    expect(new Set(loaded.map(({ hash }) => hash)).size).toBe(1);
    expect(loaded.map(({ file }) => file)).toEqual(files);
    expect(loaded[0].scenario).toMatchObject({ name: 'small', title: 'small', duration: 3_600_000, seed: '1' });
  });

  it('TypeScript may import other files', async () => {
    await write('parts/stock.ts', 'export const stock: number = 77;\n');
    const text = MODULE_TEXT.replace('"stock": 100', 'stock').replace(
      'import',
      "import { stock } from './parts/stock.ts';\nimport",
    );
    const { scenario } = await loadScenario(await write('with-import.ts', text));
    expect(scenario.products.serum.stock).toBe(77);
  });

  it('a changed file is read anew', async () => {
    const file = await write('changing.ts', MODULE_TEXT);
    await loadScenario(file);
    await writeFile(file, MODULE_TEXT.replace('"stock": 100', '"stock": 101'));
    expect((await loadScenario(file)).scenario.products.serum.stock).toBe(101);
  });

  it('leave no temporary files', async () => {
    const temporary = path.join(dir, 'temporary');
    await mkdir(temporary);
    vi.stubEnv('TMPDIR', temporary);
    await loadScenario(await write('a.ts', MODULE_TEXT));
    await failure(await write('throws.ts', 'throw new Error("no");'));
    vi.unstubAllEnvs();
    expect(await readdir(temporary)).toEqual([]);
  });

  it('a $schema key is for editors alone', async () => {
    const file = await write('schema.json', JSON.stringify({ $schema: './scenario.schema.json', ...smallScenario() }));
    expect((await loadScenario(file)).scenario.name).toBe('small');
  });
});

describe('shipped scenarios', () => {
  it.each([...shippedScenarios().keys()])('%s loads by its bare name, which is its own', async (name) => {
    const { scenario, file } = await loadScenario(name);
    expect(scenario.name).toBe(name);
    expect(path.isAbsolute(file)).toBe(true);
    expect(Object.keys(scenario.sources).length).toBeGreaterThan(0);
  });

  it('there are at least two', () => {
    expect([...shippedScenarios().keys()]).toEqual(expect.arrayContaining(['creator-drop', 'small-seller']));
  });
});

describe('what can go wrong', () => {
  it('a scenario that throws: its own line, exit code 107', async () => {
    const file = await write(
      'thrower.ts',
      "import { defineScenario } from 'flashcrowd';\n\nfunction size(): string {\n  throw new TypeError('no size today');\n}\n\nexport default defineScenario({ name: size() } as never);\n",
    );
    const error = await failure(file);
    expect(error).toMatchObject({ code: 'SCENARIO_THREW', exitCode: 107 });
    expect(error.problems).toMatchObject([{ file, line: 4, message: 'TypeError: no size today' }]);
  });

  it('a throw in a file that it imports: the line there', async () => {
    const inner = await write('parts/inner.ts', '\n\nexport const x: number = JSON.parse("{");\n');
    const error = await failure(await write('outer.ts', "import { x } from './parts/inner.ts';\nexport default x;\n"));
    expect(error.problems).toMatchObject([{ file: inner, line: 3 }]);
  });

  it('a thrown value that is no error', async () => {
    const error = await failure(await write('text.mjs', "throw 'plain';"));
    expect(error).toMatchObject({ exitCode: 107, problems: [{ message: 'threw "plain"' }] });
  });

  it('TypeScript that does not parse: file, line and column', async () => {
    const file = await write('syntax.ts', 'export default {\n  name: ,\n};\n');
    const error = await failure(file);
    expect(error).toMatchObject({ code: 'SCENARIO_SYNTAX', exitCode: 104 });
    expect(error.problems).toMatchObject([{ file, line: 2, column: 9 }]);
  });

  it('an import that does not exist', async () => {
    const error = await failure(await write('import.ts', "import x from 'nonesuch-package';\nexport default x;\n"));
    expect(error).toMatchObject({ code: 'SCENARIO_SYNTAX', problems: [{ line: 1 }] });
  });

  it('no default export', async () => {
    const error = await failure(await write('named.ts', 'export const scenario = {};\n'));
    expect(error).toMatchObject({ code: 'SCENARIO_INVALID', problems: [{ message: 'no default export' }] });
  });

  it.each([
    ['broken.yaml', 'name: x\n  duration: [1\n', 1],
    ['twice.yaml', 'name: x\nname: y\n', 2],
    ['tagged.yaml', 'name: !secret x\n', 1],
    ['broken.json', '{\n  "name": "x",\n  "duration"\n}', 4],
    ['comment.json', '{\n  "name": "x", // why\n  "duration": "1h"\n}', 2],
  ])('%s does not parse', async (name, text, line) => {
    const error = await failure(await write(name, text));
    expect(error).toMatchObject({ code: 'SCENARIO_SYNTAX', exitCode: 104 });
    expect(error.problems[0].line).toBeGreaterThanOrEqual(line);
  });

  it('aliases that multiply without bound are refused', async () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);
    const error = await failure(await write('bomb.yaml', ['l0: &l0 [x]', ...levels].join('\n')));
    expect(error.code).toBe('SCENARIO_SYNTAX');
  });

  it.each([
    ['nowhere.ts', 'no such file'],
    ['creator-dorp', 'no such file'],
    ['scenarios', 'a folder, not a file'],
    ['package.toml', 'no such file'],
  ])('%s is not found', async (written, message) => {
    expect(await failure(written)).toMatchObject({
      code: 'SCENARIO_NOT_FOUND',
      exitCode: 104,
      problems: [{ message }],
    });
  });

  it('a name that is nearly right gets a did-you-mean; another kind of file says which there are', async () => {
    expect((await failure('creator-dorp')).problems[0].hint).toBe('did you mean "creator-drop"?');
    expect((await failure(await write('notes.txt', 'x'))).problems[0].expected).toContain('.yaml');
  });
});

describe('--set', () => {
  const set = async (...texts: string[]) => (await loadScenario('creator-drop', { set: texts })).scenario;

  it('changes values: of keys that are written, of defaults, in lists, in order', async () => {
    const scenario = await set(
      'products.serum.stock=10',
      'show.2.units=3',
      'show[2].countdown=5s',
      'network.rtt=60ms',
      'health.lateStartP99=1s',
      'thresholds.orders=count>0',
      'seed=18446744073709551615',
      'products.serum.perBuyer=null',
      'audience.followers.personas={"passerby": 1}',
      'audience.followers.size=1',
      'audience.followers.size=2k',
    );
    expect(scenario.products.serum).toMatchObject({ stock: 10, perBuyer: null });
    expect(scenario.show[2]).toMatchObject({ units: 3, countdown: 5000 });
    expect(scenario.network.rtt).toEqual({ kind: 'fixed', value: 60 });
    expect(scenario.health.lateStartP99).toBe(1000);
    expect(scenario.thresholds.orders).toHaveLength(1);
    expect(scenario.seed).toBe('18446744073709551615');
    expect(scenario.audience.followers).toMatchObject({ size: 2000, personas: { passerby: 1 } });
  });

  it('changes the hash and the input, and the next load sees nothing of it', async () => {
    const plain = await loadScenario('creator-drop');
    const changed = await loadScenario('creator-drop', { set: ['products.serum.stock=10'] });
    expect(changed.hash).not.toBe(plain.hash);
    expect(changed.input).toMatchObject({ products: { serum: { stock: 10 } } });
    expect((await loadScenario('creator-drop')).hash).toBe(plain.hash);
  });

  it.each([
    ['products.serun.stock=10', 'products.serun', 'did you mean "serum"?'],
    ['shop.hodl=3s', 'shop.hodl', 'did you mean "hold"?'],
    ['show.9.units=3', 'show[9]', undefined],
    ['audience.followers.size.x=3', 'audience.followers.size.x', undefined],
    ['__proto__.x=1', '__proto__', undefined],
    ['personas.constructor.dwell=1m', 'personas.constructor', undefined],
    ['nonsense', '', undefined],
    ['=5', '', undefined],
  ])('%s leads nowhere', async (text, where, hint) => {
    const error = await failure('creator-drop', [text]);
    expect(error).toMatchObject({ code: 'BAD_USAGE', exitCode: 104, problems: [{ path: where }] });
    expect(error.problems[0].hint).toBe(hint);
  });

  it('a bad value is laid to --set, not to a line of the file', async () => {
    const file = await write('plain.yaml', JSON_TEXT);
    const error = await failure(file, ['products.serum.stock=-1', 'personas.fan.taps=0']);
    expect(error.problems.map((problem) => [problem.file, problem.line, problem.path])).toEqual([
      ['--set personas.fan.taps=0', undefined, 'personas.fan.taps'],
      ['--set products.serum.stock=-1', undefined, 'products.serum.stock'],
    ]);
  });
});
