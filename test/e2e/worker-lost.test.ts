import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../sim/run/history/read.ts';
import { brokenByHand, eventsOf, ordersFlow, playAgainst, readBooks } from './bad-day.ts';
import { Run, serve } from './command.ts';
import { childrenOf, survivors, workersOf } from './processes.ts';
import { counterOf, expectSound, idsOf, sum } from './result-shape.ts';

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

  it('that is killed in a drop leaves a gap: what that hides is unknown, and nothing is called broken', async () => {
    const shop = await serve();
    const run = playAgainst(shop, '--workers', '2');
    await ordersFlow(shop);
    const [, { pid }] = workersOf(run.pid);
    // Both workers have told of chat that came to all of their viewers: each does once a second.
    const told = (): number => eventsOf(run.dir, 'room').filter(({ q = 0 }) => q > 0).length;
    await expect.poll(told, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    process.kill(pid, 'SIGKILL');
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(121);
    const result = run.result();
    const { shard } = result.health.workers.find((worker) => worker.pid === pid)!;
    expect(result.verdict.reasons[0]).toBe(`Worker ${shard} died: killed by SIGKILL.`);
    expect(result.partial).not.toBeNull();
    expect(brokenByHand(run.dir, await readBooks(shop))).toEqual([]);
    expect(idsOf(result, 'fail')).toEqual([]);
    expect(idsOf(result, 'pass')).toEqual(expect.arrayContaining(['money_balances', 'no_oversell', 'stock_conserved']));
    expect(idsOf(result, 'unknown')).toEqual(expect.arrayContaining(['chat_delivered', 'keys_kept', 'no_lost_orders']));
    // Its history counts up to its last whole line.
    const lastMs = lastMomentOf(run.dir, shard);
    expect(lastMs).toBeGreaterThan(6000);
    const gap = `The history of worker ${shard} of 2 ends at ${Math.round(lastMs) / 1000} s (killed by SIGKILL)`;
    expect(result.invariants.find(({ id }) => id === 'no_lost_orders')?.detail).toContain(gap);
    expect(stdout).toContain('could not be checked: The history of worker');
    // What its viewers had got up to its last second is known; what was said 2 s before that may have been on its way.
    const { history } = await readHistory(path.join(run.dir, 'history'));
    const cut = history.visits.filter(({ end }) => end?.how === 'cut');
    expect(cut.length).toBeGreaterThan(0);
    for (const { end } of cut) expect(lastMs - end!.atMs).toBeLessThan(3500);
    expect(sum(cut.map(({ end, firstSeq }) => end!.lastSeq - firstSeq))).toBeGreaterThan(0);
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

/** Event time of the last thing that a worker wrote down of its viewers. */
function lastMomentOf(dir: string, shard: number): number {
  const text = readFileSync(path.join(dir, 'history', `worker-${shard}.ndjson`), 'utf8');
  const moments = [...text.matchAll(/^\{"e":"(?!stock|begin)[a-z]+","at":([\d.]+),.*\}$/gm)];
  return Math.max(...moments.map(([, at]) => Number(at)));
}

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
