import { describe, expect, it } from 'vitest';
import { Rows } from '../../sim/crowd/rows.ts';
import type { Books } from '../../sim/ledger/books.ts';
import type { CheckResult } from '../../sim/ledger/check.ts';
import type { RunResult } from '../../sim/result.ts';
import { Recorder } from '../../sim/live/recorder.ts';
import { OwnMonitor } from '../../sim/run/health/monitor.ts';
import { buildResult } from '../../sim/run/result.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { cueEntry, findingsOf } from './findings.ts';

const LAGS = ['chat_lag', 'cue_lag', 'stock_lag'] as const;
const INPUT: ScenarioInput = {
  name: 'judged',
  duration: '1m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 100 } },
  show: [{ at: '10s', cue: 'drop', product: 'mug', units: 5, for: '20s' }],
  thresholds: {
    chat_lag: 'p(99)<250',
    cue_lag: 'p(99)<250',
    'stock_lag{product:mug}': 'p(99)<250',
    join_duration: 'p(95)<1000',
  },
};

/** `units` in one paid order. */
function books(units: number): Books {
  return {
    readAtEpochMs: null,
    exclusive: true,
    products: [{ id: 'mug', stockedUnits: 100, soldUnits: units, leftUnits: 100 - units, heldUnits: 0 }],
    orders: [
      { id: 'o1', buyerId: 'a', productId: 'mug', units, amountMinor: units * 500, status: 'paid', atEpochMs: null },
    ],
    payments: [],
    reservations: [],
    movements: [],
    rooms: [],
  };
}

/** A run in which one viewer joined and received one message of each kind, `lagMs` after it was published. */
function resultOf(lagMs: number, soldUnits = 0): RunResult {
  const findings = findingsOf(INPUT, 0, { books: books(soldUnits) });
  const rows = new Rows(1);
  const recorder = new Recorder(findings.options.compiled, ['stock_lag{product:mug}'], () => rows, {
    monitor: new OwnMonitor(),
  });
  for (const name of LAGS) recorder.set.trend(name).record(recorder.lag(lagMs), recorder.tagsOf(0, 0, 0, 1000));
  recorder.set.trend('join_duration').record(20, recorder.tagsOf(0, 0, -1, 1000));
  findings.tally.add(0, recorder.take(0, 1));
  const cues = findings.options.compiled.cues.map((cue, index) => cueEntry(index, cue.atMs));
  return buildResult({ ...findings, cues });
}

const statuses = (result: RunResult): Record<string, string> =>
  Object.fromEntries(result.thresholds.map(({ metric, status }) => [metric, status]));

describe('a result, when the clock of the backend is ahead', () => {
  const result = resultOf(-21);

  it('has no lags: they are not measured, rather than 0', () => {
    expect(Object.keys(result.metrics).filter((name) => name.includes('_lag'))).toEqual([]);
    expect(result.metrics.join_duration).toMatchObject({ count: 1 });
  });

  it('judges no threshold of a lag, tagged or not, and so is not passed', () => {
    expect(statuses(result)).toEqual({
      chat_lag: 'unknown',
      cue_lag: 'unknown',
      'stock_lag{product:mug}': 'unknown',
      join_duration: 'pass',
    });
    expect(result.thresholds[0].observed).toBeNull();
    expect(result.verdict).toMatchObject({ status: 'failed', exitCode: 99 });
  });

  it('says by how much', () => {
    const ahead = result.notes.filter((note) => note.startsWith('Lags are not measured'));
    expect(ahead).toEqual([
      'Lags are not measured: the clock of the backend is at least 21 ms ahead of that of this machine.',
    ]);
  });
});

describe('a result, when the clocks agree', () => {
  it.each([-20, -0.5, 0, 40])('to within the tolerance (%f ms), has its lags', (lagMs) => {
    const result = resultOf(lagMs);
    for (const name of LAGS) expect(result.metrics[name]).toMatchObject({ count: 1 });
    expect(new Set(Object.values(statuses(result)))).toEqual(new Set(['pass']));
    expect(result.notes.join()).not.toContain('clock');
    expect(result.verdict).toEqual({ status: 'passed', exitCode: 0, reasons: [] });
  });
});

describe('the invariants of a result', () => {
  const OVERSOLD: CheckResult = {
    id: 'no_oversell',
    title: 'Units sold never exceed stock',
    status: 'fail',
    violations: 2,
    acceptable: 'at most 5 units',
    detail: '7 units sold of 5 on offer, 2 too many.',
    evidence: ['mug: 7 units in paid orders'],
    cases: [],
  };
  const resultWith = (...invariants: CheckResult[]): RunResult => {
    const ledger = { invariants, incidents: [], problems: [], stockedUnits: new Map([['mug', 107]]) };
    return buildResult(findingsOf(INPUT, 0, { books: books(7), ledger }));
  };

  it('are those of the ledger; what thresholds ask for is counted', () => {
    const result = resultWith(OVERSOLD);
    expect(result.invariants).toEqual([OVERSOLD]);
    expect(result.metrics.oversold_units).toMatchObject({ count: 2 });
    expect(result.verdict).toMatchObject({ status: 'violated', exitCode: 120 });
    expect(result.books).toMatchObject([{ stockedUnits: 107, soldUnits: 7 }]);
  });

  it('leave the counts unmeasured when they are unknown', () => {
    const result = resultWith({ ...OVERSOLD, status: 'unknown', violations: null });
    expect(result.metrics).not.toHaveProperty('oversold_units');
    expect(result.verdict).toMatchObject({ status: 'failed', exitCode: 99 });
  });
});
