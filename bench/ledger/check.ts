/**
 * In a process of its own: `check.ts FOLDER`. Reads the history and the books there, checks them, and prints what it took as
 * one line of JSON. The books come over the network in life: their parsing is not in the time, but in the memory.
 */
import { join } from 'node:path';
import { checkAll, CHECKERS, INCIDENTS } from '../../sim/ledger/checkers.ts';
import { readHistory } from '../../sim/run/history/read.ts';
import { readBooks } from './books-file.ts';
import { cpuMsSince } from './cpu.ts';

const folder = process.argv[2];
const books = await readBooks(join(folder, 'books.jsonl'));

const before = process.cpuUsage();
const startMs = performance.now();
const { history, problems } = await readHistory(folder);
const readCpuMs = cpuMsSince(before);
const heapMib = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
const readMs = performance.now() - startMs;
const { invariants, incidents } = checkAll(history, books);
const allMs = performance.now() - startMs;
const cpuMs = cpuMsSince(before);
const maxRssKib = process.resourceUsage().maxRSS;

const parts = process.argv.includes('--parts')
  ? [
      ...CHECKERS.map((one) => timed(one.id, () => one.check(history, books))),
      ...INCIDENTS.map((one) => timed(one.id, () => one.watch(history, books))),
    ]
  : [];
const findings = [
  ...problems,
  ...invariants.filter(({ status }) => status !== 'pass').map(({ id, status, detail }) => `${id} ${status}: ${detail}`),
  ...incidents.filter(({ count }) => count !== 0).map(({ id, detail }) => `${id}: ${detail}`),
];
process.stdout.write(
  `${JSON.stringify({ readMs, readCpuMs, heapMib, allMs, cpuMs, maxRssKib, passed: invariants.filter(({ status }) => status === 'pass').length, findings, parts })}\n`,
);

function timed(id: string, work: () => unknown): string {
  const fromMs = performance.now();
  work();
  return `${id} ${Math.round(performance.now() - fromMs)} ms`;
}
