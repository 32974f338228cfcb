import { expect, it } from 'vitest';
import type { Checker, IncidentWatch } from '../../sim/ledger/check.ts';
import { checkAll, CHECKERS, INCIDENTS } from '../../sim/ledger/checkers.ts';
import { booksOfBuyers, bought, historyOf } from './rig.ts';
import { visit } from './visits-rig.ts';

it('every check and incident has an id of its own, a title and a promise', () => {
  const ids = [...CHECKERS, ...INCIDENTS].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, title, promise } of CHECKERS) expect([id, title, promise]).not.toContain('');
  for (const { id, title, meaning } of INCIDENTS) expect([id, title, meaning]).not.toContain('');
});

it('a clean event fails nothing, and what cannot be checked in it is left out', () => {
  const history = historyOf({ purchases: [bought('ann')], visits: [visit('ann')] });
  const { invariants, incidents } = checkAll(history, booksOfBuyers('ann'));
  expect(invariants.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(invariants.map(({ id }) => id)).not.toContain('cues_delivered');
  expect(incidents.map(({ count }) => count)).toEqual(INCIDENTS.map(() => 0));
});

it('a check that throws is unknown, and the others go on', () => {
  const boom = (): never => {
    throw new Error('boom');
  };
  const broken: Checker = { id: 'broken', title: 'Broken', promise: '', check: boom };
  const blind: IncidentWatch = { id: 'blind', title: 'Blind', meaning: '', watch: boom };
  const { invariants, incidents } = checkAll(historyOf(), null, [broken, ...CHECKERS], [blind, ...INCIDENTS]);
  expect(invariants[0]).toMatchObject({
    id: 'broken',
    status: 'unknown',
    violations: null,
    detail: 'The check itself failed: boom',
  });
  expect(invariants.length).toBeGreaterThan(1);
  expect(incidents[0]).toMatchObject({ id: 'blind', count: null, detail: 'The search itself failed: boom' });
  expect(incidents).toHaveLength(INCIDENTS.length + 1);
});
