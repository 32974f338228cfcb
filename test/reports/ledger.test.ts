import { describe, expect, it } from 'vitest';
import { renderLedger } from '../../reports/console/invariants.ts';
import { cut } from '../../reports/console/text.ts';
import { renderHtml } from '../../reports/html/page.ts';
import { exactClock, sortChecks, voiceOf } from '../../reports/ledger.ts';
import { EVIDENCE_AT_MOST } from '../../sim/ledger/check.ts';
import { CHECKERS, INCIDENTS } from '../../sim/ledger/checkers.ts';
import { purchaseCase } from '../../sim/ledger/evidence.ts';
import { brokenInvariants, keptInvariants, noIncidents, someIncidents } from '../fixtures/sample-ledger.ts';
import { sampleResult, uncheckedResult, violatedResult } from '../fixtures/sample-result.ts';
import { booksOfBuyers, historyOf, purchase, timedOut } from '../ledger/rig.ts';
import { sectionOf, visibleText } from './page-text.ts';

const PLAIN = { color: false, width: 100 };
const NO_MOVEMENTS = 'The books have no list of movements.';

/** The lines below the title of the invariants, up to the next block. */
function tableOf(text: string): string[] {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith('  invariants')) + 1;
  return lines.slice(from, lines.indexOf('', from));
}

describe('the ledger in the terminal', () => {
  it('shows what failed with its evidence and one timeline below the table, then what is unknown and why', () => {
    const lines = renderLedger({ invariants: brokenInvariants(), incidents: noIncidents() }, PLAIN).split('\n');
    const at = (line: string): number => {
      expect(lines).toContain(line);
      return lines.indexOf(line);
    };
    const inOrder = [
      at('  invariants: 3 failed, 2 unknown of 18 invariants'),
      at('    ✓ cues_delivered     0  7483 of 7483 cues seen'),
      at('    ✗ no_oversell: Units sold never exceed stock  3 violations'),
      at('      found      53 units sold of 50 on offer and 1250 in stock, 3 too many.'),
      at('      acceptable 0 to 50 units sold'),
      at('      - serum: 53 units in paid orders, 50 ever on offer, 3 too many'),
      at('    ✗ no_double_charge: Nobody is charged twice for one purchase  2 violations'),
      at('      │ o-31 of followers-812 (serum)'),
      at('      │ 0:15:03.133  books: payment p-40 for o-31, 29.00; in the end captured'),
      at('    ✗ no_lost_orders: Every order that a buyer was told is paid is in the books  1 violation'),
      at('    ? 2 invariants could not be checked'),
      at(`      ${NO_MOVEMENTS}`),
      at('      no_undersell, stock_never_rises'),
    ];
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    expect(lines.filter((line) => line.includes('│ o-'))).toHaveLength(1);
  });

  it('has a table of all invariants in their order: mark, id, violations, and what would be acceptable', () => {
    const [oversold, ...rest] = brokenInvariants();
    const invariants = [{ ...oversold, violations: 1204 }, ...rest];
    expect(tableOf(renderLedger({ invariants, incidents: [] }, PLAIN))).toEqual([
      '                    violations  acceptable',
      '    ✗ no_oversell        1,204  0 to 50 units sold',
      '    ? no_undersell           –  no refusal while units were on the shelf for its whole time',
      '    ✓ stock_conserved        0  1250 units stocked are sold, left or held',
      '    ? stock_never_rises      –  between two figures no rise above what came back',
      ...invariants.slice(4).map(({ id }) => expect.stringMatching(`^    [✓✗] ${id} +\\d  `) as string),
    ]);
  });

  it('keeps ids and counts whole in a narrow terminal, and says of what is cut that it is', () => {
    const [heading, ...rows] = tableOf(
      renderLedger({ invariants: keptInvariants(), incidents: [] }, { ...PLAIN, width: 60 }),
    );
    const column = heading.indexOf('acceptable');
    expect(rows).toHaveLength(18);
    for (const [index, { id, acceptable }] of keptInvariants().entries()) {
      expect(rows[index].slice(0, column)).toMatch(new RegExp(`^    ✓ ${id} +0  $`));
      expect(rows[index].slice(column)).toBe(cut(acceptable, 60 - column));
    }
    expect(rows.join('')).toContain('…');
  });

  it('shows nothing but the table when all holds and no incident was seen', () => {
    const text = renderLedger({ invariants: keptInvariants(), incidents: noIncidents() }, PLAIN);
    expect(text).toContain('\n  invariants: all 18 invariants hold\n');
    expect(text.trim().split('\n')).toHaveLength(2 + 18);
  });

  it('has no table when nothing was checked', () => {
    expect(renderLedger({ invariants: [], incidents: [] }, PLAIN).trim()).toBe('');
  });

  it('gives one that is unknown by itself its reason, and a dash where no acceptable set is known', () => {
    const invariants = keptInvariants().map((check) =>
      check.id === 'keys_kept'
        ? { ...check, status: 'unknown' as const, violations: null, acceptable: '', detail: NO_MOVEMENTS }
        : check,
    );
    const text = renderLedger({ invariants, incidents: [] }, PLAIN);
    expect(tableOf(text)).toContain('    ? keys_kept          –  –');
    expect(text).toContain(`  unknown\n    ? keys_kept: One idempotency key, one effect\n      ${NO_MOVEMENTS}\n`);
  });

  it('gives each incident that was seen a line, and names those that nobody knows of', () => {
    const text = renderLedger({ invariants: keptInvariants(), incidents: someIncidents() }, PLAIN);
    expect(text).toMatch(
      /\n {4}! 214 Server errors {5}214 of 1204 answers .*\n {4}! {3}1 Mass disconnects {2}1 moment/,
    );
    expect(text).toContain('not known: lost_answers');
    expect(text).not.toContain('Slow answers');
  });

  it('shows the last moments of a long timeline and the first lines of much evidence', () => {
    const [oversold, ...rest] = brokenInvariants();
    const timeline = Array.from({ length: 30 }, (_unused, index) => ({ atMs: index, text: `moment ${index}` }));
    const evidence = Array.from({ length: EVIDENCE_AT_MOST }, (_unused, index) => `line ${index}`);
    const long = { ...oversold, evidence, cases: [{ title: 'one', timeline }] };
    const text = renderLedger({ invariants: [long, ...rest], incidents: [] }, PLAIN);
    expect(text).toMatch(/│ one\n {6}│ after 18 others:\n {6}│ 0:00:00.018 {2}moment 18\n/);
    expect(text).toContain('moment 29\n');
    expect(text).toContain('- line 2\n      - and 17 lines more in the report');
    expect(text).not.toContain('followers-812 sends');
  });
});

