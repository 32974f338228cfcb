/** Programs that the bench starts. None outlives it. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { pinned, type Side } from './pinning.ts';

const ASK_AT_MOST_MS = 90_000;
const END_AT_MOST_MS = 3000;

const living = new Set<ChildProcess>();
process.on('exit', killRest);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** What is still there after a measurement that failed must not disturb the next. */
export function killRest(): void {
  for (const child of living) child.kill('SIGKILL');
}

export function start(side: Side, command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(...pinned(side, command, args), options);
  living.add(child);
  child.on('exit', () => living.delete(child));
  return child;
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Resolves when it has ended; after `atMostMs` it is killed. */
export async function ended(child: ChildProcess, atMostMs = END_AT_MOST_MS): Promise<void> {
  if (hasEnded(child)) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), atMostMs);
  await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
}

export interface Answer {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A program that takes commands by the line and answers each with a line of JSON. */
export class LineProgram {
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly name: string;
  private readonly answers: Answer[] = [];
  private rest = '';
  private wake: () => void = () => undefined;

  constructor(side: Side, name: string, command: string, args: readonly string[]) {
    this.name = name;
    this.child = start(side, command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.pid = this.child.pid ?? 0;
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => this.read(text));
    this.child.on('exit', () => this.wake());
    // A program that has ended does not read; what it did not answer says so.
    this.child.stdin!.on('error', () => undefined);
  }

  /** The next line of its output. */
  async next(atMostMs = ASK_AT_MOST_MS): Promise<Answer> {
    const until = performance.now() + atMostMs;
    while (this.answers.length === 0) {
      if (hasEnded(this.child)) throw new Error(`${this.name} ended early`);
      if (performance.now() > until) throw new Error(`${this.name} did not answer within ${atMostMs / 1000} s`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const answer = this.answers.shift()!;
    if (answer.event === 'failed') throw new Error(`${this.name}: ${String(answer.message)}`);
    return answer;
  }

  async ask(command: string): Promise<Answer> {
    this.child.stdin!.write(`${command}\n`);
    return this.next();
  }

  async end(): Promise<void> {
    this.child.stdin!.end();
    await ended(this.child);
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) this.answers.push(JSON.parse(line) as Answer);
    this.wake();
  }
}
