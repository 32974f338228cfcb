import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromPlayer, Job, Played } from './job.ts';
import { playPatiently } from './patience.ts';

/** A run takes about 20 s; one that takes this long hangs. */
const JOB_AT_MOST_MS = 180_000;

const tell = (why: string): void => void process.stderr.write(`${why}\n`);

/** Plays jobs, `atOnce` of them at a time, in `players` processes. */
export class Pool {
  private readonly players: readonly ChildProcess[];
  private readonly atOnce: number;
  private readonly waiting = new Map<number, (said: FromPlayer) => void>();

  constructor(players: number, atOnce: number) {
    this.atOnce = atOnce;
    this.players = Array.from({ length: players }, () => this.start());
  }

  /** Calls `done` as each job ends, and begins none when `isOver`. @throws Error when a job fails again and again. */
  async play(jobs: readonly Job[], done: (job: Job, played: Played) => void, isOver: () => boolean): Promise<void> {
    const left = [...jobs];
    const lane = async (number: number): Promise<void> => {
      for (let job = left.shift(); job && !isOver(); job = left.shift()) {
        done(job, await playPatiently(job, (one) => this.one(one, number), tell));
      }
    };
    await Promise.all(Array.from({ length: this.atOnce }, (_, number) => lane(number)));
  }

  end(): void {
    for (const player of this.players) if (player.connected) player.disconnect();
  }

  private one(job: Job, lane: number): Promise<Played> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`job ${JSON.stringify(job)} takes too long`)), JOB_AT_MOST_MS);
      this.waiting.set(job.id, (said) => {
        clearTimeout(late);
        if ('played' in said) resolve(said.played);
        else reject(new Error(`job ${JSON.stringify(job)}: ${said.error}`));
      });
      this.players[lane % this.players.length].send(job);
    });
  }

  private start(): ChildProcess {
    const child = fork(fileURLToPath(new URL('player.ts', import.meta.url)), [], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (said: FromPlayer) => {
      const id = 'played' in said ? said.played.id : said.id;
      this.waiting.get(id)?.(said);
      this.waiting.delete(id);
    });
    child.on('exit', (code) => {
      for (const [id, tell] of this.waiting) tell({ id, error: `its player ended (${code})` });
    });
    return child;
  }
}
