import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { RunResult } from '../../sim/result.ts';
import { CLI } from '../cli/run-cli.ts';

/** No wait of these tests is longer, unless it says so. */
const WAIT_AT_MOST_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** In a process group of its own, as a shell starts it. */
  readonly group?: boolean;
  /** Until it must have ended. Default: a minute. */
  readonly atMostMs?: number;
}

/** A process under test. It is killed after the test, and what it started ends with it. */
export class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  private readonly startedAtMs = performance.now();

  constructor(
    file: string,
    args: readonly string[],
    { env = {}, group = false, atMostMs = WAIT_AT_MOST_MS }: StartOptions = {},
  ) {
    const { FLASHCROWD_DEBUG: _debug, FLASHCROWD_ADMIN_TOKEN: _token, ...inherited } = process.env;
    this.child = spawn(file, args, {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: group,
    });
    this.child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = bounded(
      new Promise((resolve, reject) => {
        this.child.once('error', reject);
        this.child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
      }),
      () => `still running:\n${this.stdout}\n${this.stderr}`,
      atMostMs,
    );
    // Whoever does not wait for the end must not fail by it.
    this.ended.catch(() => undefined);
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  get pid(): number {
    return this.child.pid!;
  }

  elapsedMs(): number {
    return performance.now() - this.startedAtMs;
  }

  /** Waits until standard output matches; rejects when the process ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(this.stdout);
        if (match) resolve(match);
      };
      this.child.stdout!.on('data', look);
      this.child.once('close', () =>
        reject(new Error(`ended before it printed ${pattern}:\n${this.stdout}\n${this.stderr}`)),
      );
      look();
    });
    return bounded(found, () => `never printed ${pattern}:\n${this.stdout}`);
  }
}

/** A `flashcrowd run` with its results in a folder that is removed after the test. */
export class Run extends Command {
  readonly dir: string;

  private constructor(dir: string, args: readonly string[], options: StartOptions) {
    super(process.execPath, [CLI, 'run', ...args, '--out', dir], options);
    this.dir = dir;
  }

  static start(scenario: string, args: readonly string[], options: StartOptions = {}): Run {
    return new Run(temporaryFolder(), [scenarioFile(scenario), ...args], options);
  }

  result(): RunResult {
    return JSON.parse(readFileSync(path.join(this.dir, 'result.json'), 'utf8')) as RunResult;
  }
}

export function scenarioFile(name: string): string {
  return fileURLToPath(new URL(`./scenarios/${name}`, import.meta.url));
}

export function temporaryFolder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'flashcrowd-e2e-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A `flashcrowd serve` that listens. */
export async function serve(...args: string[]): Promise<{ command: Command; url: string; token: string }> {
  const command = new Command(process.execPath, [CLI, 'serve', '--port', '0', ...args]);
  const [, token, url] = await command.printed(/FLASHCROWD_ADMIN_TOKEN=(\S+)[\s\S]*--target (\S+)/);
  return { command, url, token };
}

async function bounded<T>(promise: Promise<T>, state: () => string, atMostMs = WAIT_AT_MOST_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${atMostMs} ms; ${state()}`)), atMostMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
