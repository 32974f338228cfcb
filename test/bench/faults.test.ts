import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BESIDES, NOTICED_BY } from '../../bench/faults/expected.ts';
import type { Job, Played } from '../../bench/faults/job.ts';
import { count, isNoticed, newCells, type Cell } from '../../bench/faults/matrix.ts';
import { mixed } from '../../bench/faults/mixed.ts';
import { playPatiently } from '../../bench/faults/patience.ts';
import { countClean, countNaive, newClean, newNaive } from '../../bench/faults/stores.ts';
import { readTallies, together, writeTallies, type Tallies } from '../../bench/faults/tallies.ts';
import { FAULTS, type FaultName } from '../../server-stub/faults/catalog.ts';
import { CHECKERS, INCIDENTS } from '../../sim/ledger/checkers.ts';

// What the detection matrix counts as noticed, missed and invented, and what it plays again: docs/faults-bench.md claims no more than this.

const JOB: Job = { id: 4, seed: 17, fault: { name: 'stock_race', rate: 1 }, store: 'memory' };
const CLEAN_JOB: Job = { ...JOB, fault: null };

/** A run in which all was well, but for what is given. Failures bring their evidence along, as those of a player do. */
function run({ failed = [], ...rest }: Partial<Played> = {}): Played {
  const evidence = failed.map((id) => `${id}: what it found`);
  return {
    id: JOB.id,
    occurrences: 0,
    failed,
    unknown: [],
    incidents: [],
    verdict: 'passed',
    reasons: [],
    orders: 120,
    evidence,
    oversoldUnits: 0,
    ...rest,
  };
}

/** The cell of a fault at its default rate, after these runs of it. */
function cellOf(fault: FaultName, ...runs: readonly Played[]): Cell {
  const [cell] = newCells([fault]);
  for (const played of runs) count(cell, played, JOB);
  return cell;
}

describe('a fault in the matrix', () => {
  it('is noticed when one of its checkers fails, whichever it is', () => {
    const cell = cellOf(
      'stock_race',
      run({ occurrences: 3, failed: ['no_oversell', 'stock_conserved'] }),
      run({ occurrences: 5, failed: ['stock_conserved'] }),
    );
    expect(cell).toEqual({
      fault: 'stock_race',
      rate: 1,
      runs: 2,
      happened: 2,
      noticed: 2,
      occurrences: 8,
      by: { no_oversell: 1, stock_conserved: 2 },
      missedSeeds: [],
      falseAlarms: [],
    });
  });

  it('is noticed by an incident, too; other incidents of a run in which something broke are no alarms', () => {
    const cell = cellOf('chat_delayed', run({ occurrences: 2, incidents: ['uneven_chat', 'mass_disconnect'] }));
    expect(cell).toMatchObject({ noticed: 1, by: { uneven_chat: 1 }, missedSeeds: [], falseAlarms: [] });
  });

  it('is missed when it happened and what failed was something else: a failure that it cannot explain is an alarm besides', () => {
    const played = run({ occurrences: 1, failed: ['chat_once'] });
    expect(isNoticed('stock_race', played)).toBe(false);
    expect(cellOf('stock_race', played)).toMatchObject({
      runs: 1,
      happened: 1,
      noticed: 0,
      by: {},
      missedSeeds: [17],
      falseAlarms: ['stock_race, seed 17: chat_once: what it found'],
    });
  });

  it('is missed when its checker is merely unknown', () => {
    const cell = cellOf('stock_race', run({ occurrences: 1, unknown: ['no_oversell', 'stock_conserved'] }));
    expect(cell).toMatchObject({ happened: 1, noticed: 0, missedSeeds: [17], falseAlarms: [] });
  });

  it('explains what it breaks besides, but is not noticed by that', () => {
    expect(BESIDES.stock_race).toContain('no_undersell');
    const both = run({ occurrences: 1, failed: ['no_oversell', 'no_undersell'] });
    expect(cellOf('stock_race', both)).toMatchObject({ noticed: 1, by: { no_oversell: 1 }, falseAlarms: [] });
    const alone = run({ occurrences: 1, failed: ['no_undersell'] });
    expect(cellOf('stock_race', alone)).toMatchObject({ noticed: 0, missedSeeds: [17], falseAlarms: [] });
  });

  it('that never came up explains nothing: its own checker, what it breaks besides and an incident are false alarms then', () => {
    const played = run({ failed: ['no_oversell', 'no_undersell'], incidents: ['slow_answers', 'mass_disconnect'] });
    expect(cellOf('stock_race', played)).toMatchObject({
      runs: 1,
      happened: 0,
      noticed: 0,
      occurrences: 0,
      by: {},
      missedSeeds: [],
      falseAlarms: [
        'stock_race, seed 17: no_oversell: what it found',
        'stock_race, seed 17: no_undersell: what it found',
        'stock_race, seed 17: mass_disconnect: an incident that was none',
      ],
    });
  });

  it('explains no checker whose name only begins like one of its own', () => {
    const played = run({ occurrences: 1, failed: ['no_oversell'], evidence: ['no_oversell_of_others: what it found'] });
    expect(cellOf('stock_race', played).falseAlarms).toEqual([
      'stock_race, seed 17: no_oversell_of_others: what it found',
    ]);
  });

  it('is played at its default rate and at a tenth of it', () => {
    const cells = newCells(['wrong_price', 'stock_race']);
    expect(cells.map(({ fault, rate }) => [fault, rate])).toEqual([
      ['wrong_price', FAULTS.wrong_price.defaultRate],
      ['wrong_price', FAULTS.wrong_price.defaultRate / 10],
      ['stock_race', 1],
      ['stock_race', 0.1],
    ]);
  });

  it('names only checkers and incidents that exist', () => {
    const known = [...CHECKERS, ...INCIDENTS].map(({ id }) => id);
    const named = [...Object.values(NOTICED_BY), ...Object.values(BESIDES)].flat();
    expect(named.filter((id) => !known.includes(id))).toEqual([]);
  });
});

