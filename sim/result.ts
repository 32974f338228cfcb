/**
 * RunResult: what every engine writes and every report reads. Versioned JSON; fields are only ever added within a
 * version. Units stand last in every name. `null` means "not measured", never zero.
 */

import type { CheckResult, IncidentResult } from './ledger/check.ts';

/** What is kept of the evidence of one check. */
export { EVIDENCE_AT_MOST } from './ledger/check.ts';

export const RESULT_FORMAT = 'flashcrowd/run-result';
export const RESULT_VERSION = 1;

export type VerdictStatus = 'passed' | 'failed' | 'violated' | 'invalid' | 'interrupted' | 'unreachable';

/** A number with its percentiles. Times in ms from intended start unless the metric says otherwise. */
export interface TrendSummary {
  readonly type: 'trend';
  readonly unit: string;
  readonly count: number;
  readonly min: number;
  readonly avg: number;
  readonly med: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}
export interface CounterSummary {
  readonly type: 'counter';
  readonly unit: string;
  readonly count: number;
  readonly ratePerSec: number;
}
export interface RateSummary {
  readonly type: 'rate';
  readonly unit: string;
  /** Share of true among all, 0 to 1; NaN never: `null` when nothing was counted. */
  readonly rate: number | null;
  readonly passes: number;
  readonly total: number;
}
export interface GaugeSummary {
  readonly type: 'gauge';
  readonly unit: string;
  readonly last: number;
  readonly min: number;
  readonly max: number;
}
export type MetricSummary = TrendSummary | CounterSummary | RateSummary | GaugeSummary;

export interface ThresholdResult {
  /** As written: `chat_lag{during:drop:serum}`. */
  readonly metric: string;
  /** As written: `p(99)<250`. */
  readonly expression: string;
  /** `unknown` when the metric was never measured. Unknown is not a pass. */
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly observed: number | null;
  readonly abortOnFail: boolean;
  /** Set when this threshold ended the run. */
  readonly abortedAtMs: number | null;
}

export type InvariantResult = CheckResult;

export interface CueResult {
  readonly id: string;
  /** Tag used by threshold windows, `drop:serum`. */
  readonly window: string;
  readonly kind: string;
  readonly label: string;
  readonly roomId: string;
  readonly productId: string | null;
  /** Event time, ms from the start of the event. */
  readonly plannedMs: number;
  /** When the host's request was sent and answered, event time; `null` when it never was. */
  readonly sentMs: number | null;
  readonly answeredMs: number | null;
  /** `manual`: the backend has no action for it. */
  readonly status: 'done' | 'failed' | 'not_reached' | 'manual';
  /** Viewers who received it: live, or with the welcome when they came later. */
  readonly received: number;
  readonly soldOutMs: number | null;
}

/** One row of arrays, one entry a step. All the same length. `null` inside a row: nothing was measured in that step. */
export interface Series {
  readonly stepMs: number;
  /** Event time of the first entry. */
  readonly startMs: number;
  readonly length: number;
  readonly rows: Readonly<Record<SeriesName, readonly (number | null)[]>>;
  /** Units that can be bought now, a row for each product. */
  readonly stockLeft: Readonly<Record<string, readonly (number | null)[]>>;
}
export const SERIES_NAMES = [
  'viewers',
  'joins',
  'leaves',
  'reconnects',
  'chatSent',
  'chatReceived',
  'likesSent',
  'giftsSent',
  'framesReceived',
  'bytesReceived',
  'chatLagP50Ms',
  'chatLagP95Ms',
  'chatLagP99Ms',
  'chatLagMaxMs',
  'httpRequests',
  'httpErrors',
  'views',
  'carts',
  'checkouts',
  'orders',
  'ordersRejected',
  'ordersUnknown',
  'joinsFailed',
  'checkoutP95Ms',
  'lateStartP99Ms',
  'loopDelayMaxMs',
  'receiveWaitP99Ms',
  'stallMaxMs',
  'gcMaxMs',
  'workerCpuMaxShare',
  'workerBusyMaxShare',
] as const;
export type SeriesName = (typeof SERIES_NAMES)[number];

/**
 * How many viewers came how far, for one product (or all: productId `null`). Viewers, not requests: extra taps and retries
 * do not count again, but a viewer who is shown a product by two cues counts twice.
 */
export interface Funnel {
  readonly productId: string | null;
  readonly title: string;
  readonly shown: number;
  readonly clicked: number;
  readonly carted: number;
  readonly checkedOut: number;
  readonly paid: number;
  readonly unitsSold: number;
  readonly gmvMinor: number;
  readonly lost: {
    readonly soldOut: number;
    readonly declined: number;
    readonly failed: number;
    readonly unknown: number;
  };
}

