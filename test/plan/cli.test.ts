import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { planDisplay, progressLine } from '../../bin/plan/progress.ts';
import { plannedScenarios } from '../../bin/plan/scenarios.ts';
import { FlashcrowdError } from '../../sim/errors.ts';
import type { PlanResult } from '../../sim/plan-result.ts';
import { finish, printed, runCli, startCli } from '../cli/run-cli.ts';
import { parseCommandLine } from '../docs/command-line.ts';
import { smallEvent } from './help.ts';

/** A folder with a small event in `event.json`. */
function folder(changes: Parameters<typeof smallEvent>[0] = {}): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'flashcrowd-plan-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(path.join(dir, 'event.json'), JSON.stringify(smallEvent(changes)));
  return dir;
}

function read(dir: string, file: string): PlanResult {
  return JSON.parse(readFileSync(path.join(dir, file), 'utf8')) as PlanResult;
}

describe('the two ways to compare', () => {
  it.each([
    'plan a.ts --compare b.ts --runs 5',
    'plan --compare a.ts b.ts',
    'plan --runs 5 --compare a.ts b.ts --seed 7',
    'plan a.ts --runs 5 --compare b.ts',
  ])('%s', async (line) => {
    const { args, options } = await parseCommandLine(line.split(' '));
    const scenarios = plannedScenarios(args[0], options.compare as string[] | undefined);
    expect(scenarios).toEqual({ scenario: 'a.ts', compareWith: 'b.ts' });
  });

  it.each([
    [undefined, undefined],
    [undefined, ['a.ts']],
    ['a.ts', ['b.ts', 'c.ts']],
  ])('want the right number of scenarios, not %s and %s', (argument, compare) => {
    expect(() => plannedScenarios(argument, compare)).toThrow(FlashcrowdError);
  });
});

describe('options', () => {
  it.each([
    ['--sensitivity', true],
    ['--sensitivity 10%', 0.1],
    ['--sensitivity 0.3', 0.3],
  ])('%s', async (written, expected) => {
    const { options } = await parseCommandLine(['plan', 'a.ts', ...written.split(' ')]);
    expect(options.sensitivity).toBe(expected);
  });

  it.each(['--runs 0', '--runs 10001', '--engine magic', '--sensitivity 120%', '--sensitivity a.ts', '--workers 0'])(
    'refuse %s',
    async (written) => {
      await expect(parseCommandLine(['plan', 'a.ts', ...written.split(' ')])).rejects.toThrow();
    },
  );
});

it('a second sweep is refused, not dropped', async () => {
  const line = ['plan', 'a.ts', '--sweep', 'a=1,2', '--sweep', 'b=1,2'];
  await expect(parseCommandLine(line)).rejects.toThrow('One sweep at a time: a=1,2 is asked for already');
});

describe('the progress', () => {
  const PROGRESS = { done: 50, total: 200, stage: 'runs' };

  function display(isTTY: boolean): {
    show: ReturnType<typeof planDisplay>;
    text: () => string;
    pass(ms: number): void;
  } {
    let nowMs = 0;
    let written = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk);
        done();
      },
    });
    const show = planDisplay({
      stream: Object.assign(stream, { columns: 60 }),
      isTTY,
      quiet: false,
      nowMs: () => nowMs,
    });
    return { show, text: () => stripVTControlCharacters(written), pass: (ms) => void (nowMs += ms) };
  }

  it('says how many runs are done, what is played and how long it still takes', () => {
    expect(progressLine(PROGRESS, 10_000)).toBe(
      `planning ${'█'.repeat(6)}${'░'.repeat(18)} 50 of 200 runs   about 30 s left`,
    );
    expect(progressLine({ ...PROGRESS, stage: 'personas.fan.dwell raised' }, 100_000)).toMatch(
      /about 5 min left {3}personas\.fan\.dwell raised$/,
    );
    expect(progressLine({ done: 200, total: 200, stage: 'runs' }, 1)).not.toContain('left');
  });

  it('is rare in a log', () => {
    const { show, text, pass } = display(false);
    for (let i = 0; i < 25; i++) {
      pass(1000);
      show.update(PROGRESS);
    }
    // After 2, 12 and 22 seconds.
    expect(text().trim().split('\n')).toHaveLength(3);
  });

  it('goes on while the first run takes its time', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { show, text, pass } = display(false);
    show.update({ done: 0, total: 200, stage: 'runs' });
    for (let i = 0; i < 25; i++) {
      pass(1000);
      vi.advanceTimersByTime(1000);
    }
    show.done();
    vi.advanceTimersByTime(60_000);
    const lines = text().trim().split('\n');
    expect(lines.map((line) => line.slice(line.indexOf('0 of')))).toEqual(
      [2, 12, 22].map((seconds) => `0 of 200 runs   ${seconds} s so far`),
    );
  });

  it('is one line on a terminal, and gone at the end', () => {
    const { show, text, pass } = display(true);
    pass(200);
    show.update(PROGRESS);
    const line = text().trim();
    expect(line).toContain('50 of 200 runs');
    expect(line.length).toBeLessThan(60);
    show.note('stopping');
    expect(text()).toContain('stopping\n');
    show.done();
    show.done();
  });
});