describe('a clean run', () => {
  it('has a false alarm for every failure and for every incident that only a fault can cause', () => {
    const tally = newClean('redis');
    countClean(tally, CLEAN_JOB, run());
    countClean(tally, CLEAN_JOB, run({ failed: ['keys_kept'], unknown: ['no_undersell', 'chat_once'] }));
    countClean(tally, CLEAN_JOB, run({ incidents: ['masked_refusals', 'slow_answers'] }));
    expect(tally).toEqual({
      store: 'redis',
      runs: 3,
      alarms: [
        'clean, redis, seed 17: keys_kept: what it found',
        'clean, redis, seed 17: masked_refusals: an incident that was none',
      ],
      unknown: 2,
      incidents: { masked_refusals: 1, slow_answers: 1 },
    });
  });

  it('may have what a full machine really has', () => {
    const tally = newClean('postgres');
    countClean(tally, CLEAN_JOB, run({ incidents: ['slow_answers', 'server_errors', 'lost_answers'] }));
    expect(tally.alarms).toEqual([]);
  });

  it('against a store that races is caught when more was sold than there was', () => {
    const tally = newNaive('redis+naive');
    countNaive(tally, run({ failed: ['no_oversell'], oversoldUnits: 7 }));
    countNaive(tally, run({ failed: ['stock_conserved'] }));
    expect(tally).toEqual({ store: 'redis+naive', runs: 2, caught: 1, units: 7 });
  });
});

