/**
 * The detection matrix: every fault of the bundled shop against the checker that should notice it, clean runs over all stores, and the
 * stores that race by themselves. Writes docs/faults-bench.md when all of it was played.
 *
 *     npm run bench:faults                      20 seeds, 200 clean runs: some 100 minutes on two cores
 *     npm run bench:faults -- --minutes 20      begins no run after that; what was played is reported
 *                                                (so it is after a SIGTERM)
 *     npm run bench:faults -- --only stock_race,chat_dropped --clean 40
 *                                                plays these again, in place of what the report had of them,
 *                                                and more clean runs
 *
 * Needs redis-server and PostgreSQL (`scripts/install-test-deps.sh`).
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FAULT_NAMES } from '../../server-stub/faults/catalog.ts';
import type { Job, Played } from './job.ts';
import { count, isNoticed, newCells } from './matrix.ts';
import { mixed } from './mixed.ts';
import { Pool } from './pool.ts';
import { reportOf } from './report.ts';
import { startServers, type StoreKind } from './servers.ts';
import { countClean, countNaive, newClean, newNaive } from './stores.ts';
import { readTallies, together, writeTallies, type Tallies } from './tallies.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    clean: { type: 'string' },
    only: { type: 'string' },
    players: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '4' },
    minutes: { type: 'string', default: '120' },
    out: { type: 'string', default: fileURLToPath(new URL('../../docs/faults-bench.md', import.meta.url)) },
  },
});
const SEEDS = Number(values.seeds);
const only = values.only?.split(',');
const CLEAN_RUNS = Number(values.clean ?? (only ? 0 : 200));
const names = only ? FAULT_NAMES.filter((name) => only.includes(name)) : FAULT_NAMES;

type Plan = Omit<Job, 'id'> & { readonly count: (played: Played, job: Job) => void };

const seeds = Array.from({ length: SEEDS }, (_, n) => n + 1);
const cells = newCells(names);
const servers = await startServers();
const clean = servers.correct.map(({ name }) => newClean(name));
const naive = servers.naive.map(({ name }) => newNaive(name));

/** All runs, so mixed that a machine that is slow for a while is slow for all of them, and that no store has many runs at a time. */
function plans(): Plan[] {
  const faulty = seeds.flatMap((seed) =>
    cells.map((cell) => ({
      seed,
      fault: { name: cell.fault, rate: cell.rate },
      store: 'memory',
      count: (played: Played, job: Job) => count(cell, played, job),
    })),
  );
  const inStore = (kind: StoreKind, runs: number, counted: Plan['count']): Plan[] =>
    Array.from({ length: runs }, (_, n) => ({ seed: n + 1, fault: null, store: kind.name, count: counted }));
  const well = servers.correct.map((kind, i) =>
    inStore(kind, Math.ceil(CLEAN_RUNS / servers.correct.length), (played, job) => countClean(clean[i], job, played)),
  );
  const racing = servers.naive.map((kind, i) =>
    inStore(kind, only ? 0 : SEEDS, (played) => countNaive(naive[i], played)),
  );
  return mixed([faulty, ...well, ...racing]);
}

/** What will want looking into, while it can still be seen what the machine was doing. */
function tellOf({ seed, fault, store }: Job, played: Played): void {
  const { evidence, incidents, occurrences, verdict, reasons } = played;
  if (fault === null ? evidence.length + incidents.length === 0 : occurrences === 0 || isNoticed(fault.name, played))
    return;
  const what = fault ? `${fault.name} at ${fault.rate}, ${occurrences} times` : store.replace(/^(.*?):.*$/, '$1');
  const seen = [...evidence, ...incidents].join('; ') || 'nothing noticed';
  process.stderr.write(`seed ${seed}, ${what}: ${seen} (${verdict}: ${reasons[0] ?? ''})\n`);
}

const beganMs = performance.now();
const pool = new Pool(Number(values.players), Number(values['at-once']));
try {
  const kinds = new Map([...servers.correct, ...servers.naive].map((kind) => [kind.name, kind]));
  const planned = plans();
  const jobs = planned.map(({ seed, fault, store }, id) => ({ id, seed, fault, store: kinds.get(store)!.url(id) }));
  let stopped = false;
  process.once('SIGTERM', () => (stopped = true));
  const isOver = (): boolean => stopped || performance.now() - beganMs > Number(values.minutes) * 60_000;
  let played = 0;
  const counted = (job: Job, outcome: Played): void => {
    planned[job.id].count(outcome, job);
    tellOf(job, outcome);
    played++;
    if (played % 20 === 0 || played === jobs.length) {
      const minutes = ((performance.now() - beganMs) / 60_000).toFixed(1);
      process.stderr.write(`${played} of ${jobs.length} runs, ${minutes} min\n`);
    }
  };
  await pool.play(jobs, counted, isOver);
  const minutes = Math.round((performance.now() - beganMs) / 60_000);
  const last: Tallies = {
    seeds: SEEDS,
    cells,
    clean,
    naive,
    goes: [{ minutes, faults: only ?? null, cleanRuns: clean.reduce((sum, { runs }) => sum + runs, 0) }],
  };
  const file = values.out.replace(/(\.md)?$/, '.json');
  const before = only ? readTallies(file) : null;
  const tallies = before === null ? last : together(before, last);
  writeTallies(file, tallies);
  const report = reportOf(tallies);
  writeFileSync(values.out, report);
  process.stdout.write(`${report}\n`);
} finally {
  pool.end();
  await servers.stop();
}