export interface ProductBooks {
  readonly productId: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly stockedUnits: number;
  /** From the backend's books; `null` when they could not be read. */
  readonly soldUnits: number | null;
  readonly leftUnits: number | null;
  /** In carts and unpaid orders when the books were read. */
  readonly heldUnits: number | null;
  /** What the viewers were told. */
  readonly toldSoldUnits: number;
  /** Of those, given back again. */
  readonly toldRefundedUnits: number;
  readonly toldUnknownUnits: number;
}

/** Rows of the series that a plan has too. */
export const PLANNED_ROWS = ['viewers', 'joins', 'leaves', 'chatSent', 'httpRequests', 'orders'] as const;
export type PlannedRow = (typeof PLANNED_ROWS)[number];

/** In 95 of 100 planned runs a figure lies from `p025` to `p975`. */
export interface PlannedBand {
  readonly p025: number;
  readonly p50: number;
  readonly p975: number;
}

/** What a plan says of the window, before it was played. */
export interface PlannedWindow {
  /** How the event was played in the model world, and how often. */
  readonly engine: 'agents' | 'cohorts';
  readonly runs: number;
  readonly counts: Readonly<Record<PlannedCountName, PlannedBand>>;
  /**
   * The very crowd of the run, played once in the model world: the same viewers with the same wishes, so what differs is not luck but
   * the backend, or the way to it. `null` when cohorts planned: they have no viewers.
   */
  readonly sameCrowd: Readonly<Record<PlannedCountName, number>> | null;
  readonly series: {
    readonly stepMs: number;
    readonly startMs: number;
    readonly length: number;
    /** Per second, whatever the step; `viewers` at its end. */
    readonly rows: Readonly<Record<PlannedRow, { readonly [Q in keyof PlannedBand]: readonly number[] }>>;
  };
}

export const PLANNED_COUNTS = {
  peakViewers: { unit: 'viewers', label: 'Peak viewers' },
  joins: { unit: 'viewers', label: 'Joins' },
  chatSent: { unit: 'messages', label: 'Chat sent' },
  clicks: { unit: 'viewers', label: 'Clicks' },
  httpRequests: { unit: 'requests', label: 'Shop requests' },
  orders: { unit: 'orders', label: 'Orders paid' },
  units: { unit: 'units', label: 'Units sold' },
  gmvMinor: { unit: 'minor', label: 'GMV' },
} as const satisfies Record<string, { readonly unit: string; readonly label: string }>;
export type PlannedCountName = keyof typeof PLANNED_COUNTS;

/** Planned against observed: what the plan says and the run does not deliver is what the backend did to the event. */
export interface Planned extends PlannedWindow {
  /** By the names of `PLANNED_COUNTS`; `null` when it was not measured, or the window was not played to its end. */
  readonly observed: Readonly<Record<PlannedCountName, number | null>>;
  /** Counts outside their band. One in twenty lies outside by chance. */
  readonly deviations: readonly {
    readonly count: PlannedCountName;
    readonly side: 'below' | 'above';
    readonly text: string;
  }[];
}

/** Whether the generator kept up. Shares are 0 to 1: of one core for workers, of all cores for the machine. */
export interface GeneratorHealth {
  /** All of it in one line. */
  readonly summary: string;
  /** Of the scenario. */
  readonly bounds: {
    readonly lateStartP99Ms: number;
    readonly loopDelayP99Ms: number;
    readonly receiveWaitP99Ms: number;
    readonly stallMs: number;
    readonly heapShare: number;
    readonly workerCpuShare: number;
    readonly stealShare: number | null;
  };
  /** Seconds in which any worker was invalid; 0: no invalid second. */
  readonly invalidSeconds: number;
  readonly machine: {
    readonly cpuShareMean: number | null;
    readonly cpuShareMax: number | null;
    readonly stealShareMean: number | null;
    readonly stealShareMax: number | null;
    /** What neither workers nor coordinator used; a shop on this machine is among it. */
    readonly otherShareMean: number | null;
  };
  /** The loop that gives the cues. */
  readonly coordinator: { readonly stallMaxMs: number };
  readonly workers: readonly WorkerHealth[];
}

