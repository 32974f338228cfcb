/** Artillery with the scripts in peers/, its work in one thread. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ended, start } from '../children.ts';
import { ARTILLERY, here, whyMissing } from '../places.ts';
import { quiet, sleep } from '../processes.ts';
import type { BenchServer } from '../server.ts';
import type { Buying, Tool, Watching, WatchJob } from './tool.ts';

const REPORT_AT_MOST_MS = 60_000;

interface Running {
  readonly child: ChildProcess;
  readonly file: string;
  readonly clean: () => void;
}

/** An Artillery that is in its first pause. `overrides` as its own option of that name. */
async function begin(script: string, port: number, viewers: number, overrides: object): Promise<Running> {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashcrowd-artillery-'));
  const file = path.join(folder, 'counted.json');
  const args = [ARTILLERY, 'run', here(`peers/${script}`), '--quiet', '--overrides', JSON.stringify(overrides)];
  const output = script.includes('shop') ? ['--output', file] : [];
  const child = start('client', process.execPath, [...args, ...output], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ARTILLERY_DISABLE_TELEMETRY: 'true',
      WORKERS: '1',
      PORT: String(port),
      VIEWERS: String(viewers),
      COUNT_FILE: file,
    },
  });
  await quiet(child.pid!);
  return { child, file, clean: () => rmSync(folder, { recursive: true, force: true }) };
}

const phases = (count: number, sec: number): object => ({
  config: { phases: [{ pause: 6 }, { duration: sec, arrivalCount: count }] },
});

async function stop({ child, clean }: Running): Promise<void> {
  child.kill('SIGKILL');
  await ended(child);
  clean();
}

async function watch({ server, viewers }: WatchJob): Promise<Watching> {
  const sec = Math.max(1, Math.ceil(viewers / 100));
  const running = await begin('artillery-receive.yml', server.port, viewers, phases(viewers, sec));
  return {
    pid: running.child.pid!,
    connect: () => server.has(viewers, 'viewers'),
    go: async () => undefined,
    begin: () => server.mark(),
    finish: async () => {
      await server.mark();
      await server.close();
      const { handled, p99Ms } = await report<{ handled: number; p99Ms: number }>(running);
      return { handled, lagP99Ms: p99Ms };
    },
    end: () => stop(running),
  };
}

/** What it has written when it has ended, or a moment before: the processor writes first. */
async function report<T>({ child, file }: Running): Promise<T> {
  await ended(child, REPORT_AT_MOST_MS);
  await sleep(50);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

export async function buyWithArtillery(server: BenchServer, posts: number, lines: number): Promise<Buying> {
  const running = await begin('artillery-shop.yml', server.port, 0, phases(lines, 1));
  return {
    pid: running.child.pid!,
    buy: async () => {
      await server.has(posts, 'posts', 20);
      return posts;
    },
    end: async () => {
      const { aggregate } = await report<{ aggregate: { counters: Record<string, number> } }>(running);
      running.clean();
      const created = aggregate.counters['http.codes.201'];
      if (created !== posts) throw new Error(`Artillery says that ${created} of ${posts} POSTs were answered`);
    },
  };
}

export const artillery: Tool = {
  name: 'artillery',
  label: 'Artillery, JSON.parse and histogram',
  missing: whyMissing(ARTILLERY, 'scripts/install-bench-peers.sh'),
  viewersAtMost: 200,
  watch,
  // Garbage of its start.
  idle: null,
};
