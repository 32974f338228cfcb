import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SharedPort } from '../fronts/shared-port.ts';
import type { Instance } from '../instance.ts';
import type { StubSettings } from '../options.ts';

export type InstanceSettings = Omit<StubSettings, 'logger'> & { readonly logLevel: string };

/** Goes with the port, over the IPC channel: on the command line all users of the machine could read token and passwords. */
export interface InstanceOrder {
  readonly type: 'listen';
  readonly settings: InstanceSettings;
}

/** What an instance says of its start, over the IPC channel. */
export type InstanceReport = { type: 'listening' } | { type: 'failed'; message: string; code?: string };

/** What is wrong when an instance dies will not be better at once. */
const RESTART_AFTER_MS = 1000;
/** An instance that was told to end and still runs then is ended. */
const KILL_AFTER_MS = 2500;

const MAIN = fileURLToPath(new URL('./instance-main.ts', import.meta.url));

/**
 * Starts `settings.instances` whole stubs, each a process, on one port: the kernel gives a new connection to one of them. One that dies
 * is replaced. They end with this process.
 * @throws Error with `code` when they cannot listen, or cannot reach what they depend on.
 */
export async function startInstances(settings: StubSettings): Promise<Instance> {
  const instances = new Instances(settings, await SharedPort.bind(settings.host, settings.port));
  try {
    await instances.start();
  } catch (error) {
    await instances.close();
    throw error;
  }
  return instances;
}

class Instances implements Instance {
  readonly port: number;
  private readonly settings: StubSettings;
  private readonly shared: SharedPort;
  private readonly children = new Set<ChildProcess>();
  private readonly order: InstanceOrder;
  private closing: Promise<void> | null = null;

  constructor(settings: StubSettings, shared: SharedPort) {
    const { logger, ...plain } = settings;
    this.settings = settings;
    this.shared = shared;
    this.port = shared.port;
    this.order = { type: 'listen', settings: { ...plain, logLevel: logger.level } };
  }

  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.settings.instances }, () => this.startOne()));
    for (const child of this.children) void this.keepAlive(child);
  }

  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    this.shared.close();
    const children = [...this.children];
    for (const child of children) if (child.connected) child.disconnect();
    const cut = setTimeout(() => children.forEach((child) => child.kill('SIGKILL')), KILL_AFTER_MS);
    await Promise.all(children.map(ended));
    clearTimeout(cut);
  }

  private async startOne(): Promise<ChildProcess> {
    const child = fork(MAIN, [], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.children.add(child);
    const end = ended(child).then((how) => {
      this.children.delete(child);
      return how;
    });
    // One that is gone already is noticed by its end.
    child.send(this.order, this.shared.asSendHandle(), undefined, () => {});
    const report = await Promise.race([once(child, 'message'), end]);
    if (typeof report === 'string') throw new Error(`an instance ended before it listened (${report})`);
    const [said] = report as [InstanceReport];
    if (said.type === 'failed') throw Object.assign(new Error(said.message), { code: said.code });
    return child;
  }

  /** Puts another in its place when it ends, and so on. */
  private async keepAlive(child: ChildProcess): Promise<void> {
    const { logger } = this.settings;
    for (let current: ChildProcess | null = child; ;) {
      if (current !== null) {
        const how = await ended(current);
        if (this.closing !== null) return;
        logger.warn({ pid: current.pid, how }, 'an instance has ended; its viewers are gone');
      }
      await delay(RESTART_AFTER_MS, undefined, { ref: false });
      if (this.closing !== null) return;
      current = await this.startOne().catch((error: unknown) => {
        logger.warn({ err: error }, 'an instance could not be started again');
        return null;
      });
    }
  }
}

/** How it ended: `exit code 1`, `SIGKILL`. */
async function ended(child: ChildProcess): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
  }
  return child.signalCode ?? `exit code ${child.exitCode}`;
}
