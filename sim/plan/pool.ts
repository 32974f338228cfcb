import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job } from './job.ts';
import type { PlanSample } from './sample.ts';
import type { FromPlanWorker, ToPlanWorker } from './worker-main.ts';

/** Runs that a worker has before it: one that it plays, and one so that it need not wait for the next. */
const AHEAD = 2;

interface Member {
  readonly child: ChildProcess;
  /** The job that it was last given. */
  jobId: number;
  pending: number;
  /** Null while it lives. */
  death: string | null;
}

/** What the pool is about. */
interface Task {
  readonly id: number;
  readonly job: Job;
  /** Still to be handed out, the next one last. */
  readonly waiting: number[];
  left: number;
  onSample(sample: PlanSample): void;
  settle(how: { readonly died: string | null } | { readonly error: Error }): void;
}

/** Worker processes that play runs. One job at a time; they stay for the next one. */
export class Pool {
  private readonly members: Member[];
  private task: Task | null = null;
  private jobs = 0;

  constructor(size: number) {
    this.members = Array.from({ length: size }, () => this.start());
  }

  /**
   * Plays the runs in any order. Resolves with how a worker died, or `null` when all runs are done or `signal` is aborted; what was
   * done until then has gone to `onSample`. Rejects with what an engine threw.
   */
  play(
    job: Job,
    runs: readonly number[],
    onSample: (sample: PlanSample) => void,
    signal: AbortSignal,
  ): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => task.settle({ died: null });
      const task: Task = {
        id: this.jobs++,
        job,
        waiting: runs.toReversed(),
        left: runs.length,
        onSample,
        settle: (how) => {
          signal.removeEventListener('abort', onAbort);
          this.task = null;
          if ('error' in how) reject(how.error);
          else resolve(how.died);
        },
      };
      this.task = task;
      signal.addEventListener('abort', onAbort);
      const { death = null } = this.members.find((member) => member.death !== null) ?? {};
      if (runs.length === 0 || signal.aborted || death !== null) return task.settle({ died: death });
      for (const member of this.members) {
        member.pending = 0;
        this.feed(member);
      }
    });
  }

  /** Ends the workers, whatever they are doing. */
  close(): void {
    for (const { child } of this.members) child.kill('SIGKILL');
  }

  private start(): Member {
    const child = fork(fileURLToPath(new URL('./worker-main.ts', import.meta.url)), [], {
      serialization: 'advanced',
      execArgv: ['--import', import.meta.resolve('tsx')],
      // tsx reads the tsconfig.json of the working directory: not one that the user happens to be beside.
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const member: Member = { child, jobId: -1, pending: 0, death: null };
    child.on('message', (message: FromPlanWorker) => this.receive(member, message));
    child.on('error', (error) => this.ended(member, error.message));
    child.on('exit', (code, signal) => this.ended(member, signal ? `killed by ${signal}` : `exit code ${code}`));
    return member;
  }

  private ended(member: Member, how: string): void {
    member.death ??= how;
    this.task?.settle({ died: how });
  }

  private feed(member: Member): void {
    const { task } = this;
    if (!task) return;
    if (member.jobId !== task.id) {
      member.jobId = task.id;
      this.tell(member, { type: 'job', id: task.id, job: task.job });
    }
    for (; member.pending < AHEAD && task.waiting.length > 0; member.pending++)
      this.tell(member, { type: 'run', run: task.waiting.pop()! });
  }

  private tell({ child }: Member, message: ToPlanWorker): void {
    if (child.connected) child.send(message, () => undefined);
  }

  private receive(member: Member, message: FromPlanWorker): void {
    const { task } = this;
    if (!task) return;
    if (message.type === 'failed') return task.settle({ error: new Error(message.message) });
    // Of a job that was given up.
    if (message.id !== task.id) return;
    member.pending--;
    task.left--;
    task.onSample(message.sample);
    if (task.left === 0) task.settle({ died: null });
    else this.feed(member);
  }
}
