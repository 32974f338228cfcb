import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../sim/errors.ts';
import type { RunResult } from '../../sim/result.ts';
import { CLI } from '../cli/run-cli.ts';
import { BAD_DAY, eventsOf, WINDOW } from './bad-day.ts';
import { Command, scenarioFile, temporaryFolder } from './command.ts';
import { idsOf } from './result-shape.ts';

function canMount(): boolean {
  const { status } = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k none /mnt']);
  if (status === 0) return true;
  const why = 'no small disk: this test needs util-linux, and the right to make user and mount namespaces';
  if (process.env.CI) throw new Error(why);
  process.stderr.write(`skipped: ${why}\n`);
  return false;
}

/** A run whose results folder is a small disk, which nobody else sees. What was on it in the end is copied to `kept`. */
class CrampedRun extends Command {
  readonly kept: string;
  private readonly mounted: string;

  private constructor(folder: string, sizeKiB: number, args: readonly string[]) {
    const disk = path.join(folder, 'disk');
    const kept = path.join(folder, 'kept');
    const script = `mkdir "$0" && mount -t tmpfs -o size=${sizeKiB}k none "$0" && { "$@"; code=$?; cp -r "$0" "${kept}"; exit $code; }`;
    const run = [process.execPath, CLI, 'run', ...args, '--out', disk];
    super('unshare', ['-rm', 'sh', '-c', script, disk, ...run]);
    this.kept = kept;
    // The disk as the processes of the run see it.
    this.mounted = path.join(`/proc/${this.pid}/root`, disk);
  }

  static start(sizeKiB: number, scenario: string, args: readonly string[]): CrampedRun {
    return new CrampedRun(temporaryFolder(), sizeKiB, [scenarioFile(scenario), ...args]);
  }

  /** Somebody else takes all that is left of the disk. */
  fillDisk(): void {
    const ballast = path.join(this.mounted, 'ballast');
    for (const bytes of [1 << 16, 1 << 12, 1]) {
      try {
        for (;;) writeFileSync(ballast, Buffer.alloc(bytes), { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  }

  sizeOf(name: string): number {
    return statSync(path.join(this.mounted, name)).size;
  }

  result(): RunResult {
    return JSON.parse(readFileSync(path.join(this.kept, 'result.json'), 'utf8')) as RunResult;
  }
}

describe.skipIf(!canMount())('on a disk that fills up', () => {
  it('the run goes on, its verdict is true, and the results are written all the same', async () => {
    const run = CrampedRun.start(6 * 1024, 'restocks.yaml', ['--from', '20s', '--for', '10s', '--no-plan']);
    await run.printed(/0:00:21 cue restock/);
    expect(run.sizeOf('.reserve')).toBeGreaterThan(400 * 1024);
    run.fillDisk();
    const { code, stdout, stderr } = await run.ended;
    // What happened up to there is known; all that the viewers were told later is not.
    expect(code, stdout).toBe(EXIT.thresholdsFailed);
    expect(stdout).toMatch(/history is incomplete: \d+ of its events could not be written/);
    expect(stdout).toMatch(/invariants could not be checked: The history of worker 0/);
    expect(stderr).toBe('');
    expect(readdirSync(run.kept).toSorted()).toEqual(['ballast', 'history', 'report.html', 'result.json', 'run.log']);
    expect(readFileSync(path.join(run.kept, 'report.html'), 'utf8')).toMatch(/<\/html>\s*$/);
    const result = run.result();
    expect(result.verdict.status).toBe('failed');
    expect(result.partial).toBeNull();
    expect(idsOf(result, 'fail')).toEqual([]);
    expect(idsOf(result, 'pass')).toEqual(expect.arrayContaining(['no_oversell', 'money_balances']));
    expect(idsOf(result, 'unknown')).toEqual(expect.arrayContaining(['no_lost_orders', 'chat_delivered']));
    expect(result.notes.join('\n')).toContain('The history is incomplete');
    // The lines of the host and of the log waited for room: they are all there. Without the restocks it would be oversold.
    expect(eventsOf(run.kept, 'cue').map(({ id }) => id)).toEqual(result.cues.map(({ id }) => id));
    expect(result.books[0].soldUnits).toBeGreaterThan(28 + 40);
    expect(readFileSync(path.join(run.kept, 'run.log'), 'utf8').match(/"cue given"/g)).toHaveLength(result.cues.length);
  });

  it('and with no room for the report either, the verdict is printed and stands', async () => {
    const run = CrampedRun.start(512, BAD_DAY, [...WINDOW, '--set', 'chat.rate=30/min']);
    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout).toBe(EXIT.thresholdsFailed);
    expect(stderr).toMatch(/^flashcrowd: The results cannot be written to .*ENOSPC/);
    expect(stderr).toContain('OUTPUT_NOT_WRITABLE');
    expect(stdout).toMatch(/history is incomplete/);
    expect(stdout).toMatch(/✗ FAILED/);
    const names = readdirSync(run.kept);
    expect(names).not.toContain('.reserve');
    expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    for (const [title, name] of Object.entries({ report: 'report.html', result: 'result.json' }))
      expect(stdout.includes(`${title} `) && stdout.includes(name), name).toBe(existsSync(path.join(run.kept, name)));
  });
});
