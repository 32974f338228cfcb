/** One of several instances of the stub: a process of its own, which `Instances` starts and which ends with it. */
import type { Server } from 'node:net';
import { destination, pino } from 'pino';
import { startInstance, type Instance } from '../instance.ts';
import type { InstanceOrder, InstanceReport } from './instances.ts';

/** Whatever hangs, the process is gone after this. */
const EXIT_AFTER_MS = 1900;
const STDERR = 2;

function report(said: InstanceReport): Promise<void> {
  return new Promise((resolve) => process.send?.(said, undefined, undefined, () => resolve()));
}

function endWhenAsked(instance: Instance): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), EXIT_AFTER_MS).unref();
    void instance.close().finally(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('disconnect', end);
  if (!process.connected) end();
}

async function start({ settings: { logLevel, ...settings } }: InstanceOrder, port: Server): Promise<void> {
  const logger = pino({ level: logLevel, base: { pid: process.pid } }, destination(STDERR));
  try {
    endWhenAsked(await startInstance({ ...settings, logger }, port));
    await report({ type: 'listening' });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    await report({ type: 'failed', message, code });
    process.exit(1);
  }
}

// Ctrl-C reaches the whole process group; the parent decides when it is over.
process.on('SIGINT', () => {});
process.once('message', (order, port) => void start(order as InstanceOrder, port as Server));
