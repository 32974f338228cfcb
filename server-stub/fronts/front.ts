import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Hub } from '../rooms/hub.ts';
import type { Visit } from '../rooms/visit.ts';
import type { Wish } from '../rooms/wish.ts';
import { Channel } from './channel.ts';
import { FrontLine } from './front-audience.ts';
import { TO_FRONT, TO_MAIN } from './records.ts';
import type { SharedPort } from './shared-port.ts';

export interface FrontSettings {
  /** Where plain HTTP is answered. */
  readonly shopUrl: string;
  readonly maxBufferedBytes: number;
  readonly backlog: number;
  readonly graceMs: number;
}

/** What a front says of its start, over the IPC channel. */
export type FrontReport = { type: 'listening' } | { type: 'failed'; message: string; code?: string };

/** A front that lets this much pile up does not work any more. */
const MAX_QUEUED_BYTES = 256 * 1024 * 1024;
/** Where the pipe stands in the list of the child's files. */
export const PIPE_FD = 4;

/** A process that holds sockets of viewers, seen from the main process. */
export class Front {
  readonly channel: Channel;
  /** How it ended: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  private readonly hub: Hub;
  private readonly child: ChildProcess;
  private readonly visits = new Map<number, Visit>();

  constructor(settings: FrontSettings, hub: Hub) {
    this.hub = hub;
    this.child = fork(fileURLToPath(new URL('./front-main.ts', import.meta.url)), [JSON.stringify(settings)], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc', 'pipe'],
    });
    this.channel = new Channel(this.child.stdio[PIPE_FD] as Duplex, (kind, number, payload) =>
      this.take(kind, number, payload),
    );
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
      this.child.once('error', (error) => resolve(error.message));
    });
  }

  /** Gives it the port. @throws Error with `code` when it cannot listen. */
  async listen(port: SharedPort): Promise<void> {
    // One that is gone already is noticed by its end.
    this.child.send('listen', port.asSendHandle(), undefined, () => {});
    const report = await Promise.race([once(this.child, 'message'), this.ended]);
    if (typeof report === 'string') throw new Error(`a front ended before it listened (${report})`);
    const [said] = report as [FrontReport];
    if (said.type === 'failed') throw Object.assign(new Error(said.message), { code: said.code });
  }

  get isStuck(): boolean {
    return this.channel.queuedBytes > MAX_QUEUED_BYTES;
  }

  /** It takes nobody in any more, and ends when everybody has gone, after `graceMs` at the latest. */
  end(): void {
    this.channel.send(TO_FRONT.end, 0);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** The process is gone, and everybody with it. */
  forgetVisits(): void {
    for (const visit of this.visits.values()) visit.left();
    this.visits.clear();
  }

  private take(kind: number, number: number, payload: Buffer): void {
    if (kind === TO_MAIN.enter) {
      const wish = JSON.parse(String(payload)) as Wish;
      const visit = this.hub.enter(wish.roomId, wish, new FrontLine(this.channel, number));
      if (visit !== null) this.visits.set(number, visit);
      return;
    }
    const visit = this.visits.get(number);
    if (visit === undefined) return;
    if (kind === TO_MAIN.said) visit.said(String(payload));
    else if (kind === TO_MAIN.fellBehind) visit.fellBehind();
    else if (kind === TO_MAIN.left) {
      visit.left();
      this.visits.delete(number);
    }
  }
}
