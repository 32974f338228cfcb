/** Clients of ours that take commands by the line: the one in C, and the one on `ws`. */
import { LineProgram } from '../children.ts';
import { C_CLIENT, here, TSX_ARGS } from '../places.ts';
import { quiet } from '../processes.ts';
import type { Tool, Watching, WatchJob } from './tool.ts';

async function watch(start: (port: number) => LineProgram, job: WatchJob): Promise<Watching> {
  const program = start(job.server.port);
  await program.next();
  await quiet(program.pid);
  const count = async (): Promise<{ count: number; p99Ms: number }> => {
    const answer = await program.ask('count');
    return { count: Number(answer.count), p99Ms: Number(answer.p99Ms) };
  };
  let before = 0;
  return {
    pid: program.pid,
    connect: async () => void (await program.ask(`connect ${job.viewers} ${job.rooms}`)),
    go: async () => undefined,
    begin: async () => void (before = (await count()).count),
    finish: async () => {
      const now = await count();
      return { handled: now.count - before, lagP99Ms: now.p99Ms };
    },
    end: () => program.end(),
  };
}

function lineTool(name: 'c' | 'ws', label: string, start: (port: number) => LineProgram): Tool {
  return {
    name,
    label,
    missing: null,
    viewersAtMost: Infinity,
    watch: (job) => watch(start, job),
    idle: (server) => watch(start, { server, viewers: 0, rooms: 1, probeShare: 1 }),
  };
}

export const cClient = lineTool(
  'c',
  'C, epoll',
  (port) => new LineProgram('client', 'the C client', C_CLIENT, [String(port)]),
);

const WS_CLIENT = here('clients/ws.ts');

export const wsClient = lineTool(
  'ws',
  '`ws`, JSON.parse',
  (port) => new LineProgram('client', 'the ws client', process.execPath, [...TSX_ARGS, WS_CLIENT, String(port)]),
);
