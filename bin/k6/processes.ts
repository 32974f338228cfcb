import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FlashcrowdError } from '../../sim/errors.ts';
import { ENV } from '../../sim/k6/event.ts';
import { findProgram } from '../doctor/programs.ts';

export interface K6Processes {
  /** The k6 to use; default: the one built here, then that of the PATH. */
  readonly program?: string;
  readonly script: string;
  readonly instances: number;
  /** Where each writes what it says: `k6-1.log`. */
  readonly logDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** For `k6 run`. */
  readonly args: readonly string[];
  /** From 1. */
  ended(instance: number, how: string): void;
}

/** Once its VUs have said all, k6 writes its summary and what its outputs still hold. */
const LET_END_MS = 2000;
/** After SIGTERM k6 ends its VUs; one that does not is killed. */
const KILL_AFTER_MS = 5000;

/** Throws FlashcrowdError BAD_USAGE when there is no k6. */
export function k6Program(named?: string): string {
  if (named !== undefined && !isProgram(named)) {
    throw new FlashcrowdError('BAD_USAGE', `${named} is no program.`, [
      { path: '--k6', message: 'there is no such program, or it may not be run', expected: 'the path of a k6' },
    ]);
  }
  const program = named ?? findProgram('k6');
  if (program !== null) return program;
  throw new FlashcrowdError('BAD_USAGE', 'There is no k6 here.', [
    {
      path: '--k6',
      message: 'not found',
      expected: 'its path, or a `k6` in the PATH; `npm run tools:k6` builds the one that is tested',
    },
  ]);
}

/** Starts k6 as often as asked, each on its part of the VUs, as k6-operator does. Answers how to end them. */
export function startK6(options: K6Processes): () => Promise<void> {
  const { instances, logDir, ended } = options;
  const children = Array.from({ length: instances }, (_, i) => start(options, i));
  const ends = children.map(
    (child, i) =>
      new Promise<void>((resolve) => {
        const end = (how: string): void => {
          ended(i + 1, `k6 ended (${how}); see ${path.join(logDir, logName(i))}`);
          resolve();
        };
        child.on('error', (error) => end(error.message));
        child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
      }),
  );
  return async () => {
    await Promise.race([Promise.all(ends), delay(LET_END_MS, undefined, { ref: false })]);
    const late = setTimeout(() => children.forEach((child) => child.kill('SIGKILL')), KILL_AFTER_MS);
    for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
    await Promise.all(ends);
    clearTimeout(late);
  };
}

function start({ program, script, instances, logDir, environment, args }: K6Processes, i: number): ChildProcess {
  const log = openSync(path.join(logDir, logName(i)), 'w');
  const edges = Array.from({ length: instances + 1 }, (_, n) => edge(n, instances));
  const segment = [
    '--execution-segment',
    `${edges[i]}:${edges[i + 1]}`,
    '--execution-segment-sequence',
    edges.join(','),
  ];
  const child = spawn(
    k6Program(program),
    ['run', '--quiet', '--no-color', ...(instances > 1 ? segment : []), ...args, script],
    // Ctrl-C in a terminal reaches a whole process group: its coordinator decides when a k6 ends.
    {
      stdio: ['ignore', log, log],
      detached: true,
      env: { ...process.env, ...environment, [ENV.instance]: `${i + 1}` },
    },
  );
  closeSync(log);
  return child;
}

/** `0`, `1/3`, `2/3`, `1`. */
function edge(n: number, of: number): string {
  if (n === 0 || n === of) return `${n / of}`;
  return `${n}/${of}`;
}

function logName(i: number): string {
  return `k6-${i + 1}.log`;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
