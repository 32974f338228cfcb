/** A worker of `flashcrowd run`, as sim/run/worker-main.ts plays it; and it says when it has loaded. */
import type { FromWorker, ToWorker, WorkerSetup } from '../../../sim/run/messages.ts';
import { Worker } from '../../../sim/run/worker.ts';
import { createTarget } from '../../../sim/targets/index.ts';

const send = (message: FromWorker): void => void process.send!(message);
let worker: Worker | undefined;

async function begin(setup: WorkerSetup): Promise<void> {
  worker = new Worker(setup, await createTarget(setup.target), send);
  await worker.connect();
}

process.on('message', (message: ToWorker) => {
  if (message.type !== 'setup') return worker?.receive(message);
  void begin(message);
});
process.on('disconnect', () => process.exit(1));
process.send!({ type: 'loaded' });
