import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { BooksAnswer, FaultsAnswer } from '../../server-stub/protocol.ts';
import { BAD_DAY, brokenByHand, playAgainst, readBooks, WINDOW, type Shop } from './bad-day.ts';
import { Run, scenarioFile, serve, temporaryFolder } from './command.ts';
import { idsOf } from './result-shape.ts';

/** What a scenario and a command line ask a shop to do wrong: it does so while the run lasts, it is found out, and then the shop is well. */

/** Amounts that a cart of the event can promise, in cents: two units, at the prices of the show, with the coupon and without. */
const PROMISED_MINOR: Readonly<Record<string, readonly number[]>> = {
  serum: [5800],
  mask: [3000, 2700, 2400, 2160],
};
/** Half of the crowd and of the stock, and only until all have bought. */
const SMALL = ['--scale', '0.5', '--for', '10s'];
const SOON = { timeout: 20_000, interval: 50 };

/** The event of the bench, with these faults in its scenario; as `Run.start` takes it. */
function badDayWith(faults: Readonly<Record<string, string>>): string {
  const file = path.join(temporaryFolder(), 'event.yaml');
  writeFileSync(file, `${readFileSync(scenarioFile(BAD_DAY), 'utf8')}\n${stringify({ faults })}`);
  return path.relative(scenarioFile('.'), file);
}

async function faultsOf({ url, token }: Shop): Promise<FaultsAnswer['faults']> {
  const answer = await fetch(`${url}/admin/faults`, { headers: { 'x-admin-token': token } });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as FaultsAnswer).faults;
}

async function ratesOf(shop: Shop): Promise<Record<string, number>> {
  return Object.fromEntries((await faultsOf(shop)).map(({ name, rate }) => [name, rate]));
}

/** Faults that have harmed somebody, by name. */
async function harmOf(shop: Shop): Promise<string[]> {
  const faults = await faultsOf(shop);
  return faults.flatMap(({ name, count }) => (count > 0 ? [name] : [])).toSorted();
}

/** Orders that were made out for what no cart promised. */
function madeOutWrongly({ orders }: BooksAnswer): BooksAnswer['orders'] {
  return orders.filter(({ product, amountMinor }) => !PROMISED_MINOR[product].includes(amountMinor));
}

/** As one line: the terminal breaks lines where they end. */
const unbroken = (printed: string): string => printed.replaceAll(/\s+/g, ' ');

describe('faults of one run', () => {
  it('one by the scenario and one by a flag: both are on, found, and told of; afterwards the shop has none', async () => {
    const shop = await serve();
    const scenario = badDayWith({ confirmed_not_saved: '20%' });
    const target = ['--target', shop.url, '--admin-token', shop.token];
    const run = Run.start(scenario, [...WINDOW, ...SMALL, ...target, '--fault', 'wrong_price=0.2']);
    await run.printed(/ running /);
    const rates = { confirmed_not_saved: 0.2, wrong_price: 0.2 };
    expect(await ratesOf(shop)).toEqual(rates);
    await expect.poll(() => harmOf(shop), SOON).toEqual(Object.keys(rates));

    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(120);
    const result = run.result();
    expect(idsOf(result, 'fail'), stdout).toEqual(['no_lost_orders', 'price_kept']);
    expect(idsOf(result, 'unknown'), stdout).toEqual([]);
    expect(await faultsOf(shop)).toEqual([]);

    // Neither is a false alarm.
    const books = await readBooks(shop);
    expect(brokenByHand(run.dir, books)).toContain('no_lost_orders');
    expect(madeOutWrongly(books)).not.toEqual([]);

    expect(result.run.faults).toEqual(rates);
    const note = 'The shop was made to break on purpose: confirmed_not_saved (20 %), wrong_price (20 %).';
    expect(result.notes).toContain(note);
    expect(readFileSync(path.join(run.dir, 'report.html'), 'utf8')).toContain(note);
    expect(unbroken(stdout)).toContain('broken on purpose: confirmed_not_saved, wrong_price');
    // Who plays it again breaks the shop again.
    expect(stdout).toContain(' --fault confirmed_not_saved=0.2 --fault wrong_price=0.2');
  });

  it('a flag comes before the scenario: of the two rates of one fault, the shop has that of the flag', async () => {
    const scenario = badDayWith({ confirmed_not_saved: '100%' });
    const run = Run.start(scenario, [...WINDOW, ...SMALL, '--fault', 'confirmed_not_saved=20%']);
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(120);
    const result = run.result();
    expect(result.run.faults).toEqual({ confirmed_not_saved: 0.2 });
    expect(idsOf(result, 'fail'), stdout).toEqual(['no_lost_orders']);
    // At the rate of the scenario no payment would have been saved.
    const { books } = result;
    const saved = books.reduce((units, { soldUnits }) => units + soldUnits!, 0);
    const told = books.reduce((units, { toldSoldUnits }) => units + toldSoldUnits, 0);
    expect(saved).toBeGreaterThan(told / 4);
    expect(saved).toBeLessThan(told);
  });

  it('a run that is stopped mends the shop, too, and also of what the shop was started with', async () => {
    const shop = await serve('--fault', 'chat_delayed');
    // An incident at most: nothing that the verdict would have to say first.
    const run = playAgainst(shop, '--fault', 'slow_answers');
    await run.printed(/ running /);
    // The list of the run is the whole list, and without a rate it is the usual one.
    expect(await ratesOf(shop)).toEqual({ slow_answers: 0.02 });
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(105);
    expect(run.result().run.faults).toEqual({ slow_answers: null });
    expect(await faultsOf(shop)).toEqual([]);
  });

  it('a run that names none leaves the shop the faults that it was started with', async () => {
    const shop = await serve('--fault', 'slow_answers=5%');
    const run = playAgainst(shop);
    await run.printed(/ running /);
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(105);
    expect(run.result().run.faults).toEqual({});
    expect(await ratesOf(shop)).toEqual({ slow_answers: 0.05 });
  });
});
