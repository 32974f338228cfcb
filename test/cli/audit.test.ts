import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditResult } from '../../bin/audit/audit.ts';
import { ReadingProgress } from '../../bin/audit/progress.ts';
import { auditRig, ORDERS, PAYMENTS, STOCK, wholeHistory, type AuditRig } from './audit-rig.ts';
import { runCli, type CliResult } from './run-cli.ts';

let rig: AuditRig;
beforeAll(() => void (rig = auditRig()));
afterAll(() => rig.end());

const NO_HOLDS = ['holds_resolved', 'keys_kept'];

function audit(orders: string, ...options: readonly string[]): Promise<CliResult> {
  return runCli(['audit', rig.results, '--orders', rig.write('orders.csv', orders), ...options]);
}

function auditAll(orders: string, ...options: readonly string[]): Promise<CliResult> {
  const stock = rig.write('stock.csv', STOCK);
  const payments = rig.write('payments.csv', PAYMENTS);
  return audit(orders, '--stock', stock, '--payments', payments, '--waive', NO_HOLDS.join(), ...options);
}

function found({ stdout }: CliResult): AuditResult {
  return JSON.parse(stdout) as AuditResult;
}

function statuses(result: CliResult): Record<string, string> {
  return Object.fromEntries(found(result).invariants.map(({ id, status }) => [id, status]));
}

describe('flashcrowd audit', () => {
  it('passes when the books say what buyers were told', async () => {
    const { code, stdout, stderr } = await auditAll(ORDERS);
    expect(stderr).toBe('');
    expect(stdout).toContain('✓ PASSED');
    expect(stdout).toContain('run-1 against shop');
    expect(stdout).toContain('no_lost_orders');
    expect(stdout).toContain('holds_resolved is unknown, and that is accepted (--waive).');
    expect(code).toBe(0);
  });

  it('finds an order that was lost, and one that nobody was told of', async () => {
    const orders = ORDERS.replace('A2,fans-2,mug', 'A9,fans-1,mug');
    const result = await auditAll(orders, '--json');
    expect(result.code).toBe(120);
    expect(statuses(result)).toMatchObject({ no_lost_orders: 'fail', no_ghost_orders: 'fail', no_oversell: 'pass' });
    const lost = found(result).invariants.find(({ id }) => id === 'no_lost_orders');
    expect(lost).toMatchObject({ violations: 1, evidence: [expect.stringContaining('A2 of fans-2')] });
    expect(lost?.cases[0].timeline.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('is told of the pay'),
    );
    const shown = await auditAll(orders);
    expect(shown.stdout).toContain('✗ VIOLATED');
    expect(shown.stdout).toContain('A2 of fans-2');
  });

  it('finds units that were sold and never there', async () => {
    const many = Array.from({ length: 9 }, (_, i) => `B${i},other-${i},mug,1,500,paid,2026-11-27T20:00:05Z\n`).join('');
    const result = await audit(ORDERS + many, '--json');
    expect(statuses(result).no_oversell).toBe('fail');
    expect(result.code).toBe(120);
  });

  it('says which option would make an unknown check known, and unknown is no pass', async () => {
    const result = await audit(ORDERS, '--json');
    expect(result.code).toBe(99);
    const details = Object.fromEntries(found(result).invariants.map(({ id, detail }) => [id, detail]));
    expect(details.no_double_charge).toMatch(/list of payments\. It can be known with --payments\.$/);
    expect(details.stock_conserved).toMatch(/with --stock\.$/);
    expect(details.holds_resolved).toMatch(/with --reservations and --exported-at\.$/);
    expect((await audit(ORDERS)).stdout).toContain('? UNKNOWN');
  });

  it('judges holds by the time of the export', async () => {
    const holds = rig.write(
      'holds.csv',
      'id,buyer,product,units,expires,status\nR1,fans-1,mug,1,2026-11-27T20:00:31Z,held\n',
    );
    const options = ['--json', '--reservations', holds, '--exported-at'];
    expect(statuses(await audit(ORDERS, ...options, '2026-11-27T20:00:32Z')).holds_resolved).toBe('pass');
    expect(statuses(await audit(ORDERS, ...options, '2026-11-27T21:00:00Z')).holds_resolved).toBe('fail');
  });

  it('writes what it found to a file', async () => {
    const file = path.join(rig.dir, 'audit.json');
    const result = await auditAll(ORDERS, '--json', '--out', file);
    const written = JSON.parse(readFileSync(file, 'utf8')) as AuditResult;
    expect(written).toEqual(found(result));
    expect(Object.keys(written)).toEqual(['invariants', 'incidents', 'notes']);
    expect(await auditAll(ORDERS, '--out', path.join(rig.dir, 'none', 'audit.json'))).toMatchObject({
      code: 104,
      stderr: expect.stringContaining('OUTPUT_NOT_WRITABLE'),
    });
  });

  it('reads amounts in the currency of the run', async () => {
    const result = await audit(ORDERS.replaceAll('500', '5.00'), '--money', 'major', '--json');
    expect(statuses(result).price_kept).toBe('pass');
  });
});

