/**
 * PlanResult: what `flashcrowd plan` writes and its reports read. Versioned JSON; fields are only ever added within a version.
 * Units stand last in every name. `null` means "did not happen in any run, or was not asked for", never zero.
 */

import type { EndpointName } from './crowd/compiled.ts';

export const PLAN_FORMAT = 'flashcrowd/plan-result';
export const PLAN_VERSION = 1;

/** The two ways to play the event in the model world. */
export type EngineName = 'agents' | 'cohorts';

/** A figure over the Monte Carlo runs: quantiles (linear between order statistics) and mean. */
export interface Band {
  readonly p025: number;
  readonly p05: number;
  readonly p50: number;
  readonly p95: number;
  readonly p975: number;
  readonly mean: number;
}

interface FigureSpec {
  /** `viewers`, `ms`, `minor` (money), `/s`, `bytes/s`, ... */
  readonly unit: string;
  readonly label: string;
  readonly meaning: string;
}

/** Every figure of a plan, in the order of reports. The names are keys of `PlanResult.figures`. */
export const FIGURES = {
  peakViewers: { unit: 'viewers', label: 'Peak viewers', meaning: 'Most viewers at once, of all rooms.' },
  peakViewersAtMs: { unit: 'ms', label: 'Peak at', meaning: 'When most are there. Event time.' },
  views: { unit: 'viewers', label: 'Views', meaning: 'Viewers who enter.' },
  peakJoinsPerSec: { unit: '/s', label: 'Peak joins', meaning: 'Most viewers who enter in one second.' },
  chatSent: {
    unit: 'messages',
    label: 'Chat sent',
    meaning: 'Chat messages, answers to calls and gifts that viewers send.',
  },
  peakChatPerSec: { unit: '/s', label: 'Peak chat', meaning: 'Most of these in one second.' },
  likeBatches: {
    unit: 'batches',
    label: 'Like batches',
    meaning: 'Messages with likes: clients gather several in one.',
  },
  deliveries: { unit: 'messages', label: 'Deliveries', meaning: 'Chat messages times the viewers who are sent them.' },
  peakDeliveriesPerSec: { unit: '/s', label: 'Peak deliveries', meaning: 'Most deliveries in one second.' },
  peakEgressBytesPerSec: { unit: 'bytes/s', label: 'Peak egress', meaning: 'Most bytes of deliveries in one second.' },
  peakChatLagMs: {
    unit: 'ms',
    label: 'Worst chat lag',
    meaning: 'Longest time from publication to arrival, by the fan-out of the model.',
  },
  httpRequests: {
    unit: 'requests',
    label: 'Shop requests',
    meaning: 'Product pages (extra taps too), carts, checkouts and payments, retries counted.',
  },
  peakHttpPerSec: { unit: '/s', label: 'Peak shop requests', meaning: 'Most of these in one second.' },
  clicks: {
    unit: 'viewers',
    label: 'Clicks',
    meaning: 'Times that a viewer opens a product page; extra taps and retries do not count.',
  },
  carts: { unit: 'viewers', label: 'Carts', meaning: 'Times that a viewer gets units into a cart.' },
  checkouts: { unit: 'viewers', label: 'Checkouts', meaning: 'Times that a viewer places an order.' },
  orders: { unit: 'orders', label: 'Orders paid', meaning: 'Orders that are paid in the event.' },
  peakOrdersPerSec: { unit: '/s', label: 'Peak orders', meaning: 'Most orders that are paid in one second.' },
  units: { unit: 'units', label: 'Units sold', meaning: 'Units of the orders paid.' },
  gmvMinor: { unit: 'minor', label: 'GMV', meaning: 'Value of the orders paid, before what follows.' },
  unpaidMinor: {
    unit: 'minor',
    label: 'Unpaid later',
    meaning: 'Of it: balance never paid (deposits, cash on delivery).',
  },
  refundsMinor: { unit: 'minor', label: 'Refunds', meaning: 'Of what is left: sent back and refunded.' },
  netMinor: { unit: 'minor', label: 'Net GMV', meaning: 'GMV without what stays unpaid and what is refunded.' },
  lostSoldOut: {
    unit: 'buyers',
    label: 'Lost: sold out',
    meaning: 'Purchases that ended because there was no stock, or the offer was closed.',
  },
  lostSlow: {
    unit: 'buyers',
    label: 'Lost: slowness',
    meaning: 'Purchases given up after time-outs and refusals of an overloaded or broken backend.',
  },
} as const satisfies Record<string, FigureSpec>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];