describe('what was played again', () => {
  const clean = (alarms: readonly string[], incidents: Record<string, number>, runs: number) => {
    return [{ ...newClean('memory'), runs, alarms: [...alarms], unknown: 1, incidents }];
  };
  const naive = [{ ...newNaive('redis+naive'), runs: 20, caught: 19, units: 300 }];
  const missed = run({ occurrences: 1 });
  const noticed = run({ occurrences: 1, failed: ['price_kept'] });
  const before: Tallies = {
    seeds: 20,
    cells: [cellOf('stock_race', missed), cellOf('wrong_price', missed, missed), cellOf('cue_missed', missed)],
    clean: clean(['an alarm'], { slow_answers: 2 }, 50),
    naive,
    goes: [{ minutes: 100, faults: null, cleanRuns: 50 }],
  };
  const last: Tallies = {
    seeds: 3,
    cells: [cellOf('wrong_price', noticed)],
    clean: clean(['another alarm'], { slow_answers: 1, server_errors: 1 }, 10),
    naive: [newNaive('redis+naive')],
    goes: [{ minutes: 5, faults: ['wrong_price'], cleanRuns: 10 }],
  };

  it('takes the place of its rows and leaves all others as and where they are', () => {
    const { cells, seeds, goes } = together(before, last);
    expect(cells).toEqual([before.cells[0], last.cells[0], before.cells[2]]);
    expect(seeds).toBe(20);
    expect(goes).toEqual([...before.goes, ...last.goes]);
  });

  it('adds clean runs to those before: an alarm stays one', () => {
    expect(together(before, last).clean).toEqual([
      {
        store: 'memory',
        runs: 60,
        alarms: ['an alarm', 'another alarm'],
        unknown: 2,
        incidents: { slow_answers: 3, server_errors: 1 },
      },
    ]);
    expect(together(before, last).naive).toEqual(naive);
    expect(before.clean[0]).toMatchObject({ runs: 50, alarms: ['an alarm'], incidents: { slow_answers: 2 } });
  });

  it('is read back as it was written; where there is no file, there is nothing', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'flashcrowd-tallies-'));
    try {
      const file = path.join(folder, 'faults-bench.json');
      expect(readTallies(file)).toBeNull();
      writeTallies(file, before);
      expect(readTallies(file)).toEqual(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a try that could not be believed', () => {
  it('is judged by its own occurrences: what they explain is no false alarm, anything else is', () => {
    const struck = run({ failed: ['no_oversell'], occurrences: 3, verdict: 'invalid' });
    const alarms = (unusable: Played, then: Played): number =>
      cellOf('stock_race', { ...then, unusable: [unusable] }).falseAlarms.length;
    expect(alarms(struck, run())).toBe(0);
    expect(alarms({ ...struck, occurrences: 0 }, run({ failed: ['no_oversell'], occurrences: 3 }))).toBe(1);
    expect(alarms({ ...struck, failed: ['chat_once'], evidence: ['chat_once: x'] }, run())).toBe(1);
    const clean = newClean('memory');
    countClean(clean, CLEAN_JOB, { ...run(), unusable: [run({ incidents: ['masked_refusals'] })] });
    expect(clean.alarms).toHaveLength(1);
  });
});

describe('patience with a slow machine', () => {
  /** Plays these one after the other; what is an error is thrown. */
  const patiently = async (...tries: readonly (Played | Error)[]) => {
    const told: string[] = [];
    const left = [...tries];
    const outcome = playPatiently(
      JOB,
      async (job) => {
        expect(job).toBe(JOB);
        const next = left.shift();
        if (next === undefined) throw new Error('nothing is left to play');
        if (next instanceof Error) throw next;
        return next;
      },
      (why) => told.push(why),
    );
    const played = await outcome.catch((error: Error) => error);
    return { played, told, left: left.length };
  };
  const invalid = (...failed: string[]): Played => run({ failed, verdict: 'invalid', reasons: ['it was late'] });

  it('plays a run that can be believed once, whatever failed in it', async () => {
    const violated = run({ failed: ['no_oversell'], verdict: 'violated' });
    expect(await patiently(violated, run())).toEqual({ played: violated, told: [], left: 1 });
  });

  it('plays an invalid run again, and keeps what it claimed', async () => {
    const { played, told, left } = await patiently(invalid('chat_once'), run({ failed: ['no_oversell'] }), run());
    expect(played).toEqual({ ...run({ failed: ['no_oversell'] }), unusable: [invalid('chat_once')] });
    expect(told).toEqual([`played again: ${JSON.stringify(JOB)} invalid: it was late`]);
    expect(left).toBe(1);
  });

  it('plays a run again in which nobody could buy', async () => {
    const idle = run({ orders: 0, verdict: 'failed' });
    const { played, left } = await patiently(idle, run());
    expect(played).toEqual({ ...run(), unusable: [idle] });
    expect(left).toBe(0);
  });

  it('gives up after three tries, with the last of them and the evidence of all', async () => {
    const { played, told, left } = await patiently(invalid('chat_once'), invalid(), invalid('keys_kept'), run());
    expect(played).toEqual({ ...invalid('keys_kept'), unusable: [invalid('chat_once'), invalid()] });
    expect(told).toHaveLength(2);
    expect(left).toBe(1);
  });

  it('tries again after an error, keeps what was claimed before, and ends as the third try does', async () => {
    const error = new Error('no shop\n    at a place');
    const { played, told } = await patiently(invalid('chat_once'), error, run());
    expect(played).toEqual({ ...run(), unusable: [invalid('chat_once')] });
    expect(told[1]).toBe('played again: no shop');
    expect((await patiently(invalid('chat_once'), error, error)).played).toEqual({
      ...invalid('chat_once'),
      unusable: [],
    });
    const last = new Error('still no shop');
    expect(await patiently(error, error, last, run())).toMatchObject({ played: last, left: 1 });
  });
});

describe('runs of several kinds', () => {
  it('are mixed: each kind keeps its order, and is spread over the whole length', () => {
    const kinds = [60, 20, 20, 7].map((length, kind) => Array.from({ length }, (_unused, n) => ({ kind, n })));
    const all = mixed(kinds);
    for (const [kind, list] of kinds.entries()) {
      expect(all.filter((item) => item.kind === kind)).toEqual(list);
      const firstHalf = all.slice(0, all.length / 2).filter((item) => item.kind === kind).length;
      expect(Math.abs(firstHalf - list.length / 2)).toBeLessThanOrEqual(1);
    }
    expect(all).toHaveLength(107);
  });

  it('of which there are none leave the others alone', () => {
    expect(mixed([[], ['a', 'b'], []])).toEqual(['a', 'b']);
  });
});
