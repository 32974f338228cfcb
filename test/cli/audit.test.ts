import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit, type Audited, type AuditResult } from '../../bin/audit/audit.ts';
import type { AuditCommandOptions } from '../../bin/audit/command-options.ts';
import { ReadingProgress } from '../../bin/audit/progress.ts';
import { renderAudit } from '../../bin/audit/show.ts';
import { createProgram } from '../../bin/program.ts';
import type { HistoryEvent } from '../../sim/ledger/events.ts';
import { checkHistory } from '../../sim/run/ledger.ts';
import {
  auditRig,
  DEFAULTS,
  errorOf,
  ORDERS,
  PAYMENTS,
  statuses,
  STOCK,
  wholeHistory,
  type AuditRig,
} from './audit-rig.ts';
import { runCli } from './run-cli.ts';

let rig: AuditRig;
beforeAll(() => void (rig = auditRig()));
afterAll(() => rig.end());

const NO_HOLDS = ['holds_resolved', 'keys_kept'];

function auditOrders(orders: string, options: Partial<AuditCommandOptions> = {}): Promise<Audited> {
  return audit(rig.results, { ...DEFAULTS, orders: rig.write('orders.csv', orders), ...options });
}

function auditAll(orders: string, options: Partial<AuditCommandOptions> = {}): Promise<Audited> {
  const stock = rig.write('stock.csv', STOCK);
  const payments = rig.write('payments.csv', PAYMENTS);
  return auditOrders(orders, { stock, payments, waive: NO_HOLDS, ...options });
}

function shown({ result, ...audited }: Audited): string {
  return renderAudit(result, { ...audited, color: false, width: 200 });
}

/** With all that it prints, in a process of its own. */
function auditCli(orders: string, ...options: readonly string[]): ReturnType<typeof runCli> {
  return runCli(['audit', rig.results, '--orders', rig.write('orders.csv', orders), ...options]);
}