/** Rows of a plan's series. Counts are per step unless the name says otherwise. */
export const PLAN_ROWS = {
  viewers: { unit: 'at once', label: 'viewers', of: 'level' },
  joins: { unit: '/s', label: 'joins', of: 'count' },
  leaves: { unit: '/s', label: 'leaves', of: 'count' },
  chatSent: { unit: '/s', label: 'chat sent', of: 'count' },
  likeBatches: { unit: '/s', label: 'like batches', of: 'count' },
  deliveries: { unit: '/s', label: 'deliveries', of: 'count' },
  chatLagMs: { unit: 'ms', label: 'chat lag', of: 'peak' },
  viewRequests: { unit: '/s', label: 'product pages', of: 'count' },
  cartRequests: { unit: '/s', label: 'carts', of: 'count' },
  checkoutRequests: { unit: '/s', label: 'checkouts', of: 'count' },
  payRequests: { unit: '/s', label: 'payments', of: 'count' },
  failedRequests: { unit: '/s', label: 'time-outs and refusals', of: 'count' },
  waitMs: { unit: 'ms', label: 'longest queueing', of: 'peak' },
  clicks: { unit: '/s', label: 'clicks', of: 'count' },
  orders: { unit: '/s', label: 'orders paid', of: 'count' },
  units: { unit: '/s', label: 'units sold', of: 'count' },
  gmvMinor: { unit: 'minor/s', label: 'GMV', of: 'count' },
} as const satisfies Record<string, { unit: string; label: string; of: 'level' | 'count' | 'peak' }>;
export type PlanRow = keyof typeof PLAN_ROWS;
export const PLAN_ROW_NAMES = Object.keys(PLAN_ROWS) as PlanRow[];

/** The 5 %, 50 % and 95 % quantile of every step. Counts are already per second, whatever the step. */
export interface Fan {
  readonly p05: readonly number[];
  readonly p50: readonly number[];
  readonly p95: readonly number[];
}

export interface PlanSeries {
  readonly stepMs: number;
  /** Event time at which the first step begins. */
  readonly startMs: number;
  readonly length: number;
  readonly rows: Readonly<Record<PlanRow, Fan>>;
  /** Units that can be bought at the end of each step; at most the first six products. */
  readonly stockLeft: Readonly<Record<string, Fan>>;
}

export interface PlannedProduct {
  readonly productId: string;
  readonly title: string;
  readonly stockedUnits: number;
  readonly clicked: Band;
  readonly carted: Band;
  readonly checkedOut: Band;
  readonly paid: Band;
  readonly units: Band;
  readonly gmvMinor: Band;
  readonly lostSoldOut: Band;
  readonly lostSlow: Band;
  /** Share of the runs in which the whole stock was gone at some moment, and when that was first (event time). */
  readonly soldOutShare: number;
  readonly soldOutAtMs: Band | null;
}

export interface PlannedDrop {
  /** `drop:serum#2`. */
  readonly cueId: string;
  readonly productId: string;
  readonly atMs: number;
  /** Units offered; `null`: all that was left. */
  readonly units: number | null;
  /** Share of the runs in which all that was offered was taken before the drop ended, or nothing was left when it opened. */
  readonly soldOutShare: number;
  /** From the opening until the last unit was in somebody's cart, among the runs in which it sold out; 0: nothing was left when it opened. */
  readonly soldOutAfterMs: Band | null;
}

export interface PlannedEndpoint {
  readonly endpoint: EndpointName;
  /** Of the model; `null` when it has as many as it needs. */
  readonly servers: number | null;
  readonly requests: Band;
  readonly peakPerSec: Band;
  /** Requests that were refused, given up by the backend, or waited for in vain, among all; 0 to 1. */
  readonly failedShare: Band;
  /** Of all requests, those that were refused at once: by an outage, or a full queue. Part of those that failed. */
  readonly refusedShare: Band;
  /**
   * Response times of the requests that were not refused, as viewers see them (a time-out counts as its length), medians over the
   * runs. `null` when there was none in any run.
   */
  readonly p50Ms: Band | null;
  readonly p95Ms: Band | null;
  readonly p99Ms: Band | null;
}

