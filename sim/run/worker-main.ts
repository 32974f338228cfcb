import type { FromWorker, ToWorker } from './messages.ts';
import { Worker } from './worker.ts';

/** Entry of a worker process, started by the coordinator with an IPC channel. */

let worker: Worker | undefined;

function send(message: FromWorker): void {
  if (process.connected) process.send!(message);
}

process.on('message', (message: ToWorker) => {
  if (message.type !== 'setup') return worker?.receive(message);
  worker = new Worker(message, send);
  worker.connect().catch((error: Error) => send({ type: 'failed', message: error.message }));
});

// Ctrl-C reaches the whole process group: the coordinator decides when a worker ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('uncaughtException', (error) => {
  send({ type: 'failed', message: error.stack ?? error.message });
  process.exit(1);
});
