import { BenchServer } from '../server.ts';
import type { Tool, Watching, WatchJob } from './tool.ts';

/** A server and a tool's client, for as long as the work takes. Both end with it, however it ends. */
export async function withViewers<T>(
  start: (server: BenchServer) => Promise<Watching>,
  work: (watching: Watching, server: BenchServer) => Promise<T>,
): Promise<T> {
  const server = await BenchServer.start();
  let watching: Watching | undefined;
  try {
    watching = await start(server);
    return await work(watching, server);
  } finally {
    await watching?.end();
    await server.end();
  }
}

export const viewersOf =
  (tool: Tool, job: Omit<WatchJob, 'server'>) =>
  (server: BenchServer): Promise<Watching> =>
    tool.watch({ ...job, server });
