/**
 * How often a run against the bundled stub lies inside the band of its plan: real runs of many seeds, one after the other. Of a
 * band of 95 %, 19 of 20 should. Takes about three quarters of a minute a seed; on a machine that does nothing else, for what is late
 * falls out of the window. `npx tsx bench/plan/coverage.ts [seeds] [from]`, from `14m50s` (ten seconds before a drop) unless told otherwise.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PLANNED_COUNTS, type PlannedCountName, type RunResult } from '../../sim/result.ts';

const NAMES = Object.keys(PLANNED_COUNTS) as PlannedCountName[];
const SEEDS = Math.min(100, Number(process.argv[2] ?? 20));
const FROM = process.argv[3] ?? '14m50s';
const BIN = fileURLToPath(new URL('../../bin/flashcrowd.js', import.meta.url));
const run = promisify(execFile);

async function play(seed: number, out: string): Promise<RunResult> {
  const args = ['run', 'creator-drop', '--from', FROM, '--for', '30s', '--scale', '0.15', '--seed', String(seed)];
  const { stdout } = await run(process.execPath, [BIN, ...args, '--out', out, '--json'], {
    maxBuffer: 1 << 28,
    timeout: 180_000,
  }).catch((error: { stdout: string }) => error);
  return JSON.parse(stdout) as RunResult;
}

const inside = new Map(NAMES.map((name) => [name, 0]));
let allFour = 0;
const out = await mkdtemp(path.join(tmpdir(), 'flashcrowd-coverage-'));
try {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { planned, verdict } = await play(seed, out);
    if (!planned) throw new Error('the run made no plan');
    const outside = planned.deviations.map((deviation) => deviation.count);
    for (const name of NAMES) if (!outside.includes(name)) inside.set(name, inside.get(name)! + 1);
    if (!outside.some((name) => ['joins', 'chatSent', 'clicks', 'orders'].includes(name))) allFour++;
    const told = planned.deviations.map((deviation) => deviation.text).join('; ');
    process.stdout.write(`seed ${seed}: ${verdict.status}, ${told || 'inside'}\n`);
  }
} finally {
  await rm(out, { recursive: true, force: true });
}
process.stdout.write(`\ninside the band of 95 %, of ${SEEDS} runs (expected ${(0.95 * SEEDS).toFixed(1)}):\n`);
for (const name of NAMES) process.stdout.write(`  ${PLANNED_COUNTS[name].label.padEnd(16)} ${inside.get(name)}\n`);
process.stdout.write(`  joins, chats, clicks and orders at once: ${allFour}\n`);