describe('the ledger on the page', () => {
  const page = renderHtml(violatedResult());
  const invariants = sectionOf(page, 'invariants');

  it('has what failed first, what is unknown next and what holds last, each with its acceptable set', () => {
    const classes = [...invariants.matchAll(/<tr class="(failed|open|kept)"/g)].map((match) => match[1]);
    expect(classes).toEqual(['failed', 'failed', 'failed', 'open', ...Array<string>(13).fill('kept')]);
    const text = visibleText(invariants);
    for (const { id, title, detail } of violatedResult().invariants) {
      expect(text).toContain(`${title} ${id}`);
      expect(text).toContain(detail);
    }
    const judged = violatedResult().invariants.filter(({ status }) => status !== 'unknown');
    for (const { acceptable } of judged) expect(text).toContain(acceptable);
  });

  it('says once why several are unknown', () => {
    const unchecked = visibleText(sectionOf(renderHtml(uncheckedResult()), 'invariants'));
    expect(unchecked.match(/no books that could be read/g)).toHaveLength(1);
    expect(unchecked).toContain('14 invariants');
    expect(unchecked).toContain('orders_private');
  });

  it('opens the evidence of the first failure alone, and has a timeline for each of its cases', () => {
    const text = visibleText(invariants);
    const folds = [...invariants.matchAll(/<details class="evidence"\s*(open)?>\s*<summary>(.*?)</g)];
    expect(folds.map(([, open, summary]) => [summary, open === 'open'])).toEqual([
      ['Evidence (1)', true],
      ['Evidence (2, 2 timelines)', false],
      ['o-31 of followers-812 (serum)', true],
      ['o-17 of feed-91 (serum)', false],
      ['Evidence (1, 1 timeline)', false],
      ['o-38 of feed-2044', true],
    ]);
    expect(text).toContain('Evidence (2, 2 timelines) o-31 of followers-812: charged 2 times');
    expect(invariants).toMatch(
      /<li class="books"><span class="clock-at">0:15:03.133<\/span> <span>books: payment p-40/,
    );
    expect(invariants).toContain('<li class="asks"><span class="clock-at">0:15:03.102</span>');
    expect(text).toContain('no time books: o-38');
    expect(invariants.match(/<details/g)).toHaveLength(invariants.match(/<\/details>/g)?.length ?? 0);
  });

  it('says when there is more evidence than a result holds', () => {
    const evidence = Array.from({ length: EVIDENCE_AT_MOST }, (_unused, index) => `line ${index}`);
    const check = { ...brokenInvariants()[0], evidence, violations: 812 };
    const text = visibleText(sectionOf(renderHtml(sampleResult({ invariants: [check] })), 'invariants'));
    expect(text).toContain(`Evidence (the first ${EVIDENCE_AT_MOST})`);
    expect(text).toContain('812');
  });

  it('has a row for each incident that was seen and a line for the others', () => {
    const incidents = sectionOf(page, 'incidents');
    const text = visibleText(incidents);
    expect(incidents.match(/<th scope="row"/g)).toHaveLength(2);
    expect(text).toContain('None of: Slow answers, Refusals with a status of success, Chat late for some.');
    expect(text).toContain('Not known: Payments without an answer. The books have no list of payments.');
    const quiet = sectionOf(renderHtml(sampleResult()), 'incidents');
    expect(quiet).not.toContain('<table');
    expect(visibleText(quiet)).toContain('None of: Server errors, Slow answers');
  });
});

