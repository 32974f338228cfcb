import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../sim/result.ts';
import { Run, serve } from './command.ts';
import { stubOf, survivors, workersOf } from './processes.ts';
import { counterOf, expectSound, sum } from './result-shape.ts';

const WINDOW = ['--from', '20s', '--for', '40s', '--workers', '2'];
/** From the death of the target to the end of the command. */
const NOTICED_WITHIN_MS = 12_000;

/** The run ended because the target was lost; what came before is there. */
function expectLost(result: RunResult, killedAfterMs: number): void {
  expectSound(result);
  expect(result.verdict).toMatchObject({ status: 'unreachable', exitCode: 122 });
  expect(result.verdict.reasons[0]).toBe('The target stopped answering.');
  expect(result.partial?.reason).toBe('the target stopped answering');
  const { atMs } = result.partial!;
  expect(atMs).toBeGreaterThanOrEqual(20_000);
  expect(atMs).toBeLessThan(20_000 + killedAfterMs);
  expect(result.run.playedMs).toBeLessThan(20_000);
  // Played up to the second pin at 22 s, at least.
  expect(result.series.length).toBeGreaterThanOrEqual(2);
  expect(result.series.rows.viewers[0]).toBe(result.run.ramp.viewers);
  expect(sum(result.series.rows.chatReceived)).toBeGreaterThan(0);
  expect(counterOf(result, 'orders')).toBeGreaterThan(0);
  expect(result.cues[0]).toMatchObject({ status: 'done' });
  expect(result.cues.at(-1)).toMatchObject({ status: 'not_reached' });
  expect(result.books.map((entry) => entry.soldUnits)).toEqual([null]);
  // Nobody could read the books: what viewers saw can be judged alone, and nothing else.
  expect(result.invariants.filter(({ status }) => status === 'fail')).toEqual([]);
  for (const id of ['no_oversell', 'no_lost_orders', 'money_balances']) {
    expect(result.invariants.find((one) => one.id === id)).toMatchObject({ status: 'unknown', violations: null });
  }
}

describe('a target that dies in mid-run', () => {
  it('ends the run by itself; the report says when and keeps what was measured', async () => {
    const { command: shop, url, token } = await serve();
    const run = Run.start('evening.yaml', [...WINDOW, '--target', url, '--admin-token', token]);
    await run.printed(/ running /);
    const beganMs = run.elapsedMs();
    await run.printed(/0:00:24 cue pin/);
    const workers = workersOf(run.pid).map((worker) => worker.pid);
    expect(workers).toHaveLength(2);
    shop.child.kill('SIGKILL');
    const killedMs = run.elapsedMs();
    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout).toBe(122);
    expect(run.elapsedMs() - killedMs).toBeLessThan(NOTICED_WITHIN_MS);
    expect(stdout).toContain('The target stopped answering.');
    expect(stderr).not.toMatch(/^\s+at /m);
    // The first bad answer came within a second or so of the kill.
    expectLost(run.result(), killedMs - beganMs + 2500);
    expect(readFileSync(path.join(run.dir, 'report.html'), 'utf8')).toContain('the target stopped answering');
    expect(await survivors(workers)).toEqual([]);
  });

  it('also when it is the embedded stub', async () => {
    const run = Run.start('evening.yaml', [...WINDOW, '--quiet']);
    const started = await eventually(() => run.dir, 'the crowd has connected');
    expect(started).toBe(true);
    const stub = stubOf(run.pid);
    // Two pins and what they set off.
    await eventually(() => run.dir, '"cue":"pin:tea#8"');
    process.kill(stub.pid, 'SIGKILL');
    const { code, stdout, stderr } = await run.ended;
    expect(code, stderr).toBe(122);
    expect(stdout).toMatch(/^unreachable\n {2}The target stopped answering\.\n/);
    expect(stdout).not.toContain('0:00:');
    expectLost(run.result(), 15_000);
    expect(run.result().target.embedded).toBe(true);
  });
});

/** Waits, with a bound, until the log of the run holds this. */
async function eventually(dir: () => string, text: string): Promise<boolean> {
  for (let tries = 0; tries < 600; tries++) {
    if (readLog(dir()).includes(text)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the log never said ${text}:\n${readLog(dir())}`);
}

function readLog(dir: string): string {
  try {
    return readFileSync(path.join(dir, 'run.log'), 'utf8');
  } catch {
    return '';
  }
}
