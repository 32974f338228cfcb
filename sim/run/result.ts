import { cpus } from 'node:os';
import { Digest } from '../crowd/digest.ts';
import { emptyTags } from '../metrics/tags.ts';
import { summaries } from '../metrics/summaries.ts';
import { thresholdResults } from '../metrics/thresholds.ts';
import { RESULT_FORMAT, RESULT_VERSION, type CueResult, type ProductBooks, type RunResult } from '../result.ts';
import type { Findings } from './findings.ts';
import type { FleetFacts } from './fleet-facts.ts';
import type { CueLogEntry } from '../live/host.ts';
import { missing, unhealthy } from './faults.ts';
import { healthResult } from './health/health-result.ts';
import { BULK_EVERY_MS } from './options.ts';
import { funnels } from './funnels.ts';
import { allAccounted, clocksAgree, notesOn } from './notes.ts';
import { compareWithPlan } from './planned.ts';
import { beyond, unmeasurable } from './reach.ts';
import { isInvalid, judge, leftUnjudged, type Ending } from './verdict.ts';

/** What is measured between two clocks. */
const LAGS = ['chat_lag', 'cue_lag', 'stock_lag'] as const;

/** Puts everything that a run found into its result. */
export function buildResult(findings: Findings): RunResult {
  const { options, tally, ending, playedMs, fleet } = findings;
  const { compiled } = options;
  const { invariants, incidents } = findings.ledger;
  measureByTheBooks(findings);
  // A worker that ended early did not account for the viewers whom it still held.
  if (!allAccounted(fleet)) tally.set.unmeasured('chat_delivery');
  for (const name of unmeasurable(findings.target)) tally.set.unmeasured(name);
  if (!clocksAgree(tally) || !findings.clocks.comparable) for (const name of LAGS) tally.set.unmeasured(name);
  const span = tally.span(playedMs);
  const unfit = unhealthy(findings);
  const invalid = isInvalid(ending, unfit);
  const judged = thresholdResults(tally.rules, tally.set, span, findings.aborted, findings.endedAtMs);
  const thresholds = invalid && !options.allowInvalid ? leftUnjudged(judged) : judged;
  const outside = new Set(
    tally.rules.flatMap(({ parsed }) =>
      tally.set.entry(parsed.key.text).selector?.coveredMs(span) === 0 ? [parsed.metric] : [],
    ),
  );
  return {
    format: RESULT_FORMAT,
    version: RESULT_VERSION,
    tool: {
      name: 'flashcrowd',
      version: options.version,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cores: cpus().length,
    },
    scenario: {
      name: compiled.name,
      title: compiled.title,
      about: compiled.about,
      file: options.file,
      currency: compiled.currency,
      durationMs: compiled.durationMs,
      expectedPeakViewers: Math.round(compiled.audience.reduce((most, viewers) => Math.max(most, viewers), 0)),
      overrides: options.overrides,
    },
    run: {
      engine: options.fleet?.engine ?? 'run',
      seed: options.seed,
      scale: compiled.scale,
      fromMs: options.fromMs,
      forMs: options.forMs,
      playedMs,
      workers: options.workers,
      faults: options.faults,
      receiving: receivingOf(findings),
      startedAt: findings.startedAt.toISOString(),
      endedAt: findings.endedAt.toISOString(),
      ramp: {
        viewers: fleet.rampTotals().connected,
        failed: fleet.rampTotals().failed,
        durationMs: Math.round(findings.rampMs),
      },
      shards: findings.shards,
      clock: findings.clocks.worst,
      clocks: findings.clocks.each,
    },
    target: {
      name: findings.target.name,
      url: findings.target.origins.join(' and '),
      words: options.targetWords,
      embedded: options.embedded,
    },
    verdict: judge({
      ending,
      thresholds,
      invariants,
      unhealthy: unfit,
      allowInvalid: options.allowInvalid,
      missing: missing(findings),
      beyond: beyond(findings.target, findings.books),
      outside,
    }),
    partial:
      ending.kind === 'complete'
        ? null
        : { reason: reasonOf(ending), atMs: Math.round(findings.endedAtMs ?? options.fromMs + playedMs) },
    metrics: summaries(tally.set, span),
    thresholds,
    invariants,
    incidents,
    cues: findings.cues.map((entry) => cueResult(findings, entry)),
    series: tally.series.toSeries(Math.ceil(playedMs / 1000)),
    planned: compareWithPlan(findings),
    funnels: funnels(compiled, tally),
    books: compiled.products.map((_, product) => productBooks(findings, product)),
    health: healthResult(findings, invalid),
    digests: digests(fleet),
    notes: notesOn(findings, outside, invalid),
  };
}

