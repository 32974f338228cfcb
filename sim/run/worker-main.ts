import { heapState } from './health/heap.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import type { Shard } from '../live/shard.ts';
import { createWorker } from './worker.ts';

/** Entry of a worker process, started by the coordinator with an IPC channel. */

const ALIVE_EVERY_MS = 1000;

let worker: Shard | undefined;

function send(message: FromWorker): void {
  if (process.connected) process.send!(message);
}

/** Ends when the coordinator has heard why. */
function fail(error: Error): void {
  if (!process.connected) process.exit(1);
  process.send!({ type: 'failed', message: error.stack ?? error.message }, undefined, undefined, () => process.exit(1));
}

async function begin(setup: WorkerSetup): Promise<void> {
  worker = await createWorker(setup, send);
  await worker.connect();
}

process.on('message', (message: ToWorker) => {
  if (message.type !== 'setup') return worker?.receive(message);
  begin(message).catch(fail);
  setInterval(() => send({ type: 'alive', heap: heapState() }), ALIVE_EVERY_MS).unref();
});

// Ctrl-C reaches the whole process group: the coordinator decides when a worker ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('uncaughtException', fail);
