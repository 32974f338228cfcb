import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StubProcessOptions, StubReport } from '../../server-stub/main.ts';
import { FlashcrowdError } from '../../sim/errors.ts';

export interface EmbeddedStub {
  readonly url: string;
  readonly adminToken: string;
  close(): Promise<void>;
}

/** Starts the bundled shop in a process of its own, on a free port of 127.0.0.1. It never outlives this process. */
export async function startEmbeddedStub(options: StubProcessOptions = {}): Promise<EmbeddedStub> {
  const child = fork(fileURLToPath(new URL('../../server-stub/main.ts', import.meta.url)), [JSON.stringify(options)], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const report = await firstReport(child);
  if (report.type === 'failed')
    throw new FlashcrowdError('TARGET_UNREACHABLE', `The embedded stub did not start: ${report.message}`);
  return { url: report.url, adminToken: report.adminToken, close: () => end(child) };
}

function firstReport(child: ChildProcess): Promise<StubReport> {
  return new Promise((resolve) => {
    child.once('message', (report: StubReport) => resolve(report));
    child.once('error', (error) => resolve({ type: 'failed', message: error.message }));
    child.once('exit', (code, signal) =>
      resolve({ type: 'failed', message: `it ended (${signal ?? `exit code ${code}`})` }),
    );
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    if (child.connected) child.disconnect();
    else child.kill('SIGTERM');
  });
}
