/** The commands about scenarios: validate, explain, scenarios, init. Run in this process; what they print is caught. */

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { explainCommand } from '../../bin/explain.ts';
import { initCommand } from '../../bin/init.ts';
import { scenariosCommand } from '../../bin/scenarios.ts';
import { validateCommand } from '../../bin/validate.ts';
import { loadScenario } from '../../sim/scenario/load.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'commands-test-'));
});
afterAll(() => rm(dir, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(command: Command, ...args: string[]): Promise<string> {
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  await command
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .parseAsync(args, { from: 'user' });
  return printed;
}

describe('validate', () => {
  it('says that a scenario is valid', async () => {
    expect(await run(validateCommand(), 'creator-drop')).toBe('creator-drop: creator-drop is a valid scenario.\n');
  });

  it('throws every problem, for the command line to print', async () => {
    const set = ['--set', 'products.serum.stock=-1', '--set', 'duration=5'];
    await expect(run(validateCommand(), 'creator-drop', ...set)).rejects.toMatchObject({
      code: 'SCENARIO_INVALID',
      problems: [{ path: 'duration' }, { path: 'products.serum.stock' }],
    });
  });

  it('--json prints the outcome, good or bad, and sets the exit code', async () => {
    expect(JSON.parse(await run(validateCommand(), 'creator-drop', '--json'))).toMatchObject({
      ok: true,
      name: 'creator-drop',
    });
    expect(process.exitCode).toBeUndefined();
    const bad = await run(validateCommand(), 'creator-drop', '--json', '--set', 'products.serum.stock=-1');
    expect(JSON.parse(bad)).toMatchObject({
      ok: false,
      code: 'SCENARIO_INVALID',
      problems: [{ path: 'products.serum.stock' }],
    });
    expect(process.exitCode).toBe(104);
  });
});

describe('explain', () => {
  it('prints the words, at the scale asked for', async () => {
    expect(await run(explainCommand(), 'creator-drop', '--scale', '0.25')).toContain('audience and stock times 0.25');
  });

  it('--json prints the scenario with its defaults, and what is expected of it', async () => {
    const { scenario, expected } = JSON.parse(await run(explainCommand(), 'small-seller', '--json')) as never as {
      scenario: { shop: { hold: number } };
      expected: { views: number; peakViewers: number };
    };
    expect(scenario.shop.hold).toBe(120_000);
    expect(expected.views).toBeGreaterThan(2000);
    expect(expected.views).toBeLessThan(2200);
    expect(Math.round(expected.peakViewers)).toBe(8);
  });

  it.each([
    ['--scale', '0'],
    ['--scale', 'big'],
    ['--seed', '-1'],
    ['--seed', '18446744073709551616'],
  ])('%s %s is a usage error', async (option, value) => {
    await expect(run(explainCommand(), 'creator-drop', option, value)).rejects.toMatchObject({
      code: 'commander.invalidArgument',
    });
  });
});

describe('scenarios', () => {
  it('lists the shipped ones with their expected size', async () => {
    const text = await run(scenariosCommand());
    expect(text).toContain('creator-drop: Creator drop');
    expect(text).toMatch(/small-seller: .*\n {4}1h 18m, 2,0\d\d views, 8 at once; scenarios.small-seller\.yaml/);
  });

  it('--json lists them for programs', async () => {
    const rows = JSON.parse(await run(scenariosCommand(), '--json')) as { name: string }[];
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['creator-drop', 'small-seller']));
  });
});

describe('init', () => {
  it.each([
    [['my.ts'], 'my.ts'],
    [['my.mts'], 'my.mts'],
    [['my.yaml'], 'my.yaml'],
    [['other.yml', '--yaml'], 'other.yml'],
  ])('%j writes a starter that is valid as it is', async ([name, ...options], wrote) => {
    const file = path.join(dir, name);
    const text = await run(initCommand(), file, ...options);
    expect(text).toContain(`flashcrowd validate ${path.join(dir, wrote)}`);
    expect((await loadScenario(path.join(dir, wrote))).scenario.name).toBe('my-drop');
  });

  it('both starters mean the same', async () => {
    const [ts, yaml] = [path.join(dir, 'same.ts'), path.join(dir, 'same.yaml')];
    await run(initCommand(), ts);
    await run(initCommand(), yaml);
    expect((await loadScenario(yaml)).scenario).toEqual((await loadScenario(ts)).scenario);
  });

  it('writes over nothing, unless it is told to', async () => {
    const file = path.join(dir, 'mine.yaml');
    await writeFile(file, 'mine');
    await expect(run(initCommand(), file)).rejects.toMatchObject({ code: 'BAD_USAGE', problems: [{ file }] });
    expect(await readFile(file, 'utf8')).toBe('mine');
    await run(initCommand(), file, '--force');
    expect(await readFile(file, 'utf8')).toContain('name: my-drop');
  });

  it('refuses names that no scenario can have, and folders that are not there', async () => {
    await expect(run(initCommand(), path.join(dir, 'my.txt'))).rejects.toMatchObject({ code: 'BAD_USAGE' });
    await expect(run(initCommand(), path.join(dir, 'my.ts'), '--yaml')).rejects.toMatchObject({ code: 'BAD_USAGE' });
    const lost = path.join(dir, 'nowhere', 'my.ts');
    await expect(run(initCommand(), lost)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    await expect(stat(path.dirname(lost))).rejects.toThrow('ENOENT');
  });
});
