/**
 * The stub as a process of its own: `node --import tsx server-stub/main.ts '{"port":4000}'`.
 *
 * Its only argument is a JSON object of options (those of `startStub` except `logger`, and `logLevel`: pino's, default
 * `silent`, to stderr). It reports once, over the IPC channel if it was forked, else as a line on stdout:
 * `{"type":"ready","url","port","adminToken"}` or `{"type":"failed","message"}` (exit code 1).
 * It ends on SIGTERM, or when the channel is cut, so it never outlives its parent.
 */
import { writeSync } from 'node:fs';
import { destination, pino } from 'pino';
import { startStub, type Stub, type StubOptions } from './index.ts';

/** Whatever hangs, the process is gone after this. */
const EXIT_AFTER_MS = 1900;
const STDOUT = 1;
const STDERR = 2;

export type StubReport =
  | { type: 'ready'; url: string; port: number; adminToken: string }
  | { type: 'failed'; message: string };
export type StubProcessOptions = Omit<StubOptions, 'logger'> & { logLevel?: string };

const forked = process.send !== undefined;

function report(message: StubReport): Promise<void> {
  if (!forked) {
    writeSync(STDOUT, `${JSON.stringify(message)}\n`);
    return Promise.resolve();
  }
  // A channel that is gone means that nobody waits for the report: then the error is of no interest.
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

function readOptions(argument: string | undefined): StubOptions {
  const { logLevel = 'silent', ...options } = JSON.parse(argument ?? '{}') as StubProcessOptions;
  return { ...options, logger: pino({ level: logLevel }, destination(STDERR)) };
}

function endWhenAsked(stub: Stub): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), EXIT_AFTER_MS).unref();
    void stub.close().finally(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('disconnect', end);
  if (!forked) process.on('SIGINT', end);
  if (forked && !process.connected) end();
}

// Ctrl-C reaches the whole process group; a parent decides itself when its run is over.
if (forked) process.on('SIGINT', () => {});
try {
  const stub = await startStub(readOptions(process.argv[2]));
  endWhenAsked(stub);
  await report({ type: 'ready', url: stub.url, port: stub.port, adminToken: stub.adminToken });
} catch (error) {
  await report({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
