import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BooksAnswer } from '../../server-stub/protocol.ts';
import type { RunResult } from '../../sim/result.ts';
import { Run, serve } from './command.ts';
import { counterOf, expectComplete, expectSound, idsOf, productFunnels } from './result-shape.ts';

const WINDOW = ['--from', '20s', '--for', '7s'];

function expectSoldOut(result: RunResult): void {
  const drop = result.cues.find((cue) => cue.kind === 'drop')!;
  expect(drop.soldOutMs).toBeGreaterThan(drop.plannedMs);
  expect(result.series.stockLeft.serum).toContain(0);
  expect(counterOf(result, 'sold_out_seen')).toBeGreaterThan(0);
  expect(result.funnels.find((funnel) => funnel.productId === 'serum')!.lost.soldOut).toBeGreaterThan(0);
}

function expectBooksAgree(result: RunResult): void {
  for (const { productId, soldUnits, leftUnits, stockedUnits, toldSoldUnits, toldUnknownUnits } of result.books) {
    expect(soldUnits, `${productId} sold`).toBe(toldSoldUnits);
    expect(toldUnknownUnits).toBe(0);
    expect(soldUnits! + leftUnits!).toBeLessThanOrEqual(stockedUnits);
  }
  expect(counterOf(result, 'orders')).toBeGreaterThan(0);
  expect(result.invariants.map(({ id }) => id)).toContain('no_oversell');
  expect(idsOf(result, 'fail', 'unknown')).toEqual([]);
  expect(counterOf(result, 'oversold_units')).toBe(0);
}

describe('a whole run', () => {
  it('against the embedded stub: passed, complete, true to the books; --json prints just the result', async () => {
    const run = Run.start('rush.yaml', [...WINDOW, '--json']);
    const { code, stdout, stderr } = await run.ended;
    expect(stderr).toMatch(/draining[^]*auditing/);
    expect(code, stderr).toBe(0);
    const result = run.result();
    expect(JSON.parse(stdout)).toEqual(result);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expectSound(result);
    expectComplete(result);
    expectSoldOut(result);
    expectBooksAgree(result);
    expect(result.verdict).toEqual({ status: 'passed', exitCode: 0, reasons: [] });
    expect(result.target).toMatchObject({ name: 'stub', embedded: true });
    expect(readFileSync(path.join(run.dir, 'report.html'), 'utf8')).toContain('Rush: ten units');
    const log = readFileSync(path.join(run.dir, 'run.log'), 'utf8').trim().split('\n');
    const messages = log.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toContain('the crowd has connected');
    expect(messages.filter((message) => message === 'cue given')).toHaveLength(result.cues.length);
  });

  it('against a served stub: what /admin/books says is what the viewers were told, to the unit and the cent', async () => {
    const { url, token } = await serve();
    const run = Run.start('rush.yaml', [...WINDOW, '--target', url, '--workers', '2'], {
      env: { FLASHCROWD_ADMIN_TOKEN: token },
    });
    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('PASSED');
    const result = run.result();
    expectSound(result);
    expectComplete(result);
    expectSoldOut(result);
    expectBooksAgree(result);
    expect(result.target).toMatchObject({ url, embedded: false });

    const books = (await (
      await fetch(`${url}/admin/books`, { headers: { 'x-admin-token': token } })
    ).json()) as BooksAnswer;
    for (const funnel of productFunnels(result)) {
      const paid = books.orders.filter((order) => order.product === funnel.productId && order.status === 'paid');
      expect(paid.length).toBe(funnel.paid);
      expect(paid.reduce((units, order) => units + order.units, 0)).toBe(funnel.unitsSold);
      expect(paid.reduce((amountMinor, order) => amountMinor + order.amountMinor, 0)).toBe(funnel.gmvMinor);
    }
    const captured = books.payments.filter((payment) => payment.status === 'captured');
    expect(captured.length).toBe(counterOf(result, 'orders'));
    const messages = books.rooms.reduce((total, room) => total + room.messages, 0);
    expect(messages).toBe(counterOf(result, 'chat_sent') - counterOf(result, 'chat_rejected'));
    expect(messages).toBeGreaterThan(0);
  });
});
