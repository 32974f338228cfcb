import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Run } from './command.ts';
import { workersOf } from './processes.ts';
import { expectSound } from './result-shape.ts';

/** Bounds that nothing but a stall of seconds can pass, so that a busy machine makes no other reason. */
const STALLS_ONLY = ['--set', 'health.stall=1500ms'];
const WINDOW = ['--from', '20s', '--for', '7s', '--workers', '2', '--no-plan', ...STALLS_ONLY];

/** Stops the second worker for 2 s once the host has given the cue of 0:00:22. Answers its process id. */
async function holdUp(run: Run): Promise<number> {
  await run.printed(/0:00:22 cue pin/);
  const pid = workersOf(run.pid)[1].pid;
  process.kill(pid, 'SIGSTOP');
  // The stall is the matter of these tests.
  await delay(2000);
  process.kill(pid, 'SIGCONT');
  return pid;
}

describe('a worker that stands still for 2 s in the window', () => {
  it('makes the run invalid: which one, for how long, since when, and what to change', async () => {
    const run = Run.start('evening.yaml', [...WINDOW, '--set', 'thresholds.chat_received=count>0']);
    const pid = await holdUp(run);
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(121);
    const result = run.result();
    expectSound(result);
    const { shard, ...sick } = result.health.workers.find((worker) => worker.pid === pid)!;
    const other = result.health.workers.find((worker) => worker.pid !== pid)!;
    expect(result.verdict.status).toBe('invalid');
    const [stall, remedy] = result.verdict.reasons;
    expect(stall).toMatch(
      new RegExp(`^Worker ${shard} stood still for (19|2\\d)\\d\\d ms at 0:00:2[2-4], bound 1500 ms\\.$`),
    );
    // How the machine was is not in our hands; that there is advice with a number is.
    expect(remedy).toMatch(/\d/);
    expect(sick.stallAtMs).toBeGreaterThanOrEqual(22_000);
    expect(sick.stallAtMs).toBeLessThan(26_000);
    expect(sick.receiveWaitMaxMs).toBeGreaterThan(1500);
    expect(sick.invalidSeconds).toBeGreaterThanOrEqual(1);
    const [first] = sick.invalid;
    expect(first.fromMs).toBeLessThanOrEqual(sick.stallAtMs!);
    expect(first.untilMs).toBeGreaterThan(sick.stallAtMs!);
    expect(other.stallMaxMs).toBeLessThan(1500);
    expect(result.health.invalidSeconds).toBe(sick.invalidSeconds);
    // Nothing was judged, and a note says so once.
    expect(result.thresholds.map(({ status, observed }) => [status, observed])).toEqual(
      result.thresholds.map(() => ['unknown', null]),
    );
    expect(result.notes.filter((note) => note.startsWith('Thresholds were not judged'))).toHaveLength(1);
    expect(result.verdict.reasons.join()).not.toContain('could not be judged');
  });

  it('never passes with --allow-invalid, but its thresholds are judged', async () => {
    const run = Run.start('evening.yaml', [...WINDOW, '--allow-invalid']);
    await holdUp(run);
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(121);
    const result = run.result();
    expectSound(result);
    expect(result.thresholds.map(({ status }) => status)).toEqual(['pass']);
    expect(result.verdict.status).toBe('invalid');
    expect(result.notes.join()).toContain('because of `--allow-invalid`');
  });
});

describe('a healthy generator', () => {
  it('has no invalid second, and says how it was', async () => {
    const run = Run.start('evening.yaml', ['--from', '20s', '--for', '5s', '--workers', '2', '--no-plan']);
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(0);
    const result = run.result();
    expectSound(result);
    expect(result.health).toMatchObject({ invalidSeconds: 0, bounds: { stallMs: 30_000 } });
    expect(result.health.summary).toMatch(
      /^The generator was healthy: CPU of its busiest worker \d+ %, longest stall /,
    );
    for (const worker of result.health.workers) {
      expect(worker).toMatchObject({ invalidSeconds: 0, invalid: [] });
      expect(worker.receiveWaitP99Ms).toBeGreaterThan(0);
      expect(worker.heapMaxMiB).toBeGreaterThan(1);
      expect(worker.cpuShareMax).toBeGreaterThan(0);
    }
    // 40 stamps a second for each of two workers.
    expect(result.metrics.receive_wait).toMatchObject({ type: 'trend' });
    for (const row of ['receiveWaitP99Ms', 'stallMaxMs', 'workerBusyMaxShare'] as const)
      expect(
        result.series.rows[row].every((value) => value !== null),
        row,
      ).toBe(true);
  });
});
