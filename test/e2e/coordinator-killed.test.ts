import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { AuditResult } from '../../bin/audit/audit.ts';
import type { BooksAnswer } from '../../server-stub/protocol.ts';
import { CLI } from '../cli/run-cli.ts';
import { brokenByHand, eventsOf, ordersFlow, playAgainst, readBooks } from './bad-day.ts';
import { Command, serve } from './command.ts';
import { survivors, workersOf } from './processes.ts';

/** Orders and payments, in columns that an audit knows by name. */
async function audited(results: string, { orders, payments }: BooksAnswer): Promise<AuditResult> {
  const table = (name: string, rows: readonly unknown[]): string => {
    const file = path.join(results, `${name}.ndjson`);
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return file;
  };
  const orderFile = table(
    'orders',
    orders.map(({ viewer: buyer, amountMinor: amount, ...rest }) => ({ buyer, amount, ...rest })),
  );
  const paymentFile = table(
    'payments',
    payments.map(({ amountMinor: amount, ...rest }) => ({ amount, ...rest })),
  );
  const args = ['audit', results, '--orders', orderFile, '--payments', paymentFile, '--exclusive', '--json'];
  const { code, stdout, stderr } = await new Command(process.execPath, [CLI, ...args]).ended;
  expect(code, `${stdout}\n${stderr}`).toBe(120);
  return JSON.parse(stdout) as AuditResult;
}

test('a run whose coordinator is killed is judged by an audit, up to its last second', async () => {
  const shop = await serve('--fault', 'confirmed_not_saved=30%');
  const run = playAgainst(shop);
  await ordersFlow(shop);
  await expect
    .poll(async () => brokenByHand(run.dir, await readBooks(shop)), { timeout: 20_000 })
    .toContain('no_lost_orders');
  const workers = workersOf(run.pid).map(({ pid }) => pid);
  const killedAtMs = Date.now();
  run.child.kill('SIGKILL');
  await run.ended;
  expect(await survivors(workers)).toEqual([]);
  expect(existsSync(path.join(run.dir, 'result.json'))).toBe(false);

  // What was told in the last second may be missing, and no more.
  const [{ epochOffsetMs }] = eventsOf(run.dir, 'go');
  const lastMs = Math.max(...eventsOf(run.dir, 'told').map(({ at }) => at));
  expect(killedAtMs - epochOffsetMs - lastMs).toBeLessThan(1000);
  // The drop went out: it is there whether or not its answer was written down.
  expect(eventsOf(run.dir, 'give').map(({ kind }) => kind)).toContain('drop');

  const { invariants, incidents } = await audited(run.dir, await readBooks(shop));
  const status = Object.fromEntries(invariants.map((one) => [one.id, one.status]));
  expect(status.no_lost_orders).toBe('fail');
  const failed = invariants.filter((one) => one.status === 'fail').map(({ id }) => id);
  expect(failed).toEqual(['no_lost_orders']);
  // Nothing that the last second could change passes.
  expect([status.no_double_charge, status.orders_private]).toEqual(['unknown', 'unknown']);
  expect(incidents.map(({ count }) => count)).toEqual(incidents.map(() => null));
});