describe('an audit', () => {
  it('passes when the books say what buyers were told', async () => {
    const audited = await auditAll(ORDERS);
    expect(audited.exitCode).toBe(0);
    expect(shown(audited)).toContain('✓ PASSED  run run-1 against shop');
    expect(shown(audited)).toContain('no_lost_orders');
    expect(shown(audited)).toContain('holds_resolved is unknown, and that is accepted (--waive).');
  });

  it('finds an order that was lost, and one that nobody was told of', async () => {
    const audited = await auditAll(ORDERS.replace('A2,fans-2,mug', 'A9,fans-1,mug'));
    expect(audited.exitCode).toBe(120);
    expect(statuses(audited)).toMatchObject({ no_lost_orders: 'fail', no_ghost_orders: 'fail', no_oversell: 'pass' });
    const lost = audited.result.invariants.find(({ id }) => id === 'no_lost_orders');
    expect(lost).toMatchObject({ violations: 1, evidence: [expect.stringContaining('A2 of fans-2')] });
    expect(lost?.cases[0].timeline.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('is told of the pay'),
    );
    expect(shown(audited)).toContain('✗ VIOLATED');
    expect(shown(audited)).toContain('A2 of fans-2');
  });

  it('finds units that were sold and never there', async () => {
    const many = Array.from({ length: 9 }, (_, i) => `B${i},other-${i},mug,1,500,paid,2026-11-27T20:00:05Z\n`).join('');
    const audited = await auditOrders(ORDERS + many);
    expect(statuses(audited).no_oversell).toBe('fail');
    expect(audited.exitCode).toBe(120);
  });

  it('says which option would make an unknown check known, and unknown is no pass', async () => {
    const audited = await auditOrders(ORDERS);
    expect(audited.exitCode).toBe(99);
    const details = Object.fromEntries(audited.result.invariants.map(({ id, detail }) => [id, detail]));
    expect(details.no_double_charge).toMatch(/list of payments\. It can be known with --payments\.$/);
    expect(details.stock_conserved).toMatch(/with --stock\.$/);
    expect(details.holds_resolved).toMatch(/with --reservations and --exported-at\.$/);
    expect(shown(audited)).toContain('? UNKNOWN');
  });

  it('names the movements of stock for a refusal that only they can explain', async () => {
    const { host, 'worker-0': worker } = wholeHistory();
    const step = { p: 'fans-4/1', s: 'cart', a: 0 } as const;
    const refused: HistoryEvent[] = [
      { e: 'sent', at: 9000, v: 'fans-4', x: 'mug', k: 'fans-4/1/cart', u: 1, ...step },
      { e: 'told', at: 9050, o: 'rejected', c: 'sold_out', h: 409, ...step },
    ];
    const sold = auditRig({ host, 'worker-0': [...worker.slice(0, -1), ...refused, ...worker.slice(-1)] });
    try {
      const { result } = await audit(sold.results, { ...DEFAULTS, orders: sold.write('orders.csv', ORDERS) });
      const undersell = result.invariants.find(({ id }) => id === 'no_undersell');
      expect(undersell?.status).toBe('unknown');
      expect(undersell?.detail).toMatch(/It can be known with --movements\.$/);
    } finally {
      sold.end();
    }
  });

  it('judges holds by the time of the export', async () => {
    const header = 'id,buyer,product,units,expires,status';
    const reservations = rig.write('holds.csv', `${header}\nR1,fans-1,mug,1,2026-11-27T20:00:31Z,held\n`);
    const at = async (exportedAt: string): Promise<string | undefined> =>
      statuses(await auditOrders(ORDERS, { reservations, exportedAt: Date.parse(exportedAt) })).holds_resolved;
    // Nothing can be said before it has ended.
    expect(await at('2026-11-27T20:00:32Z')).toBeUndefined();
    expect(await at('2026-11-27T21:00:00Z')).toBe('fail');
  });

  it('reads amounts in the currency of the run', async () => {
    const audited = await auditOrders(ORDERS.replaceAll('500', '5.00'), { money: 'major' });
    expect(statuses(audited).price_kept).toBe('pass');
  });

  it('calls a waived check that fails a violation all the same', async () => {
    const audited = await auditAll(ORDERS.replace(/A2.*\n/, ''), { waive: [...NO_HOLDS, 'no_lost_orders'] });
    expect(audited.exitCode).toBe(120);
  });

  it('says that a history is partial, and does not pass what it cannot know', async () => {
    const { host, 'worker-0': worker } = wholeHistory();
    const died = { e: 'died', shard: 0, how: 'SIGKILL' } as const;
    const killed = auditRig({ host: [...host, died], 'worker-0': worker.slice(0, -4) });
    try {
      const audited = await audit(killed.results, { ...DEFAULTS, orders: killed.write('orders.csv', ORDERS) });
      expect(audited.exitCode).toBe(99);
      expect(statuses(audited)).toMatchObject({ no_lost_orders: 'unknown', no_oversell: 'pass' });
      expect(audited.result.notes[0]).toContain('The history is partial: that of worker 0 of 1 ends at 3.');
    } finally {
      killed.end();
    }
  });
});

it('of a host whose history has a gap nothing is judged, as after the run', async () => {
  const { host, ...workers } = wholeHistory();
  const gap = auditRig({ host: [...host.slice(0, -1), { e: 'end', at: 60_000, lost: 3 }], ...workers });
  try {
    const many = Array.from({ length: 9 }, (_, i) => `B${i},other-${i},mug,1,500,paid,2026-11-27T20:00:05Z\n`).join('');
    const audited = await audit(gap.results, { ...DEFAULTS, orders: gap.write('orders.csv', ORDERS + many) });
    const afterRun = await checkHistory(path.join(gap.results, 'history'), null);
    expect(audited.exitCode).toBe(99);
    expect(audited.result.invariants).toEqual(afterRun.invariants);
    expect(audited.result.incidents).toEqual(afterRun.incidents);
    expect(new Set(Object.values(statuses(audited)))).toEqual(new Set(['unknown']));
  } finally {
    gap.end();
  }
});

