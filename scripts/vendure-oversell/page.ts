import { exactClock } from '../../reports/ledger.ts';
import type { InvariantResult, RunResult } from '../../sim/result.ts';
import { table } from '../markdown.ts';

/** The same scenario against two shops. */
export interface Proof {
  readonly asItIs: RunResult;
  readonly withLock: RunResult;
}

const NOTICE = '<!-- Written by `npm run proof:vendure`. Do not edit: run it again. -->';

const ABOUT = `Vendure 3.7.3 on PostgreSQL sells more than it has when buyers come at the same time, and its own counters do not know of it. This page is the
proof, and shows what flashcrowd says of it. The shop is a real one, from npm, with nothing changed in it: [test/vendure/server.mjs](../test/vendure/server.mjs) starts it with
one product, one shipping method and the dummy payment that comes with it.`;

const WHY = `Vendure 3.7.3 looks at the stock when an order goes to \`ArrangingPayment\`, and takes the units when the payment is settled, without looking again. So everybody
who is at the till when the last unit goes still gets one. And it takes them by reading a counter, adding to it and writing it back, without a lock: of two that do so at
once, one is lost. The counter stays low, and the shop goes on selling. Its records of stock, one for each order, are all there: that is how the report can say
what the counter should be.

The makers know of it (vendurehq/vendure [#1738](https://github.com/vendurehq/vendure/issues/1738), [#3508](https://github.com/vendurehq/vendure/issues/3508)), and have merged
a change that takes a row lock ([#4930](https://github.com/vendurehq/vendure/pull/4930)), which 3.7.3 does not have.`;

const LOCK = `The second shop is the same but for [test/vendure/row-lock.mjs](../test/vendure/row-lock.mjs): before anything is charged it locks the rows of the stock, looks once more,
and keeps the lock until the payment's transaction has ended. Whoever comes too late is told that it is sold out.`;

const AGAIN = `\`npm run proof:vendure\` plays both and writes this page, in about six minutes. It needs what \`scripts/install-test-deps.sh\` installs: Vendure, PostgreSQL and Chromium.
[test/vendure/oversell.yaml](../test/vendure/oversell.yaml) is the scenario, [test/vendure/target.yaml](../test/vendure/target.yaml) the target file. How many are sold too many depends on how busy the
machine is: what is busy has more buyers at the till at once. Vendure, its database and the viewers shared this one, so the times say nothing about Vendure.`;

/** What it is about. */
const SHELF = ['no_oversell', 'stock_conserved'];

/** docs/vendure-oversell.md. `picture`: its path from there. */
export function oversellPage(proof: Proof, picture: string): string {
  const { asItIs, withLock } = proof;
  const { scenario, run, tool } = asItIs;
  const made = `Played on ${run.startedAt.slice(0, 10)} with flashcrowd ${tool.version} on ${tool.platform}, ${tool.cores} cores: ${scenario.about}`;
  return `${[
    NOTICE,
    '# Vendure sells more than it has',
    ABOUT,
    made,
    tableOf(proof),
    `![The report of the first run](${picture})`,
    '## Why',
    WHY,
    '## What the report says of the shop as it is',
    ...asItIs.invariants.filter(({ status }) => status === 'fail').map(evidenceOf),
    `The others: ${others(asItIs)}.`,
    '## What the report says of the shop with the lock',
    LOCK,
    `${SHELF.map((id) => `\`${id}\`: ${invariantOf(withLock, id).detail}`).join(' ')} The others: ${others(withLock, SHELF)}.`,
    '## Again',
    AGAIN,
  ].join('\n\n')}\n`;
}

function tableOf({ asItIs, withLock }: Proof): string {
  const row = (what: string, of: (result: RunResult) => string): string[] => [what, of(asItIs), of(withLock)];
  return table(
    ['', 'Vendure as it is', 'with the row lock'],
    [
      row('stock', (result) => `${shelfOf(result).stockedUnits}`),
      row(
        'buyers who came to the payment',
        (result) => `${result.funnels.reduce((sum, { checkedOut }) => sum + checkedOut, 0)}`,
      ),
      row('**sold: orders settled, by its list of orders**', (result) => `**${soldOf(result)}**`),
      row('sold, by its counters of stock', (result) => `${shelfOf(result).soldUnits}`),
      row('left, by its counters of stock', (result) => `${shelfOf(result).leftUnits}`),
      row('payments told to buyers as done', (result) => `${shelfOf(result).toldSoldUnits}`),
      row('`no_oversell`', (result) => `${invariantOf(result, 'no_oversell').status}`),
      row('verdict', ({ verdict }) => verdict.status),
      row('exit code', ({ verdict }) => `${verdict.exitCode}`),
    ],
  );
}

function shelfOf({ books }: RunResult): RunResult['books'][number] {
  return books[0];
}

/** By the checker, which counts the paid orders. */
function soldOf(result: RunResult): string {
  return /^\d+/.exec(invariantOf(result, 'no_oversell').detail)?.[0] ?? '';
}

function invariantOf({ invariants }: RunResult, id: string): InvariantResult {
  const found = invariants.find((invariant) => invariant.id === id);
  if (found === undefined) throw new Error(`no ${id} in the result`);
  return found;
}

function evidenceOf({ title, id, detail, acceptable, evidence, cases }: InvariantResult): string {
  const [first] = cases;
  const lines = first?.timeline.map(({ atMs, text }) => `${exactClock(atMs)}  ${text}`) ?? [];
  const timeline = lines.length === 0 ? [] : ['```text', first.title, ...lines, '```'];
  const found = [
    `**${title}** (\`${id}\`): ${detail} Acceptable: ${acceptable}.`,
    '',
    ...evidence.map((one) => `- ${one}`),
  ];
  return [...found, ...(timeline.length === 0 ? [] : ['', ...timeline])].join('\n');
}

/** Those that `named` does not name. */
function others({ invariants }: RunResult, named: readonly string[] = []): string {
  const of = (status: string): string[] =>
    invariants.filter((one) => one.status === status && !named.includes(one.id)).map(({ id }) => `\`${id}\``);
  const said = (words: string, ids: readonly string[]): string[] =>
    ids.length === 0 ? [] : [`${words} ${ids.join(', ')}`];
  return [...said('kept', of('pass')), ...said('not known', of('unknown'))].join('; ');
}
