import { Command, Option } from 'commander';
import { EXIT, FlashcrowdError } from '../sim/errors.ts';
import type { Stub } from '../server-stub/index.ts';
import { STORE_URLS } from '../server-stub/stores/urls.ts';
import { faultOption, type FaultChoice } from './fault-option.ts';
import { wholeNumber } from './options.ts';
import { takeOverInterrupt } from './run/interrupt.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly adminToken?: string;
  readonly processes: number;
  readonly instances: number;
  readonly store: string;
  readonly bus?: string;
  /** In ms, as the help says. */
  readonly coalesce: number;
  /** In ms, as the help says. */
  readonly paymentDelay: number;
  readonly fault: readonly FaultChoice[];
}

const HELP = `
The stub is a live shop: rooms over WebSocket, a shop over HTTP, and an admin API for the host. It keeps everything in memory, unless
--store names a server: ${STORE_URLS.slice(1).join(', ')}.
The +naive ones sell too much under load, on purpose.
Without --admin-token (or FLASHCROWD_ADMIN_TOKEN) it makes a token up and prints it. Ctrl-C stops it.
A URL with a password belongs in FLASHCROWD_STORE or FLASHCROWD_BUS: all users of the machine can read a command line.

Examples:
  $ flashcrowd serve --port 8080 --payment-delay 200
  $ flashcrowd serve --fault stock_race --fault chat_dropped=0.5%
  $ flashcrowd serve --instances 2 --store redis://127.0.0.1:6379`;

export function serveCommand(): Command {
  return new Command('serve')
    .description('run the bundled stub shop alone, to rehearse against it from elsewhere')
    .option('--port <port>', 'port to listen on; 0 takes any free one', wholeNumber(0, 65_535), 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(new Option('--admin-token <token>', 'secret of the admin API').env('FLASHCROWD_ADMIN_TOKEN'))
    .option('--processes <n>', 'processes that hold the sockets of viewers, on one port', wholeNumber(1, 64), 1)
    .option('--instances <n>', 'whole shops on one port, which share store and bus', wholeNumber(1, 64), 1)
    .addOption(
      new Option('--store <url>', 'where stock, orders and payments are kept')
        .default('memory')
        .env('FLASHCROWD_STORE'),
    )
    .addOption(
      new Option(
        '--bus <url>',
        'how instances talk: local, or redis://HOST:PORT (default: the Redis of the store, or local)',
      ).env('FLASHCROWD_BUS'),
    )
    .option(
      '--coalesce <ms>',
      'join the chat of a busy room into one frame every so often; 0: never',
      wholeNumber(0, 1_000),
      20,
    )
    .option('--payment-delay <ms>', 'how long the payment provider takes to answer', wholeNumber(0, 60_000), 0)
    .addOption(faultOption())
    .addHelpText('after', HELP)
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const stub = await start(options);
  process.stdout.write(howToUse(stub));
  await stopSignal();
  await stub.close();
}

async function start(options: ServeOptions): Promise<Stub> {
  // Loaded here, so that the other commands start without a web server in memory.
  const [{ startStub }, { pino }] = await Promise.all([import('../server-stub/index.ts'), import('pino')]);
  const { host, port, processes, instances, coalesce, paymentDelay } = options;
  // An empty variable in the environment is none: the stub has its own ways.
  const adminToken = options.adminToken || undefined;
  const store = options.store || undefined;
  const bus = options.bus || undefined;
  const logger = pino({ level: 'warn' }, pino.destination(2));
  try {
    return await startStub({
      host,
      port,
      processes,
      instances,
      store,
      bus,
      adminToken,
      coalesceMs: coalesce,
      paymentDelayMs: paymentDelay,
      faults: Object.fromEntries(options.fault),
      logger,
    });
  } catch (error) {
    // Options that are each all right, and cannot be together.
    if (error instanceof RangeError) throw new FlashcrowdError('BAD_USAGE', error.message, [], { cause: error });
    throw listenError(error, `${host}:${port}`);
  }
}

/** What goes wrong with an address is the user's to mend; anything else is passed on as it is. */
function listenError(error: unknown, address: string): unknown {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'it is already in use',
    EADDRNOTAVAIL: 'this machine does not have that address',
    EACCES: 'this user may not use that port',
    ENOTFOUND: 'there is no such host',
  };
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'UNAVAILABLE') {
    return new FlashcrowdError('TARGET_UNREACHABLE', `the shop cannot start: ${message}`, [], { cause: error });
  }
  const reason = reasons[code];
  if (!reason) return error;
  return new FlashcrowdError('LISTEN_FAILED', `cannot listen on ${address}: ${reason}`, [], { cause: error });
}

function howToUse({ url, adminToken }: Stub): string {
  return `flashcrowd stub shop at ${url}

Rehearse against it from another terminal:

  FLASHCROWD_ADMIN_TOKEN=${adminToken} \\
    npx flashcrowd run scenarios/creator-drop.ts --target ${url} --from 14m40s --for 45s --scale 0.1

Ctrl-C stops it.
`;
}

/** Waits for Ctrl-C or a request to end. A second one does not wait for open connections. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(EXIT.interrupted);
      asked = true;
      resolve();
    };
    takeOverInterrupt();
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
