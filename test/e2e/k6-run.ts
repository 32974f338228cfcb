import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '../../sim/result.ts';
import { CLI } from '../cli/run-cli.ts';
import { Command, temporaryFolder, type StartOptions } from './command.ts';
import { childrenOf, type Child } from './processes.ts';

/** So that no k6 outlives a test whose coordinator was killed for long. */
export const GONE_AFTER_MS = 1500;
const ENVIRONMENT = { FLASHCROWD_COORDINATOR_GONE_AFTER_MS: `${GONE_AFTER_MS}` };

export const THREE_THOUSAND = fileURLToPath(new URL('../fixtures/three-thousand.yaml', import.meta.url));

/** A `flashcrowd k6 run` or `k6 coordinate`, with its results in a folder that is removed after the test. */
export class K6Run extends Command {
  readonly dir: string;

  private constructor(dir: string, [what, ...args]: readonly string[], { env, ...options }: StartOptions) {
    super(process.execPath, [CLI, 'k6', what, '--out', dir, '--no-plan', ...args], {
      ...options,
      env: { ...ENVIRONMENT, ...env },
    });
    this.dir = dir;
  }

  static start(args: readonly string[], options: StartOptions = {}): K6Run {
    return new K6Run(temporaryFolder(), args, options);
  }

  /** Throws Error when the run has not written one. */
  result(): RunResult {
    return JSON.parse(readFileSync(path.join(this.dir, 'result.json'), 'utf8')) as RunResult;
  }

  /** The k6 processes that it leads now, in the order in which it started them. */
  processes(): Child[] {
    return childrenOf(this.pid)
      .filter(({ commandLine }) => commandLine.includes('--no-color'))
      .toSorted((a, b) => a.pid - b.pid);
  }
}

/** Builds an event for k6; answers the folder. */
export async function buildK6(...args: string[]): Promise<string> {
  const dir = temporaryFolder();
  const { code, stderr } = await new Command(process.execPath, [CLI, 'k6', 'build', ...args, '-o', dir]).ended;
  if (code !== 0) throw new Error(`k6 build: ${stderr}`);
  return dir;
}

/** Viewers who are there when the window of what was built begins. */
export function presentIn(dir: string): number {
  const parts = JSON.parse(readFileSync(path.join(dir, 'crowd.json'), 'utf8')) as string[];
  return parts.reduce((sum, part) => sum + (JSON.parse(part) as { count: number }).count, 0);
}

interface Summary {
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A k6 of nobody's but the test's own, on what was built. */
export class PlainK6 extends Command {
  private readonly summaryFile: string;

  private constructor(k6: string, dir: string, env: Readonly<Record<string, string>>) {
    const summaryFile = path.join(dir, 'summary.json');
    const quiet = ['--quiet', '--no-color', '--no-usage-report', '--address', ''];
    super(k6, ['run', ...quiet, '--summary-export', summaryFile, path.join(dir, 'script.js')], {
      env: { ...ENVIRONMENT, ...env },
    });
    this.summaryFile = summaryFile;
  }

  static start(k6: string, dir: string, env: Readonly<Record<string, string>>): PlainK6 {
    return new PlainK6(k6, dir, env);
  }

  summary(): Summary {
    return JSON.parse(readFileSync(this.summaryFile, 'utf8')) as Summary;
  }
}