export interface WorkerHealth {
  readonly shard: number;
  readonly pid: number;
  readonly peakViewers: number;
  readonly cpuSeconds: number | null;
  readonly maxRssMiB: number | null;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number | null;
  readonly lateStartP99Ms: number;
  readonly lateStartMaxMs: number | null;
  readonly receiveWaitP99Ms: number | null;
  readonly receiveWaitMaxMs: number | null;
  /** The longest time for which its loop stood still, and when that began, event time. */
  readonly stallMaxMs: number | null;
  readonly stallAtMs: number | null;
  readonly cpuShareMean: number | null;
  readonly cpuShareMax: number | null;
  /** Of the time, its loop had work; waiting for a core is part of it. */
  readonly busyShareMean: number | null;
  readonly busyShareMax: number | null;
  /** Of the time, it waited for a core; `null` where the system does not say. */
  readonly coreWaitShareMean: number | null;
  readonly coreWaitShareMax: number | null;
  readonly gcMs: number | null;
  readonly gcMaxMs: number | null;
  readonly heapMaxMiB: number | null;
  readonly heapLimitMiB: number | null;
  readonly invalidSeconds: number;
  /** Those seconds as ranges of event time, ascending. */
  readonly invalid: readonly { readonly fromMs: number; readonly untilMs: number }[];
  /** `ok`, or how it died. */
  readonly ended: string;
}

/** How far the backend's clock was ahead of ours, at least and at most; below zero: behind. `null`: that is not known. */
export interface ClockOfRun {
  readonly leastMs: number | null;
  readonly mostMs: number | null;
  /** Lags from one to the other can be believed; else they are not measured. */
  readonly comparable: boolean;
}

export interface RunResult {
  readonly format: typeof RESULT_FORMAT;
  readonly version: typeof RESULT_VERSION;
  readonly tool: {
    readonly name: 'flashcrowd';
    readonly version: string;
    readonly node: string;
    readonly platform: string;
    readonly cores: number;
  };
  readonly scenario: {
    readonly name: string;
    readonly title: string;
    readonly about: string;
    readonly file: string;
    readonly currency: string;
    readonly durationMs: number;
    /** Expected peak of the whole event at this scale. */
    readonly expectedPeakViewers: number;
    readonly overrides: readonly string[];
  };
  readonly run: {
    readonly engine: 'run' | 'k6';
    readonly seed: string;
    readonly scale: number;
    /** The window that was played, event time. */
    readonly fromMs: number;
    readonly forMs: number;
    /** How far it really came; less than `forMs` when partial. */
    readonly playedMs: number;
    readonly workers: number;
    /** What the shop was made to do wrong on purpose, by name: how often, as a share; `null`: the default rate of that fault. */
    readonly faults: Readonly<Record<string, number | null>>;
    /** How sockets were read. Lags are those of the probes only; delivery is that of all viewers. */
    readonly receiving: {
      /** 0 to 1. */
      readonly probeShare: number;
      /** Viewers who are no probes were read in batches of at most this. */
      readonly bulkEveryMs: number;
      /** The backend insisted on permessage-deflate, which costs several times as much to read. */
      readonly compressed: boolean;
    };
    /** ISO 8601 in UTC. */
    readonly startedAt: string;
    readonly endedAt: string;
    /** The uncounted ramp in which the crowd of `fromMs` connected. */
    readonly ramp: { readonly viewers: number; readonly durationMs: number; readonly failed: number };
    /** Machines that played it, each its share of the crowd; 1 for a plain run. */
    readonly shards: number;
    /** The backend's clock against that of the machine; of several, the widest. `null`: nobody asked, it is the same clock. */
    readonly clock: ClockOfRun | null;
    /** The same for each machine, in their order. */
    readonly clocks: readonly (ClockOfRun | null)[];
  };
  readonly target: {
    readonly name: string;
    /** What was connected to. */
    readonly url: string;
    /** Words of the command line that name it, such as `--target`; secrets are left out. None for the embedded stub. */
    readonly words: readonly string[];
    readonly embedded: boolean;
  };
  readonly verdict: { readonly status: VerdictStatus; readonly exitCode: number; readonly reasons: readonly string[] };
  /** Set when the run did not come to its end: it holds everything up to `atMs`. */
  readonly partial: { readonly reason: string; readonly atMs: number } | null;
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  readonly thresholds: readonly ThresholdResult[];
  readonly invariants: readonly InvariantResult[];
  /** What the backend did that no invariant forbids. They fail no run; thresholds do. */
  readonly incidents: readonly IncidentResult[];
  readonly cues: readonly CueResult[];
  readonly series: Series;
  /** `null` when no plan was made (`--no-plan`), it was stopped, or it failed. */
  readonly planned: Planned | null;
  readonly funnels: readonly Funnel[];
  readonly books: readonly ProductBooks[];
  readonly health: GeneratorHealth;
  /**
   * Hashes over every viewer's decisions, hex. For the same seed `selfInitiated` is equal whatever the workers; `reactions` is too
   * when the same cues and answers reached the viewers, which scarce stock does not ensure.
   */
  readonly digests: {
    readonly selfInitiated: string;
    readonly reactions: string;
    readonly selfCount: number;
    readonly reactionCount: number;
  };
  /** Things the reader should know: what was scaled, what was not measured, assumptions. */
  readonly notes: readonly string[];
}
