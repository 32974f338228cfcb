import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CLI, finish, runCli, startCli } from './run-cli.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flashcrowd-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('flashcrowd', () => {
  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('runs through a symbolic link, from any folder, whatever tsconfig.json lies there', async () => {
    const cwd = await emptyFolder();
    await writeFile(join(cwd, 'tsconfig.json'), '{ "extends": "./not-there.json" }');
    const cli = join(cwd, 'flashcrowd');
    await symlink(CLI, cli);
    const { code, stdout } = await runCli(['--help'], { cwd, cli });
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: flashcrowd');
  });

  it('shows its help and fails when no command is named', async () => {
    const { code, stderr } = await runCli([]);
    expect(code).toBe(104);
    expect(stderr).toContain('Usage: flashcrowd');
    expect(stderr).not.toContain('(outputHelp)');
  });

  it.each([
    [['docter'], 'Did you mean doctor?'],
    [['doctor', '--jsn'], 'Did you mean --json?'],
    [['doctor', 'too', 'many'], 'too many arguments'],
  ])('%j is a usage error with a hint', async (args, hint) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(104);
    expect(stdout).toBe('');
    expect(stderr).toContain(hint);
    expect(stderr).toContain('--help');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('checks the machine as JSON', async () => {
    const { code, stdout } = await runCli(['doctor', '--json']);
    const report = JSON.parse(stdout) as { ok: boolean; checks: { id: string }[] };
    expect(report.ok).toBe(true);
    expect(code).toBe(0);
    expect(report.checks.map(({ id }) => id)).toEqual([
      'node',
      'files',
      'ports',
      'loopback',
      'capacity',
      'k6',
      'chromium',
    ]);
  });

  it('does not mind a reader that goes away', async () => {
    const child = startCli(['help', 'doctor']);
    child.stdout!.destroy();
    const { code, stderr } = await finish(child);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

describe('the starter', () => {
  const runsIn = promisify(execFile);
  const started = (version: string): string => {
    const source = readFileSync(CLI, 'utf8').replace(/^#!.*/, '');
    return `Object.defineProperty(process.versions, 'node', { value: '${version}' });\n${source}`;
  };

  it.each(['16.20.2', '20.18.3'])('tells Node %s that it is too old', async (version) => {
    const file = join(await emptyFolder(), 'old.cjs');
    await writeFile(file, started(version));
    await expect(runsIn(process.execPath, [file])).rejects.toMatchObject({
      code: 104,
      stderr: expect.stringContaining(`needs Node 20.19 or later; this is Node ${version}`),
    });
  });
});
