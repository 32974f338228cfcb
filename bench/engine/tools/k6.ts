/** k6 with the scripts in peers/. */
import type { ChildProcess } from 'node:child_process';
import { ended, start } from '../children.ts';
import { here, K6, whyMissing } from '../places.ts';
import { quiet } from '../processes.ts';
import type { BenchServer } from '../server.ts';
import type { Buying, Tool, Watching, WatchJob } from './tool.ts';

const SUMMARY_AT_MOST_MS = 60_000;

interface Summary {
  readonly handled: number;
  readonly p99Ms?: number;
}

/** A k6 that waits for its scenario to begin, and what it will have said in the end. */
async function begin(
  script: string,
  settings: Readonly<Record<string, number>>,
): Promise<{ child: ChildProcess; summary: () => Promise<Summary> }> {
  const flags = ['run', '--quiet', '--no-usage-report', '--no-color', '--address', '', '--log-output', 'none'];
  const env = Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const child = start('client', K6, [...flags, ...env, here(`peers/${script}`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = new Promise((resolve) => child.stdout!.once('close', resolve));
  await quiet(child.pid!);
  const summary = async (): Promise<Summary> => {
    await ended(child, SUMMARY_AT_MOST_MS);
    await closed;
    return JSON.parse(output) as Summary;
  };
  return { child, summary };
}

async function watch({ server, viewers }: WatchJob): Promise<Watching> {
  const { child, summary } = await begin('k6-receive.js', { PORT: server.port, VIEWERS: viewers });
  return {
    pid: child.pid!,
    connect: () => server.has(viewers, 'viewers'),
    go: async () => undefined,
    begin: () => server.mark(),
    finish: async () => {
      await server.mark();
      await server.close();
      const { handled, p99Ms } = await summary();
      return { handled, lagP99Ms: p99Ms ?? NaN };
    },
    end: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}

export async function buyWithK6(server: BenchServer, posts: number, lines: number): Promise<Buying> {
  const { child, summary } = await begin('k6-shop.js', { PORT: server.port, POSTS: posts, LINES: lines });
  return {
    pid: child.pid!,
    buy: async () => {
      await server.has(posts, 'posts', 10);
      return posts;
    },
    end: async () => {
      const { handled } = await summary();
      if (handled !== posts) throw new Error(`k6 says that ${handled} of ${posts} POSTs were answered`);
    },
  };
}

export const k6: Tool = {
  name: 'k6',
  label: 'k6, k6/websockets, 100 sockets a VU',
  missing: whyMissing(K6, 'scripts/build-k6.sh'),
  viewersAtMost: 200,
  watch,
  /** One VU, whose sockets never come. */
  idle: (server) => watch({ server, viewers: 1, rooms: 1, probeShare: 1 }),
};
