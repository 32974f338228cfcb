/** Plays the event of the bench against a shop of its own for each job: the same code as `flashcrowd run`, with the shop in this process. */
import { stubConfig } from '../../sim/targets/index.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStub, type Stub } from '../../server-stub/index.ts';
import type { FaultsAnswer } from '../../server-stub/protocol.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import type { RunResult } from '../../sim/result.ts';
import { runScenario } from '../../sim/run/run.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import type { FromPlayer, Job, Played } from './job.ts';

const EVENT = fileURLToPath(new URL('event.yaml', import.meta.url));
const FROM_MS = 4000;
const FOR_MS = 16_000;
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function play(job: Job): Promise<Played> {
  const { fault, seed, store } = job;
  const faults = fault ? { [fault.name]: fault.rate } : {};
  const stub = await startStub({ coalesceMs: 50, store, seed, faults });
  const folder = mkdtempSync(path.join(tmpdir(), 'flashcrowd-faults-'));
  try {
    const result = await playAgainst(stub, String(seed), folder);
    return { ...summaryOf(job.id, result), occurrences: fault ? await occurrences(stub) : 0 };
  } finally {
    await stub.close();
    rmSync(folder, { recursive: true });
  }
}

async function playAgainst(stub: Stub, seed: string, historyFolder: string): Promise<RunResult> {
  const { scenario, file } = await loadScenario(EVENT);
  return runScenario({
    scenario,
    compiled: compileScenario(scenario, { seed }),
    file,
    seed,
    overrides: [],
    target: stubConfig(stub.url, stub.adminToken),
    targetWords: [],
    userAgent: 'flashcrowd/bench',
    joinsPerSec: null,
    owned: [],
    hosts: null,
    abort: null,
    embedded: false,
    stubProcesses: 0,
    fromMs: FROM_MS,
    forMs: FOR_MS,
    workers: 1,
    probeShare: 1,
    localAddresses: [],
    faults: {},
    historyFolder,
    allowInvalid: false,
    warmStart,
    planWindow: async () => null,
    version: 'bench',
    stop: new AbortController().signal,
    stopNow: new AbortController().signal,
    log: QUIET,
    onProgress: () => undefined,
    onNote: () => undefined,
  });
}

function summaryOf(id: number, { invariants, incidents, verdict, metrics }: RunResult): Omit<Played, 'occurrences'> {
  const failed = invariants.filter(({ status }) => status === 'fail');
  return {
    id,
    failed: failed.map((one) => one.id),
    unknown: invariants.filter(({ status }) => status === 'unknown').map((one) => one.id),
    incidents: incidents.filter(({ count }) => count !== null && count > 0).map((one) => one.id),
    verdict: verdict.status,
    reasons: verdict.reasons,
    orders: metrics.orders?.type === 'counter' ? metrics.orders.count : 0,
    evidence: failed.map((one) => `${one.id}: ${one.evidence[0] ?? one.detail}`),
    oversoldUnits: invariants.find((one) => one.id === 'no_oversell')?.violations ?? 0,
  };
}

async function occurrences({ url, adminToken }: Stub): Promise<number> {
  const answer = await fetch(`${url}/admin/faults`, { headers: { 'x-admin-token': adminToken } });
  const { faults } = (await answer.json()) as FaultsAnswer;
  return faults.reduce((sum, { count }) => sum + count, 0);
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = (said: FromPlayer): void => void process.send?.(said);
  process.on('message', (job: Job) => {
    play(job).then(
      (played) => report({ played }),
      (error: Error) => report({ id: job.id, error: error.stack ?? error.message }),
    );
  });
  process.on('disconnect', () => process.exit());
}
