import { describe, expect, it } from 'vitest';
import { Run } from './command.ts';
import { childrenOf, survivors, workersOf } from './processes.ts';
import { counterOf, expectSound, sum } from './result-shape.ts';

const WINDOW = ['--from', '20s', '--for', '40s', '--workers', '2'];

describe('a worker', () => {
  it('that is killed ends the run; what the other measured is there', async () => {
    const run = Run.start('evening.yaml', WINDOW);
    await run.printed(/0:00:24 cue pin/);
    const children = childrenOf(run.pid).map((child) => child.pid);
    const [first, second] = workersOf(run.pid).map((worker) => worker.pid);
    process.kill(second, 'SIGKILL');
    const killedMs = run.elapsedMs();
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(121);
    expect(run.elapsedMs() - killedMs).toBeLessThan(10_000);
    const result = run.result();
    expectSound(result);
    const died = result.health.workers.find((worker) => worker.pid === second)!;
    const lived = result.health.workers.find((worker) => worker.pid === first)!;
    expect(result.verdict.status).toBe('invalid');
    expect(result.verdict.reasons[0]).toBe(`Worker ${died.shard} died: killed by SIGKILL.`);
    expect(result.partial?.reason).toBe(`worker ${died.shard} died (killed by SIGKILL)`);
    expect(died.ended).toBe('killed by SIGKILL');
    expect(lived.ended).toBe('ok');
    expect(lived.peakViewers).toBeGreaterThan(0);
    // Both were counted while both lived.
    expect(result.series.rows.viewers[0]).toBe(result.run.ramp.viewers);
    expect(result.run.ramp.viewers).toBeGreaterThan(lived.peakViewers);
    expect(sum(result.series.rows.chatReceived)).toBeGreaterThan(0);
    expect(counterOf(result, 'orders')).toBeGreaterThan(0);
    expect(result.digests.selfCount).toBeGreaterThan(0);
    // Two workers and the stub; the compiler may run a process of its own.
    expect(children.length).toBeGreaterThanOrEqual(3);
    expect(await survivors(children)).toEqual([]);
  });

  it('that hangs does not hang the run', async () => {
    const run = Run.start('evening.yaml', ['--from', '20s', '--for', '3s', '--workers', '2']);
    await run.printed(/0:00:22 cue pin/);
    const children = childrenOf(run.pid).map((child) => child.pid);
    const [stuck] = workersOf(run.pid);
    process.kill(stuck.pid, 'SIGSTOP');
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(121);
    const result = run.result();
    expectSound(result);
    const { shard } = result.health.workers.find((worker) => worker.pid === stuck.pid)!;
    expect(result.verdict.reasons[0]).toBe(`Worker ${shard} died: it no longer answered.`);
    expect(result.health.workers.find((worker) => worker.shard !== shard)).toMatchObject({ ended: 'ok' });
    expect(sum(result.series.rows.chatReceived)).toBeGreaterThan(0);
    expect(await survivors(children)).toEqual([]);
  });

  it('that was held up makes the run invalid: its figures are those of the generator', async () => {
    const run = Run.start('evening.yaml', [
      '--from',
      '20s',
      '--for',
      '6s',
      '--set',
      'health.lateStartP99=500ms',
      '--set',
      'chat.rate=30/min',
    ]);
    await run.printed(/0:00:22 cue pin/);
    const [worker] = workersOf(run.pid);
    process.kill(worker.pid, 'SIGSTOP');
    // The delay is the matter of this test.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    process.kill(worker.pid, 'SIGCONT');
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(121);
    const result = run.result();
    expectSound(result);
    expect(result.partial).toBeNull();
    expect(result.verdict.status).toBe('invalid');
    expect(result.verdict.reasons[0]).toMatch(/^Worker 0 was late: p99 of late starts \d+ ms, bound 500 ms/);
    expect(result.health.workers[0].lateStartP99Ms).toBeGreaterThan(500);
  });
});

describe('a coordinator that is killed', () => {
  it('leaves no worker and no stub behind', async () => {
    const run = Run.start('evening.yaml', WINDOW);
    await run.printed(/ running /);
    const children = childrenOf(run.pid).map((child) => child.pid);
    // Two workers and the stub; the compiler may run a process of its own.
    expect(children.length).toBeGreaterThanOrEqual(3);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(await survivors(children)).toEqual([]);
  });
});
