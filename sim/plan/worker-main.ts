import { startJob, type Job, type PlayRun } from './job.ts';
import type { PlanSample } from './sample.ts';

/** Entry of a worker process of a plan, started with an IPC channel. It plays the runs that it is told to, one after the other. */

export type ToPlanWorker =
  | { readonly type: 'job'; readonly id: number; readonly job: Job }
  | { readonly type: 'run'; readonly run: number };

export type FromPlanWorker =
  | { readonly type: 'sample'; readonly id: number; readonly sample: PlanSample }
  | { readonly type: 'failed'; readonly message: string };

let jobId = -1;
let play: Promise<PlayRun> | undefined;

function send(message: FromPlanWorker): void {
  if (process.connected) process.send!(message, undefined, undefined, () => undefined);
}

/** Ends when it has been heard why. */
function fail(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (!process.connected) process.exit(1);
  process.send!({ type: 'failed', message }, undefined, undefined, () => process.exit(1));
}

process.on('message', (message: ToPlanWorker) => {
  if (message.type === 'job') {
    jobId = message.id;
    play = startJob(message.job);
    play.catch(fail);
    return;
  }
  const id = jobId;
  play?.then((playRun) => send({ type: 'sample', id, sample: playRun(message.run) })).catch(fail);
});

// Ctrl-C reaches the whole process group: the plan decides when a worker ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('uncaughtException', fail);
