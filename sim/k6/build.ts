import { createHash } from 'node:crypto';
import type { CompiledScenario } from '../crowd/compiled.ts';
import type { CrowdSnapshot } from '../crowd/snapshot.ts';
import type { WarmStart } from '../crowd/warm-start.ts';
import { FlashcrowdError, type Problem } from '../errors.ts';
import { drainAtMostMs } from '../live/drain.ts';
import { mark } from '../live/message-json.ts';
import type { Target, TargetConfig } from '../targets/combine.ts';
import { ADAPTERS } from '../targets/adapters.ts';
import { EVENT_FORMAT, EVENT_VERSION, FILES, type EventFile, type RunWords } from './event.ts';
import { k6Thresholds } from './thresholds.ts';

export interface BuildOptions {
  readonly run: RunWords;
  readonly compiled: CompiledScenario;
  readonly target: Target;
  /** With `${NAME}` in place of secrets. */
  readonly config: TargetConfig;
  readonly userAgent: string;
  readonly hosts: readonly string[] | null;
  readonly joinsPerSec: number | null;
  readonly fromMs: number;
  readonly forMs: number;
  /** Pods of viewers. */
  readonly vus: number;
  readonly probeShare: number;
  readonly warm: WarmStart;
  readonly watch: readonly string[];
  /** Most of its viewers who are there at once, and what each of them then hears a second. */
  readonly expectedPeakViewers: number;
  readonly messagesPerViewerPerSec: number;
  /** Whether anything in what is to be written is secret. */
  hasSecrets(event: Omit<EventFile, 'fingerprint'>): boolean;
}

/** Texts of the files beside the script, by their names; and what a user should know. */
export interface BuiltEvent {
  readonly event: EventFile;
  readonly files: Readonly<Record<string, string>>;
  /** Thresholds that k6 cannot judge. */
  readonly thresholdsLeft: readonly string[];
}

/**
 * Around the window: pods wait for a coordinator that plans, for each other, and for the last viewer to connect. They end by themselves; k6 only
 * wants some limit.
 */
const WAITS_AT_MOST_MS = 24 * 3_600_000;
const SETUP_AT_MOST = '120s';
const KEPT_CONNECTIONS = 1000;

/** Throws FlashcrowdError SCENARIO_INVALID or TARGET_INVALID for what k6 cannot play. */
export function buildEvent(options: BuildOptions): BuiltEvent {
  refuseWhatK6Cannot(options);
  const { compiled, config, vus, fromMs, forMs, warm, watch, hosts, joinsPerSec, probeShare, userAgent } = options;
  const { thresholds, left } = k6Thresholds(options.run.scenario.thresholds);
  const { snapshot, ...show } = warm;
  const open: Omit<EventFile, 'fingerprint'> = {
    format: EVENT_FORMAT,
    version: EVENT_VERSION,
    options: {
      scenarios: {
        viewers: {
          executor: 'per-vu-iterations',
          vus,
          iterations: 1,
          maxDuration: `${Math.ceil((WAITS_AT_MOST_MS + forMs + drainAtMostMs(compiled)) / 1000)}s`,
          gracefulStop: '0s',
        },
      },
      thresholds,
      setupTimeout: SETUP_AT_MOST,
      // That many connections of a VU are kept open between requests; k6 keeps six otherwise.
      batch: KEPT_CONNECTIONS,
      batchPerHost: KEPT_CONNECTIONS,
      insecureSkipTLSVerify: config.tls.insecure,
      userAgent,
      systemTags: ['status', 'method', 'name', 'error_code', 'scenario', 'expected_response'],
    },
    scenario: compiled,
    target: config,
    userAgent,
    hosts,
    fromMs,
    forMs,
    shards: vus,
    joinsPerSec,
    probeShare,
    watch,
    show,
    run: options.run,
    fleet: {
      vus,
      expectedPeakViewers: options.expectedPeakViewers,
      messagesPerViewerPerSec: options.messagesPerViewerPerSec,
      secretsLeft: false,
    },
  };
  const body = { ...open, fleet: { ...open.fleet, secretsLeft: options.hasSecrets(open) } };
  const fingerprint = createHash('sha256').update(JSON.stringify(body, mark)).digest('hex').slice(0, 16);
  const event: EventFile = { ...body, fingerprint };
  return {
    event,
    thresholdsLeft: left,
    files: {
      [FILES.event]: `${JSON.stringify(event, mark)}\n`,
      [FILES.crowd]: `${JSON.stringify(partsOf(snapshot, vus))}\n`,
    },
  };
}

/** Who is there, by shard, each as a text that one VU reads. */
function partsOf(snapshot: CrowdSnapshot, shards: number): string[] {
  return Array.from({ length: shards }, (_, shard) => JSON.stringify(shardOf(snapshot, shard, shards), mark));
}

/** The viewers of one shard. */
export function shardOf(snapshot: CrowdSnapshot, shard: number, shards: number): CrowdSnapshot {
  const { atMs, count, ...columns } = snapshot;
  const mine: number[] = [];
  for (let i = 0; i < count; i++) if (snapshot.index[i] % shards === shard) mine.push(i);
  const part = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      column instanceof Uint16Array
        ? Uint16Array.from(mine, (i) => column[i])
        : Int32Array.from(mine, (i) => column[i]),
    ]),
  );
  return { atMs, count: mine.length, ...(part as Omit<CrowdSnapshot, 'atMs' | 'count'>) };
}

function refuseWhatK6Cannot({ compiled, target, config }: BuildOptions): void {
  const problems: Problem[] = [];
  const unknown = config.parts.filter(({ use }) => !ADAPTERS.some((adapter) => adapter.use === use));
  for (const { use } of unknown) {
    problems.push({
      path: 'target',
      message: `${use} is a module of your own`,
      expected: `one of the built-in adapters, which the script has with it: ${ADAPTERS.map((one) => one.use).join(', ')}`,
    });
  }
  if (target.room !== null && target.room.line !== 'socket') {
    problems.push({
      path: 'target',
      message: `its room is heard over HTTP (${target.room.line}), and k6 reads an answer only when it has ended`,
      expected: 'a room over WebSocket',
      hint: 'such rooms are loaded by many machines with `flashcrowd run --shard`',
    });
  }
  if (compiled.video !== null) {
    problems.push({
      path: 'video',
      message: 'the players of the stream are not in the script for k6',
      expected: 'no `video:`',
      hint: 'viewers who watch are loaded by many machines with `flashcrowd run --shard`',
    });
  }
  if (config.tls.ca !== null) {
    problems.push({
      path: '--ca',
      message: 'k6 takes no certificates from a script',
      expected: 'the environment variable SSL_CERT_FILE where k6 runs',
    });
  }
  if (problems.length > 0) throw new FlashcrowdError('TARGET_INVALID', 'k6 cannot play this.', problems);
}
