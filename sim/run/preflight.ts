import type { CompiledScenario } from '../crowd/compiled.ts';
import { FlashcrowdError } from '../errors.ts';
import type { Target } from '../targets/combine.ts';
import { ownFileLimits } from './file-limits.ts';
import type { HttpResult } from '../live/http.ts';
import type { HttpClients } from './http-clients.ts';
import type { RunOptions } from './options.ts';
import { isLoopback, loopbackAddresses, ownPorts, parsePorts } from './ports.ts';

/** So that the command as a whole gives up within 5 s. */
const REACH_WITHIN_MS = 1500;
const TRY_EVERY_MS = 250;
/** Modules, logs, the IPC channel, and sockets that are closing while others open. */
const SPARE_FILES = 200;
/** Connections for shopping that a worker has at the least; with more files, as many as it has viewers. */
const MIN_SHOP_CONNECTIONS = 128;
/** As many as the command line takes. */
const MAX_WORKERS = 256;
const MAX_STUB_PROCESSES = 64;
/** Expected viewers are a mean; bursts of arrivals go above it. */
const HEADROOM = 1.25;

/** Ports that an address has, once the system is told to use all that it may. */
const WIDEST_RANGE = parsePorts('1024 65535');

/** Files that a process needs however few viewers it holds. */
const FIXED_FILES = MIN_SHOP_CONNECTIONS + SPARE_FILES;

/** Files that one worker may have open at once in this window. */
export function filesNeeded(compiled: CompiledScenario, fromMs: number, forMs: number, workers: number): number {
  return Math.ceil(mostLines(compiled, fromMs, forMs) / workers) + FIXED_FILES;
}

/** What a run connects, and from where. */
export type Crowded = Pick<
  RunOptions,
  'compiled' | 'fromMs' | 'forMs' | 'workers' | 'stubProcesses' | 'localAddresses'
> & {
  /** What is connected to. */
  readonly origins: readonly string[];
};

export interface Connections {
  /** For shopping, of one worker, at most. */
  readonly shopConnections: number;
  /** For the stream, of one worker. */
  readonly videoConnections: number;
  /** That all connections are made from; none: the system chooses. */
  readonly localAddresses: readonly string[];
}

/** What the system lets one process open, and how many connections to one backend one address can make. */
export interface Limits {
  readonly files: number;
  readonly ports: number;
}

function ownLimits(): Limits {
  return { files: ownFileLimits()?.soft ?? Infinity, ports: ownPorts() };
}

/**
 * Connections for shopping of one worker, at most: one for each viewer, as phones have, where files and ports suffice for it. The
 * addresses that all connections are made from: those that were named; for a crowd that one address of the loopback has no ports
 * for, several; else none, and the system chooses.
 */
export function connectionsOf(run: Crowded, limits = ownLimits()): Connections {
  const { compiled, fromMs, forMs, workers, stubProcesses } = run;
  const viewers = mostViewers(compiled, fromMs, forMs);
  // The processes of a stub have the other end of every line; a worker has those of its own viewers.
  const holders = stubProcesses > 0 ? Math.min(stubProcesses, workers) : workers;
  const videoConnections = Math.ceil((viewers * videoLines(compiled)) / workers);
  const lines = viewers * (1 + videoLines(compiled));
  const freeFiles = ((limits.files - SPARE_FILES) * holders - lines) / workers;
  const freePorts = (portsOf(run, limits) - lines) / workers;
  const free = Math.floor(Math.min(freeFiles, freePorts));
  const shopConnections = Math.max(MIN_SHOP_CONNECTIONS, Math.min(Math.ceil(viewers / workers), free));
  const localAddresses = choosesAddresses(run)
    ? loopbackAddresses(Math.ceil(lines) + shopConnections * workers, limits.ports)
    : run.localAddresses;
  return { shopConnections, videoConnections, localAddresses };
}

/** Nobody named the addresses to connect from, and there are as many as it takes. */
function choosesAddresses({ origins, localAddresses }: Crowded): boolean {
  return localAddresses.length === 0 && origins.length > 0 && origins.every(isLoopback);
}

/** Connections that all addresses together can make. */
function portsOf(run: Crowded, { ports }: Limits): number {
  return choosesAddresses(run) ? Infinity : Math.max(1, run.localAddresses.length) * ports;
}

function mostViewers(compiled: CompiledScenario, fromMs: number, forMs: number): number {
  const step = compiled.audienceStepMs;
  const first = Math.max(0, Math.floor(fromMs / step) - 1);
  const window = compiled.audience.subarray(first, Math.ceil((fromMs + forMs) / step) + 1);
  return HEADROOM * window.reduce((most, viewers) => Math.max(most, viewers), 0);
}

/** Viewers' own lines, and those over which they watch. */
function mostLines(compiled: CompiledScenario, fromMs: number, forMs: number): number {
  return mostViewers(compiled, fromMs, forMs) * (1 + videoLines(compiled));
}

/** For each viewer on average: who takes parts of segments has one request that waits for the playlist besides. */
function videoLines({ video }: CompiledScenario): number {
  return video === null ? 0 : video.watchP * (video.lowLatency === false ? 1 : 2);
}

/**
 * Says before the run when a process could not hold its viewers. `stubProcesses`: those of an embedded stub, which hold all of them
 * together; 0 without one. Throws FlashcrowdError TOO_FEW_FILES.
 */