describe('flashcrowd plan', () => {
  it('prints a summary and writes plan.json, report.html and run.log', async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await runCli(['plan', 'event.json', '--runs', '10', '--out', 'out'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Peak viewers');
    expect(stdout).toContain(path.join('out', 'report.html'));
    expect(readdirSync(path.join(cwd, 'out')).toSorted()).toEqual(['plan.json', 'report.html', 'run.log']);
    const plan = read(cwd, 'out/plan.json');
    expect(plan.plan).toMatchObject({ runs: 10, runsDone: 10, engine: 'agents' });
    expect(plan.scenario.file).toBe('event.json');
    expect(plan.sizing.map(({ id }) => id)).toContain('run-machines');
  });

  it('gives the same figures with another number of workers, and JSON alone when asked', async () => {
    // Four runs of an hour with 200,000 viewers: workers are worth it.
    const cwd = folder({ audience: { fans: { kind: 'steady', size: '200k' } }, personas: { fan: { dwell: '5s' } } });
    const figuresWith = async (workers: string): Promise<unknown> => {
      const args = ['plan', 'event.json', '--runs', '4', '--engine', 'agents', '--json', '--workers', workers];
      const { code, stdout } = await runCli(args, { cwd });
      expect(code).toBe(0);
      const { figures, series, drops } = JSON.parse(stdout) as PlanResult;
      return { figures, series, drops };
    };
    expect(await figuresWith('2')).toEqual(await figuresWith('1'));
  });

  it('is silent but for the files when quiet, in a folder named for the plan', async () => {
    const cwd = folder();
    const { code, stdout } = await runCli(['plan', 'event.json', '--runs', '3', '--quiet'], { cwd });
    expect(code).toBe(0);
    const [name] = readdirSync(path.join(cwd, 'results'));
    expect(name).toMatch(/^\d{4}-.*-plan-small$/);
    expect(stdout).toBe(['report.html', 'plan.json'].map((file) => `${path.join('results', name, file)}\n`).join(''));
  });

  it('sweeps and ranks in one go', async () => {
    const cwd = folder();
    const args = [
      'plan',
      'event.json',
      '--runs',
      '2',
      '--sweep',
      'products.serum.stock=1..3:3',
      '--sensitivity',
      '--json',
    ];
    const { code, stdout } = await runCli(args, { cwd });
    expect(code).toBe(0);
    const { sweep, sensitivity } = JSON.parse(stdout) as PlanResult;
    expect(sweep!.points.map(({ value }) => value)).toEqual(['1', '2', '3']);
    expect(sensitivity!.length).toBeGreaterThan(10);
  });

  it('ends with 104 for what cannot be planned, and leaves no folder', async () => {
    const cwd = folder();
    const { code, stderr } = await runCli(['plan', 'event.json', '--sweep', 'products.seurm.stock=1..3'], { cwd });
    expect(code).toBe(104);
    expect(stderr).toContain('did you mean "serum"?');
    expect(existsSync(path.join(cwd, 'results'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'ends with 105 on Ctrl-C and writes what it has, marked partial',
    async () => {
      const cwd = folder();
      const child = startCli(['plan', 'event.json', '--runs', '10000', '--out', 'out', '--workers', '1'], { cwd });
      // The first line of the log says that runs are being done.
      const ended = finish(child);
      await printed(child, /planning .* of 10,000 runs/);
      child.kill('SIGINT');
      const { code, stdout } = await ended;
      expect(code).toBe(105);
      expect(stdout).toContain('stopping: the report is made of the runs that are done');
      expect(stdout).toContain('PARTIAL');
      const plan = read(cwd, 'out/plan.json');
      expect(plan.partial).toEqual({ reason: 'it was interrupted' });
      expect(plan.plan.runsDone).toBeGreaterThan(0);
      expect(plan.plan.runsDone).toBeLessThan(10_000);
    },
  );

  it.skipIf(process.platform === 'win32')('says what is true on Ctrl-C when no run is done', async () => {
    // A run of so many agents takes half a minute.
    const cwd = folder({ audience: { fans: { kind: 'steady', size: '20M' } } });
    const args = ['plan', 'event.json', '--runs', '2', '--engine', 'agents', '--out', 'out', '--workers', '1'];
    const child = startCli(args, { cwd });
    const ended = finish(child);
    await printed(child, /planning .* 0 of 2 runs/);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(105);
    expect(stdout).toContain('stopping: no run is done yet, so there is no report');
    expect(readdirSync(path.join(cwd, 'out'))).toEqual(['run.log']);
  });
});
