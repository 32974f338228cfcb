import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../bin/flashcrowd.js', import.meta.url));
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another path to the same program, such as a symbolic link. */
  readonly cli?: string;
}

/** Starts the real command line in a process of its own. */
export function startCli(
  args: readonly string[],
  { cwd = REPOSITORY, env = {}, cli = CLI }: CliOptions = {},
): ChildProcess {
  // Without what the test runner or the shell may have set: a test decides itself.
  const inherited = { ...process.env };
  for (const name of ['DEBUG', 'ADMIN_TOKEN', 'STORE', 'BUS']) delete inherited[`FLASHCROWD_${name}`];
  return spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs it to its end. */
export function runCli(args: readonly string[], options?: CliOptions): Promise<CliResult> {
  return finish(startCli(args, options));
}

/** Collects everything the process prints from now on, until it ends. */
export function finish(child: ChildProcess): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Waits until the process has printed something that matches; rejects when it ends before. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let text = '';
  return new Promise((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match) resolve(match);
    };
    child.stdout!.on('data', look);
    child.stderr!.on('data', look);
    child.once('close', () => reject(new Error(`ended before it printed ${pattern}:\n${text}`)));
  });
}