describe('whose orders they are', () => {
  const STRANGER = 'B1,somebody,mug,1,500,paid,2026-11-27T20:00:09Z\n';

  it('those of strangers are somebody else’s, and counted', async () => {
    const result = await audit(ORDERS + STRANGER, '--json');
    expect(statuses(result).no_ghost_orders).toBe('pass');
    expect(found(result).notes).toContainEqual(expect.stringMatching(/^1 order of buyers whom the run does not know/));
  });

  it('with --exclusive they are ghosts', async () => {
    const result = await audit(ORDERS + STRANGER, '--json', '--exclusive');
    expect(statuses(result).no_ghost_orders).toBe('fail');
    expect(result.code).toBe(120);
  });

  it('those from before the run are left out, with their payments', async () => {
    const before = 'B1,fans-1,mug,9,4500,paid,2026-11-26T20:00:00Z\n';
    const payments = rig.write('payments.csv', `${PAYMENTS}P-B1,B1,4500,captured\n`);
    const result = await audit(ORDERS + before, '--json', '--payments', payments);
    expect(statuses(result)).toMatchObject({ no_ghost_orders: 'pass', no_oversell: 'pass', money_balances: 'pass' });
    expect(found(result).notes).toContainEqual(expect.stringContaining('1 order placed before the run began'));
  });

  it('no order is left out when the times of the export cannot be those of the run', async () => {
    const result = await audit(ORDERS.replaceAll('T20:', 'T19:'), '--json');
    expect(statuses(result)).toMatchObject({ no_lost_orders: 'pass', no_ghost_orders: 'pass' });
    expect(found(result).notes).toContainEqual(expect.stringContaining('may be of another zone'));
  });

  it('says so when no buyer and no product is one of the run', async () => {
    const result = await audit(ORDERS.replaceAll('fans-', 'x').replaceAll('mug', 'MUG'), '--json');
    expect(result.code).toBe(120);
    expect(found(result).notes).toEqual(
      expect.arrayContaining([
        expect.stringContaining('the export says "x1", the run has buyers such as "fans-1"'),
        expect.stringContaining('the export says "MUG", the run has products such as "mug"'),
      ]),
    );
  });
});

describe('what cannot be audited', () => {
  it('names every problem of all files, and no stack', async () => {
    const { code, stdout, stderr } = await audit(ORDERS.replace('fans-2', ''), '--stock', 'none.csv');
    expect(code).toBe(104);
    expect(stdout).toBe('');
    expect(stderr).toContain('orders.csv:3  orders.buyer: "buyer" is empty');
    expect(stderr).toContain('none.csv  there is no such file');
    expect(stderr).toContain('[BOOKS_INVALID]');
    expect(stderr).not.toContain('    at ');
  });

  it('needs the results of a run', async () => {
    const { code, stderr } = await runCli(['audit', rig.dir, '--orders', rig.write('orders.csv', ORDERS)]);
    expect(code).toBe(104);
    expect(stderr).toContain('[HISTORY_UNREADABLE]');
  });

  it('knows the checks that may be waived', async () => {
    const { code, stderr } = await audit(ORDERS, '--waive', 'no_double_charges,holds_resolved');
    expect(code).toBe(104);
    expect(stderr).toContain('there is no check "no_double_charges", did you mean "no_double_charge"?');
  });

  it.each([
    [['--exported-at', 'soon'], 'Expected a time'],
    [['--money', 'cents'], 'minor, major'],
    [['--map', 'orders.buyr=x'], 'did you mean "orders.buyer"?'],
  ])('refuses %s', async (options, said) => {
    const { code, stderr } = await audit(ORDERS, ...options);
    expect(code).toBe(104);
    expect(stderr).toContain(said);
  });

  it('a waived check that fails is a violation all the same', async () => {
    const { code } = await auditAll(ORDERS.replace(/A2.*\n/, ''), '--waive', 'no_lost_orders');
    expect(code).toBe(120);
  });
});

it('says that a history is partial, and does not pass what it cannot know', async () => {
  const { host, 'worker-0': worker } = wholeHistory();
  const killed = auditRig({
    host: [...host, { e: 'died', shard: 0, how: 'SIGKILL' }],
    'worker-0': worker.slice(0, -4),
  });
  try {
    const orders = killed.write('orders.csv', ORDERS);
    const result = await runCli(['audit', killed.results, '--orders', orders, '--json']);
    expect(result.code).toBe(99);
    expect(statuses(result)).toMatchObject({ no_lost_orders: 'unknown', no_oversell: 'pass' });
    expect(found(result).notes[0]).toContain('The history is partial: that of worker 0 of 1 ends at 3.');
  } finally {
    killed.end();
  }
});

it('says how far a long reading has come', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const progress = new ReadingProgress(
    (line) => void lines.push(line),
    () => nowMs,
  );
  for (nowMs = 0; nowMs <= 10_000; nowMs += 500) progress.update('orders.csv', nowMs * 1000, 20_000_000);
  expect(lines).toEqual(['reading orders.csv: 10 % of 20 MB', 'reading orders.csv: 35 % of 20 MB']);
});
