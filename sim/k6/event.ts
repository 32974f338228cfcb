import type { CompiledScenario } from '../crowd/compiled.ts';
import type { WarmStart } from '../crowd/warm-start.ts';
import type { Scenario } from '../scenario/schema/scenario.ts';
import type { AbortLimits } from '../targets/index.ts';
import type { TargetConfig } from '../targets/combine.ts';

/** What the build and the script agree on. */

export const EVENT_FORMAT = 'flashcrowd-k6';
export const EVENT_VERSION = 1;

/** Names of the files beside each other; the script opens the others. */
export const FILES = { script: 'script.js', event: 'event.json', crowd: 'crowd.json' } as const;

/** By these the environment tells a k6 process of its fleet. */
export const ENV = {
  coordinator: 'FLASHCROWD_COORDINATOR',
  token: 'FLASHCROWD_COORDINATOR_TOKEN',
  instance: 'FLASHCROWD_INSTANCE',
  /** In ms: a coordinator that does not answer for so long is gone. */
  goneAfterMs: 'FLASHCROWD_COORDINATOR_GONE_AFTER_MS',
  startWithinMs: 'FLASHCROWD_COORDINATOR_START_WITHIN_MS',
} as const;

/** The header that carries the token. */
export const TOKEN_HEADER = 'x-flashcrowd-token';

/** `event.json`: all of an event that a k6 process needs; `fleet.secretsLeft` says whether secrets stand in it. Written with the codec of messages. */
export interface EventFile {
  readonly format: typeof EVENT_FORMAT;
  readonly version: typeof EVENT_VERSION;
  /** Of everything else in here: a coordinator and its fleet must have the same. */
  readonly fingerprint: string;
  /** What `k6` is given as its options. */
  readonly options: K6Options;
  readonly scenario: CompiledScenario;
  /** `${NAME}` in place of what is secret: the environment says it. */
  readonly target: TargetConfig;
  readonly userAgent: string;
  /** Hosts that requests and lines may go to; `null`: any. */
  readonly hosts: readonly string[] | null;
  readonly fromMs: number;
  readonly forMs: number;
  /** Pods of viewers: one VU plays one shard. */
  readonly shards: number;
  readonly joinsPerSec: number | null;
  readonly probeShare: number;
  /** Tagged metrics that thresholds ask for. */
  readonly watch: readonly string[];
  /** The show as it stands at the start of the window; without a coordinator the first VU is the host. */
  readonly show: Omit<WarmStart, 'snapshot'>;
  /** For the coordinator: what `run` is given, too. */
  readonly run: RunWords;
  /** For manifests. */
  readonly fleet: {
    readonly vus: number;
    readonly expectedPeakViewers: number;
    readonly messagesPerViewerPerSec: number;
    /** Secrets that no variable says, such as accounts, stand in this file: not everybody may read it. */
    readonly secretsLeft: boolean;
  };
}

export interface RunWords {
  /** Without its target: `target` of the event is what is played, and its secrets are named there. */
  readonly scenario: Omit<Scenario, 'target'>;
  /** As shown in reports. */
  readonly file: string;
  readonly seed: string;
  /** Masked. */
  readonly overrides: readonly string[];
  /** Words of the command line that name the target. */
  readonly targetWords: readonly string[];
  readonly owned: readonly string[];
  readonly abort: AbortLimits | null;
}

export interface K6Options {
  readonly scenarios: Readonly<Record<string, object>>;
  readonly thresholds: Readonly<Record<string, readonly K6Threshold[]>>;
  readonly [option: string]: unknown;
}

export interface K6Threshold {
  readonly threshold: string;
  readonly abortOnFail?: boolean;
  readonly delayAbortEval?: string;
}
