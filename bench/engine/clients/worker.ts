/** A worker of `flashcrowd run`, as sim/run/worker-main.ts plays it; and it says when it has loaded. */
import type { FromWorker, ToWorker, WorkerSetup } from '../../../sim/run/messages.ts';
import type { Shard } from '../../../sim/live/shard.ts';
import { createWorker } from '../../../sim/run/worker.ts';

const send = (message: FromWorker): void => void process.send!(message);
let worker: Shard | undefined;

async function begin(setup: WorkerSetup): Promise<void> {
  worker = await createWorker(setup, send);
  await worker.connect();
}

process.on('message', (message: ToWorker) => {
  if (message.type !== 'setup') return worker?.receive(message);
  void begin(message);
});
process.on('disconnect', () => process.exit(1));
process.send!({ type: 'loaded' });