describe('the words of the ledger', () => {
  it('group what is unknown for one reason, in the order in which it came', () => {
    const [first, second, third] = keptInvariants();
    const unknown = [first, second, third].map((check, index) => {
      return { ...check, status: 'unknown' as const, detail: index === 1 ? 'B.' : 'A.' };
    });
    const groups = sortChecks(unknown).unknown.map(({ detail, checks }) => [detail, checks.map(({ id }) => id)]);
    expect(groups).toEqual([
      ['A.', [first.id, third.id]],
      ['B.', [second.id]],
    ]);
  });

  it('tell who speaks in every line that the evidence writes', () => {
    const bought = purchase('ann').cart().checkout(timedOut()).checkout().pay('unanswered');
    const history = historyOf({ purchases: [bought] });
    const { timeline } = purchaseCase(history, booksOfBuyers('ann'), 'ann', bought);
    const voices = timeline.map((moment) => voiceOf(moment));
    expect(voices).not.toContain('other');
    expect(voices.filter((voice) => voice === 'asks')).toHaveLength(4);
    expect(voices.filter((voice) => voice === 'answer')).toHaveLength(4);
    expect(voices.filter((voice) => voice === 'books')).toHaveLength(2);
    expect(voiceOf({ atMs: 0, text: 'viewers are shown 3 left' })).toBe('other');
  });

  it.each([
    [901_204, '0:15:01.204'],
    [903_140.7, '0:15:03.141'],
    [59_999.7, '0:01:00.000'],
    [-1500, '-0:00:01.500'],
    [-40, '-0:00:00.040'],
    [null, '–'],
  ])('write %s as %s', (atMs, text) => {
    expect(exactClock(atMs)).toBe(text);
  });
});

it('the sample has every invariant and every incident of the registries, in their order', () => {
  expect(keptInvariants().map(({ id }) => id)).toEqual(CHECKERS.map(({ id }) => id));
  expect(noIncidents().map(({ id }) => id)).toEqual(INCIDENTS.map(({ id }) => id));
});
