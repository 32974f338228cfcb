import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Run, serve } from './command.ts';
import { childrenOf, survivors } from './processes.ts';
import { counterOf, expectSound, idsOf, sum } from './result-shape.ts';

/** Payments take longer than a run waits for them, so a graceful stop takes its full time. */
const SLOW_SHOP = ['--payment-delay', '30000'];
const PATIENT = ['--set', 'personas.regular.timeout=60s'];

/** Viewers that the shop counts, once it says none or after 3 s. */
async function viewersLeft(url: string): Promise<number> {
  let viewers = NaN;
  for (let tries = 0; tries < 30 && viewers !== 0; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    ({ viewers } = (await (await fetch(`${url}/healthz`)).json()) as { viewers: number });
  }
  return viewers;
}

describe('Ctrl-C', () => {
  it('once: a graceful stop, a partial report, and the viewers have left', async () => {
    const { url, token } = await serve();
    const run = Run.start('evening.yaml', ['--from', '20s', '--for', '60s', '--target', url, '--admin-token', token]);
    await run.printed(/0:00:24 cue pin/);
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.ended;
    expect(code, stderr).toBe(105);
    expect(await viewersLeft(url)).toBe(0);
    expect(stdout).toContain('Ctrl-C again stops at once');
    const result = run.result();
    expectSound(result);
    expect(result.verdict).toMatchObject({ status: 'interrupted', exitCode: 105 });
    expect(result.partial?.reason).toBe('it was stopped by a signal');
    expect(result.partial?.atMs).toBeGreaterThanOrEqual(24_000);
    expect(result.partial?.atMs).toBeLessThan(30_000);
    // It ended in order: the books were read, they agree, and every message has arrived.
    expect(idsOf(result, 'fail', 'unknown')).toEqual([]);
    expect(result.books[0].soldUnits).toBe(result.books[0].toldSoldUnits);
    expect(counterOf(result, 'orders')).toBeGreaterThan(0);
    expect(result.metrics.chat_delivery).toMatchObject({ rate: 1 });
    // All were there to the end: also in the second that was not played whole.
    expect(result.series.rows.viewers.at(-1)).toBe(result.run.ramp.viewers);
    expect(result.series.length).toBe(Math.ceil(result.run.playedMs / 1000));
    expect(sum(result.series.rows.chatSent)).toBe(counterOf(result, 'chat_sent'));
    expect(readFileSync(path.join(run.dir, 'report.html'), 'utf8')).toContain('it was stopped by a signal');
  });

  it('twice, in a terminal where every process gets it: ends at once, still with a result', async () => {
    const { url, token } = await serve(...SLOW_SHOP);
    const args = [
      '--from',
      '20s',
      '--for',
      '60s',
      '--target',
      url,
      '--admin-token',
      token,
      '--workers',
      '2',
      ...PATIENT,
    ];
    const run = Run.start('evening.yaml', args, { group: true });
    await run.printed(/0:00:24 cue pin/);
    const children = childrenOf(run.pid).map((child) => child.pid);
    process.kill(-run.pid, 'SIGINT');
    await run.printed(/ draining /);
    const secondMs = run.elapsedMs();
    process.kill(-run.pid, 'SIGINT');
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(105);
    // The payments that are under way would have held it for 5 s.
    expect(run.elapsedMs() - secondMs).toBeLessThan(2500);
    const result = run.result();
    expectSound(result);
    expect(result.partial?.reason).toBe('it was stopped by a signal');
    expect(sum(result.series.rows.chatReceived)).toBeGreaterThan(0);
    expect(result.books[0].soldUnits).toBeNull();
    expect(children.length).toBeGreaterThanOrEqual(2);
    expect(await survivors(children)).toEqual([]);
  });

  it('while the crowd still connects: a report of nothing', async () => {
    const run = Run.start('evening.yaml', ['--from', '20s', '--for', '60s'], { group: true });
    await run.printed(/ warm-up /);
    process.kill(-run.pid, 'SIGINT');
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(105);
    const result = run.result();
    expectSound(result);
    expect(result).toMatchObject({ verdict: { status: 'interrupted' }, run: { playedMs: 0 }, series: { length: 0 } });
    expect(result.partial?.atMs).toBe(20_000);
  });
});
