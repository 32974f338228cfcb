/** A worker of `flashcrowd run`, as sim/run/worker-main.ts plays it; and it says when it has loaded. */
import type { FromWorker, ToWorker } from '../../../sim/run/messages.ts';
import { Worker } from '../../../sim/run/worker.ts';

const send = (message: FromWorker): void => void process.send!(message);
let worker: Worker | undefined;

process.on('message', (message: ToWorker) => {
  if (message.type !== 'setup') return worker?.receive(message);
  worker = new Worker(message, send);
  void worker.connect();
});
process.on('disconnect', () => process.exit(1));
process.send!({ type: 'loaded' });
