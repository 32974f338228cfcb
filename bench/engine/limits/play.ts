/** One `flashcrowd run` of one worker, and what may be done to that worker meanwhile. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunResult } from '../../../sim/result.ts';
import { ended, hasEnded, start } from '../children.ts';
import { here } from '../places.ts';
import { family, sleep } from '../processes.ts';

const RUN_AT_MOST_MS = 240_000;

export interface Play {
  readonly scenario: string;
  readonly fromText: string;
  readonly forText: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the number of the worker's process when its crowd is in; the window begins 300 ms later. */
  readonly disturb?: (workerPid: number) => Promise<void>;
}

export interface Played {
  readonly exitCode: number | null;
  readonly result: RunResult | null;
}

export async function play({ scenario, fromText, forText, env = {}, disturb }: Play): Promise<Played> {
  const out = await mkdtemp(path.join(tmpdir(), 'flashcrowd-limits-'));
  const flags = ['--from', fromText, '--for', forText, '--workers', '1', '--no-plan', '--quiet', '--out', out];
  const child = start('none', process.execPath, [here('../../bin/flashcrowd.js'), 'run', here(scenario), ...flags], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  try {
    if (disturb) {
      await crowdIsIn(path.join(out, 'run.log'), () => hasEnded(child));
      const worker = family(child.pid!).find((pid) => commandOf(pid).includes('worker-main'));
      if (worker !== undefined) await disturb(worker);
    }
    await ended(child, RUN_AT_MOST_MS);
    return { exitCode: child.exitCode, result: await readResult(out) };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function crowdIsIn(log: string, isOver: () => boolean): Promise<void> {
  for (const until = performance.now() + RUN_AT_MOST_MS; performance.now() < until && !isOver(); await sleep(20)) {
    const text = await readFile(log, 'utf8').catch(() => '');
    if (text.includes('the crowd has connected')) return;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function readResult(folder: string): Promise<RunResult | null> {
  const text = await readFile(path.join(folder, 'result.json'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as RunResult);
}