export function checkFiles(
  compiled: CompiledScenario,
  fromMs: number,
  forMs: number,
  workers: number,
  stubProcesses: number,
  limit = ownFileLimits()?.soft ?? Infinity,
): void {
  const viewers = mostLines(compiled, fromMs, forMs);
  const workerFiles = filesNeeded(compiled, fromMs, forMs, workers);
  // A stub has the other end of every line: all viewers, and the connections of every worker.
  const stubFixed = Math.ceil((MIN_SHOP_CONNECTIONS * workers) / stubProcesses) + SPARE_FILES;
  const stubFiles = stubProcesses > 0 ? Math.ceil(viewers / stubProcesses) + stubFixed : 0;
  const isStub = stubFiles > workerFiles;
  const fixed = isStub ? stubFixed : FIXED_FILES;
  const most = Math.max(workerFiles, stubFiles);
  if (most <= limit) return;
  const remedies = [`ulimit -n ${Math.ceil(most / 1024) * 1024}`];
  const room = limit - fixed;
  const scale = Math.floor(((compiled.scale * room) / (most - fixed)) * 1000) / 1000;
  if (scale > 0) remedies.push(`--scale ${scale}`);
  const moreProcesses = Math.ceil((viewers + MIN_SHOP_CONNECTIONS * workers) / (limit - SPARE_FILES));
  if (isStub && workerFiles <= limit && limit > SPARE_FILES && moreProcesses <= MAX_STUB_PROCESSES)
    remedies.push(`--stub-processes ${moreProcesses}`);
  const more = Math.ceil(viewers / (limit - FIXED_FILES));
  // The connections of every worker are the stub's, too.
  if (limit > FIXED_FILES && stubProcesses === 0 && more <= MAX_WORKERS) remedies.push(`--workers ${more}`);
  const who = isStub ? stubName(stubProcesses) : `Each of ${workers} worker${workers === 1 ? '' : 's'}`;
  throw new FlashcrowdError(
    'TOO_FEW_FILES',
    `${who} may need ${most} open files in this window, and the limit is ${limit}.`,
    [
      {
        path: '',
        message: 'too few file descriptors',
        expected: `at least ${most}`,
        hint: `try one of: ${remedies.join(', ')}`,
      },
    ],
  );
}

function stubName(processes: number): string {
  return processes === 1 ? 'The embedded stub' : `Each of ${processes} processes of the embedded stub`;
}

/** Says before the run when this machine has too few ports for its connections to the target. Throws FlashcrowdError TOO_FEW_PORTS. */
export function checkPorts(run: Crowded, limits = ownLimits()): void {
  const { compiled, fromMs, forMs, workers, origins } = run;
  const fixed = MIN_SHOP_CONNECTIONS * workers;
  const most = Math.ceil(mostLines(compiled, fromMs, forMs)) + fixed;
  const ports = portsOf(run, limits);
  if (most <= ports) return;
  const addresses = Math.max(1, run.localAddresses.length);
  const remedies = [`--local-addresses with ${Math.ceil(most / limits.ports)} addresses of this machine`];
  if (origins.some((origin) => new URL(origin).hostname === 'localhost'))
    remedies.unshift('--target with 127.0.0.1 in place of localhost');
  if (addresses * WIDEST_RANGE >= most) remedies.push('sysctl -w net.ipv4.ip_local_port_range="1024 65535"');
  const scale = Math.floor(((compiled.scale * (ports - fixed)) / (most - fixed)) * 1000) / 1000;
  if (scale > 0) remedies.push(`--scale ${scale}`);
  throw new FlashcrowdError(
    'TOO_FEW_PORTS',
    `The run may need ${most} connections to ${origins.join(' and ')} in this window, and ${addresses === 1 ? 'one address' : `${addresses} addresses`} of this machine can make ${ports}.`,
    [
      {
        path: '',
        message: 'too few ephemeral ports',
        expected: `at least ${most}`,
        hint: `try one of: ${remedies.join(', ')}`,
      },
    ],
  );
}

/** Waits a few seconds for every part of the target to answer. Throws FlashcrowdError TARGET_UNREACHABLE. */
export async function reachTarget({ name, health }: Target, http: HttpClients, stop: AbortSignal): Promise<void> {
  const until = performance.now() + REACH_WITHIN_MS;
  for (const request of health) {
    const why = await reach(request, http, until, stop);
    if (stop.aborted) return;
    if (why === null) continue;
    throw new FlashcrowdError(
      'TARGET_UNREACHABLE',
      `${name} at ${request.origin} cannot be reached: ${why}${why.endsWith('?') ? '' : '.'}`,
    );
  }
}

/** Why it does not answer as it should; `null`: it does. */
async function reach(
  request: Target['health'][number],
  http: HttpClients,
  until: number,
  stop: AbortSignal,
): Promise<string | null> {
  let why = 'there was no time to ask';
  do {
    const result = await http.send(request, Math.max(500, until - performance.now()));
    if ('answer' in result && result.answer.status < 400) return null;
    why = whyNot(result);
    await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
  } while (performance.now() < until && !stop.aborted);
  return why;
}

function whyNot(result: HttpResult): string {
  if ('answer' in result) return `something answers there, with status ${result.answer.status}: is it the right URL?`;
  return (result.code && CODES[result.code]) ?? REASONS[result.failure];
}

const CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
};

const REASONS = {
  refused: 'the connection was refused',
  timeout: 'it did not answer in time',
  broken: 'the connection broke',
} as const;
