import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server in a process of its own, which can be ended and begun again as often as a test likes. */
export class ServerProcess {
  private readonly command: readonly [string, ...string[]];
  private readonly account: Account | undefined;
  private readonly readyWhen: RegExp;
  private child: ChildProcess | null = null;

  /** It is ready when a line that it prints matches `readyWhen`. */
  constructor(command: readonly [string, ...string[]], readyWhen: RegExp, account?: Account) {
    this.command = command;
    this.readyWhen = readyWhen;
    this.account = account;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<void> {
    const [program, ...options] = this.command;
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'], ...this.account });
    this.child = child;
    // It must not outlive a test that crashes.
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const listen = (chunk: Buffer): void => {
        // Read on after it is ready: a full pipe would stop the server.
        if (this.readyWhen.test((said = (said + String(chunk)).slice(-10_000)))) resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`${program} ended:\n${said}`)));
    });
  }

  /** Resolves when it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    // A process that was stopped takes no other signal.
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  }

  /** Holds it: connections stay open, and nothing is answered. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }
}