describe('whose orders they are', () => {
  const STRANGER = 'B1,somebody,mug,1,500,paid,2026-11-27T20:00:09Z\n';

  it('those of strangers are somebody else’s, and counted', async () => {
    const audited = await auditOrders(ORDERS + STRANGER);
    expect(statuses(audited).no_ghost_orders).toBe('pass');
    expect(audited.result.notes).toContainEqual(expect.stringMatching(/^1 order of buyers whom the run does not know/));
  });

  it('with --exclusive they are ghosts', async () => {
    const audited = await auditOrders(ORDERS + STRANGER, { exclusive: true });
    expect(statuses(audited).no_ghost_orders).toBe('fail');
    expect(audited.exitCode).toBe(120);
  });

  it('those from before the run are left out, with their payments', async () => {
    const before = 'B1,fans-1,mug,9,4500,paid,2026-11-26T20:00:00Z\n';
    const payments = rig.write('payments.csv', `${PAYMENTS}P-B1,B1,4500,captured\n`);
    const audited = await auditOrders(ORDERS + before, { payments });
    expect(statuses(audited)).toMatchObject({ no_ghost_orders: 'pass', no_oversell: 'pass', money_balances: 'pass' });
    expect(audited.result.notes).toContainEqual(expect.stringContaining('1 order placed before the run began'));
  });

  it('no order is left out when the times of the export cannot be those of the run', async () => {
    const audited = await auditOrders(ORDERS.replaceAll('T20:', 'T19:'));
    expect(statuses(audited)).toMatchObject({ no_lost_orders: 'pass', no_ghost_orders: 'pass' });
    expect(audited.result.notes).toContainEqual(expect.stringContaining('may be of another zone'));
  });

  it('says so when no buyer and no product is one of the run', async () => {
    const { exitCode, result } = await auditOrders(ORDERS.replaceAll('fans-', 'x').replaceAll('mug', 'MUG'));
    expect(exitCode).toBe(120);
    expect(result.notes).toEqual(
      expect.arrayContaining([
        expect.stringContaining('the export says "x1", the run has buyers such as "fans-1"'),
        expect.stringContaining('the export says "MUG", the run has products such as "mug"'),
      ]),
    );
  });
});

describe('flashcrowd audit', () => {
  it('prints what it found as JSON, writes it to a file, and ends with the code of the verdict', async () => {
    const file = path.join(rig.dir, 'audit.json');
    const { code, stdout, stderr } = await auditCli(ORDERS.replace('A2,', 'A9,'), '--json', '--out', file);
    expect(stderr).toBe('');
    expect(code).toBe(120);
    const written = JSON.parse(readFileSync(file, 'utf8')) as AuditResult;
    expect(written).toEqual(JSON.parse(stdout));
    expect(Object.keys(written)).toEqual(['invariants', 'incidents', 'notes']);
  });

  it('takes a list of checks to waive', async () => {
    const ids = 'stock_conserved,no_double_charge, money_balances';
    const { code, stdout } = await auditCli(ORDERS, '--waive', ids, '--waive', NO_HOLDS.join(','));
    expect(stdout).toContain('✓ PASSED');
    expect(code).toBe(0);
  });

  it('names every problem of all files, and no stack', async () => {
    const { code, stdout, stderr } = await auditCli(ORDERS.replace('fans-2', ''), '--stock', 'none.csv');
    expect(code).toBe(104);
    expect(stdout).toBe('');
    expect(stderr).toContain('orders.csv:3  orders.buyer: "buyer" is empty');
    expect(stderr).toContain('none.csv  there is no such file');
    expect(stderr).toContain('[BOOKS_INVALID]');
    expect(stderr).not.toContain('    at ');
  });

  it('says that a file cannot be written', async () => {
    const { code, stderr } = await auditCli(ORDERS, '--out', path.join(rig.dir, 'none', 'audit.json'));
    expect(code).toBe(104);
    expect(stderr).toContain('[OUTPUT_NOT_WRITABLE]');
  });

  it.each([
    [['--exported-at', 'soon'], 'Expected a time'],
    [['--money', 'cents'], 'minor, major'],
  ])('refuses %s', async (options, said) => {
    const words = ['audit', rig.results, '--orders', 'orders.csv', ...options];
    await expect(createProgram().parseAsync(words, { from: 'user' })).rejects.toThrow(said);
  });
});

it('needs the results of a run', async () => {
  const orders = rig.write('orders.csv', ORDERS);
  expect(await errorOf(audit(rig.dir, { ...DEFAULTS, orders }))).toMatchObject({ code: 'HISTORY_UNREADABLE' });
});

it('knows the checks that may be waived', async () => {
  const error = await errorOf(auditOrders(ORDERS, { waive: ['no_double_charges', 'holds_resolved', 'x'] }));
  expect(error.code).toBe('BAD_USAGE');
  expect(error.problems).toEqual([
    expect.objectContaining({
      message: 'there is no check "no_double_charges"',
      hint: 'did you mean "no_double_charge"?',
    }),
    expect.objectContaining({ expected: expect.stringContaining('no_oversell, ') }),
  ]);
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