function receivingOf({ options, fleet }: Findings): RunResult['run']['receiving'] {
  const shards = Array.from({ length: fleet.size }, (_, shard) => shard);
  return {
    probeShare: options.probeShare,
    bulkEveryMs: BULK_EVERY_MS,
    compressed: shards.some((shard) => fleet.done(shard)?.compressed === true),
  };
}

function reasonOf(ending: Exclude<Ending, { kind: 'complete' }>): string {
  switch (ending.kind) {
    case 'interrupted':
      return 'it was stopped by a signal';
    case 'target_lost':
      return 'the target stopped answering';
    case 'nobody_let_in':
      return 'the target let nobody in';
    case 'worker_died':
      return `worker ${ending.shard} died (${ending.how})`;
    case 'breakdown':
      return ending.why;
    case 'threshold':
      return `a threshold that aborts the run failed: ${ending.thresholds.join(', ')}`;
    case 'crashed':
      return `the generator failed (${ending.message})`;
    case 'shards_incomplete':
      return ending.why;
  }
}

function cueResult({ options, tally, zeroEpochMs }: Findings, entry: CueLogEntry): CueResult {
  const { compiled, fromMs } = options;
  const cue = compiled.cues[entry.index];
  const toEvent = (epochMs: number): number => Math.round((epochMs - zeroEpochMs + fromMs) * 10) / 10;
  const soldOut =
    cue.kind === 'drop' || cue.kind === 'restock'
      ? tally.soldOutAtEpochMs[cue.product].map(toEvent).filter((at) => at >= cue.atMs && at <= cue.untilMs)
      : [];
  return {
    id: cue.id,
    window: cue.window,
    kind: cue.kind,
    label: [cue.kind, compiled.products[cue.product]?.title ?? cue.text].filter((part) => part !== '').join(': '),
    roomId: cue.room === -1 ? '*' : compiled.rooms[cue.room].id,
    productId: compiled.products[cue.product]?.id ?? null,
    plannedMs: cue.atMs,
    sentMs: entry.sentMs,
    answeredMs: entry.answeredMs,
    status: entry.status,
    received: tally.cuesReceived[entry.index],
    soldOutMs: soldOut.length > 0 ? Math.min(...soldOut) : null,
  };
}

/** By invariant: the metric that thresholds name. */
const BY_INVARIANT = {
  no_oversell: 'oversold_units',
  no_double_charge: 'double_charges',
  no_lost_orders: 'lost_orders',
} as const;

function measureByTheBooks({ tally, ledger }: Findings): void {
  for (const { id, violations } of ledger.invariants) {
    if (violations === null || !(id in BY_INVARIANT)) continue;
    const metric = BY_INVARIANT[id as keyof typeof BY_INVARIANT];
    tally.set.measured(metric);
    tally.set.counter(metric).add(violations, emptyTags());
  }
}

function productBooks({ options, warm, books, tally, ledger }: Findings, product: number): ProductBooks {
  const { id, title } = options.compiled.products[product];
  const read = books?.products?.find((entry) => entry.id === id);
  return {
    productId: id,
    title,
    priceMinor: warm.priceMinor[product],
    stockedUnits: ledger.stockedUnits.get(id) ?? warm.stockLeft[product],
    soldUnits: read?.soldUnits ?? paidUnits(books, id),
    leftUnits: read?.leftUnits ?? null,
    heldUnits: read?.heldUnits ?? null,
    toldSoldUnits: tally.funnelOf(product, 'unitsPaid'),
    toldRefundedUnits: tally.funnelOf(product, 'unitsRefunded'),
    toldUnknownUnits: tally.funnelOf(product, 'unitsUnknown'),
  };
}

/** By the orders, where the shop has no counter of its own. */
function paidUnits(books: Findings['books'], productId: string): number | null {
  if (books === null) return null;
  const paid = books.orders.filter((order) => order.productId === productId && order.status === 'paid');
  return paid.reduce((sum, { units }) => sum + units, 0);
}

function digests(fleet: FleetFacts): RunResult['digests'] {
  const self = new Digest();
  const reactions = new Digest();
  for (let shard = 0; shard < fleet.size; shard++) {
    const done = fleet.done(shard);
    if (!done) continue;
    self.merge(done.selfDigest);
    reactions.merge(done.reactionDigest);
  }
  return {
    selfInitiated: self.hex(),
    reactions: reactions.hex(),
    selfCount: self.count,
    reactionCount: reactions.count,
  };
}