export interface SizingLine {
  readonly id: string;
  /** What is sized: "Front ends". */
  readonly label: string;
  /** How many, at the median and at the 95 % quantile of the load. */
  readonly p50: number;
  readonly p95: number;
  readonly unit: string;
  /** The arithmetic, in words: "peak viewers / 100,000 connections each". */
  readonly how: string;
  /** Figures in it that nobody measured, as paths of the scenario or words. */
  readonly assumes: readonly string[];
}

/** One of the planners' formulas of the field, beside what the simulation says. */
export interface FormulaCheck {
  readonly id: string;
  readonly label: string;
  /** The formula in words. */
  readonly formula: string;
  /** The same with the numbers put in. */
  readonly worked: string;
  readonly source: string;
  readonly unit: string;
  readonly value: number;
  readonly simulated: Band;
}

/** What one assumption moves: it is lowered and raised by `byShare`, everything else (the randomness too) kept. */
export interface SensitivityLine {
  /** Path of the scenario. */
  readonly path: string;
  readonly label: string;
  /** `S`, `d`, `w`, `a`, or null when the scenario names no source. */
  readonly tag: string | null;
  readonly byShare: number;
  /** Change of the mean, relative to the base (0.1: ten percent more): when lowered and when raised. */
  readonly gmv: { readonly lowered: number; readonly raised: number };
  readonly peakViewers: { readonly lowered: number; readonly raised: number };
}

export interface SweepPoint {
  /** As written after `--set`: "25000". */
  readonly value: string;
  readonly figures: Readonly<Record<FigureName, Band>>;
  /** Of the drops of all runs, those that sold out; `null` without drops. */
  readonly soldOutShare: number | null;
  /** From opening to sold out, the mean over the drops of a run that sold out; `null` when none did in any run. */
  readonly soldOutAfterMs: Band | null;
  /** Requests that failed among all of a run, of all endpoints; 0 to 1. */
  readonly failedShare: Band;
  /** p99 of the slowest endpoint; `null` when no request was served in any run. */
  readonly slowestP99Ms: Band | null;
}

export interface Comparison {
  /** The other scenario. */
  readonly file: string;
  readonly name: string;
  readonly title: string;
  readonly currency: string;
  readonly figures: Readonly<Record<FigureName, Band>>;
  /** Other minus this, run by run with the same seeds. */
  readonly difference: Readonly<Record<FigureName, Band>>;
}

export interface PlanResult {
  readonly format: typeof PLAN_FORMAT;
  readonly version: typeof PLAN_VERSION;
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
    readonly overrides: readonly string[];
  };
  readonly plan: {
    readonly engine: EngineName;
    /** Why this one: "1,200,000 views a run are few enough to play each viewer". */
    readonly engineReason: string;
    readonly seed: string;
    readonly scale: number;
    /** Monte Carlo runs that were asked for, and that came to their end. */
    readonly runs: number;
    readonly runsDone: number;
    /** Mean of what viewers do in one run, and what it took. */
    readonly eventsPerRun: number;
    readonly tookMs: number;
    readonly startedAt: string;
    /** What it was asked besides, as it was written; `null`: not asked for. */
    readonly asked: {
      readonly sweep: string | null;
      readonly compareWith: string | null;
      readonly sensitivity: number | null;
    };
  };
  /** Set when it was stopped before all runs were done: the bands hold those that were. */
  readonly partial: { readonly reason: string } | null;
  readonly figures: Readonly<Record<FigureName, Band>>;
  readonly products: readonly PlannedProduct[];
  readonly drops: readonly PlannedDrop[];
  readonly endpoints: readonly PlannedEndpoint[];
  readonly series: PlanSeries;
  /** Moments of the show, for charts, and its outages: `outage`, with the endpoint or `all` as its label. */
  readonly cues: readonly {
    readonly id: string;
    readonly kind: string;
    readonly label: string;
    readonly atMs: number;
    /** When an outage is over; `null` for all other cues. */
    readonly untilMs: number | null;
  }[];
  readonly sizing: readonly SizingLine[];
  readonly formulas: readonly FormulaCheck[];
  readonly sensitivity: readonly SensitivityLine[] | null;
  readonly sweep: { readonly path: string; readonly points: readonly SweepPoint[] } | null;
  readonly comparison: Comparison | null;
  /** Figures that nobody measured: the scenario's own with tag `a`, and defaults of the backend model. */
  readonly assumptions: readonly string[];
  /** Figures that the plan hangs on and that name no source, as paths; `*` stands for any key there. To be read as assumptions too. */
  readonly unsourced: readonly string[];
  readonly notes: readonly string[];
}
