import { compileScenario } from '../../scenario/compile.ts';
import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { WarmStart } from '../../crowd/warm-start.ts';
import { emptyTags } from '../../metrics/tags.ts';
import type { PlannedWindow, RunResult } from '../../result.ts';
import type { Scenario } from '../../scenario/schema/scenario.ts';
import { judgeClocks, whyNotAgainstBooks, type ClocksJudged } from '../clocks.ts';
import type { Findings } from '../findings.ts';
import { RunHealth } from '../health/run-health.ts';
import { cuesOfWindow, type CueLogEntry } from '../../live/host.ts';
import { checkHistory } from '../ledger.ts';
import { buildResult } from '../result.ts';
import { Tally } from '../tally.ts';
import type { Ending } from '../verdict.ts';
import { joinHistories, type Missed } from './join-history.ts';
import { RecordedFleet } from './recorded-fleet.ts';
import { RecordingReader } from './read-recording.ts';
import type { RecordingHeader } from './recording.ts';
import { replayTogether, ShardReplay, type Sums } from './replay.ts';
import { isBehind, lastDue } from './tails.ts';
import { checkTogether } from './together.ts';

export interface MergeOptions {
  /** An empty folder for the history of all. */
  readonly historyFolder: string;
  readonly version: string;
  /** As in RunOptions. */
  warmStart(compiled: CompiledScenario, atMs: number): WarmStart;
  planWindow(
    compiled: CompiledScenario,
    window: Pick<RecordingHeader, 'fromMs' | 'forMs'>,
  ): Promise<PlannedWindow | null>;
}

/**
 * Opens the recordings of the shards of one run, in their order. Throws RECORDING_UNREADABLE for what is none, SHARDS_DIFFER when they are
 * not of one run.
 */
export async function openRecordings(folders: readonly string[]): Promise<RecordingReader[]> {
  const readers = await Promise.all(folders.map((folder) => RecordingReader.open(folder)));
  checkTogether(readers);
  return readers.toSorted((a, b) => a.header.shard - b.header.shard);
}

/** Makes the one result of all shards. `readers`: as `openRecordings` gives them, at least one. */
export async function mergeShards(readers: readonly RecordingReader[], options: MergeOptions): Promise<RunResult> {
  const [{ header }] = readers;
  const scenario: Scenario = header.scenario;
  const compiled = compileScenario(scenario, { scale: header.scale, seed: header.seed });
  const workers = header.shards * header.workers;
  const sums = {
    tally: new Tally(compiled, scenario.thresholds, workers, header.fromMs, header.forMs),
    fleet: new RecordedFleet(workers),
    health: new RunHealth(compiled.health, workers, coresOf(readers)),
  };
  const shards = readers.map((reader) => new ShardReplay(reader, sums));
  const absent = absentOf(header, shards);
  for (const worker of workersOf(header, absent)) {
    sums.fleet.died(worker, 'its shard is missing');
    sums.tally.series.endShard(worker);
  }
  await replayTogether(shards);
  const clocks = judgeClocks(byShard(header, shards, ({ clock }) => clock));
  const missed = await joinHistories(historiesOf(shards, sums.fleet, compiled, clocks), options.historyFolder);
  const tailNotes = [...countMissed(missed, sums.tally, compiled), ...tailUnknown(shards, sums, compiled, clocks)];
  const findings = await findingsOf(shards, absent, { ...options, compiled, sums, clocks });
  return buildResult({ ...findings, said: [...findings.said, ...tailNotes] });
}

interface Merging extends MergeOptions {
  readonly compiled: CompiledScenario;
  readonly sums: Sums;
  readonly clocks: ClocksJudged;
}

async function findingsOf(
  shards: readonly ShardReplay[],
  absent: readonly number[],
  merging: Merging,
): Promise<Findings> {
  const { compiled, sums, clocks } = merging;
  const [{ header }] = shards;
  const { fromMs, forMs } = header;
  const first = shards.find(({ index }) => index === 0) ?? null;
  const ending = endingOf(shards, absent);
  const astray = header.shards > 1 ? whyNotAgainstBooks(clocks) : null;
  const books = astray === null ? (first?.books ?? null) : null;
  const playedMs = Math.min(forMs, Math.max(...shards.map((shard) => shard.playedMs)));
  return {
    options: {
      ...header,
      compiled,
      version: merging.version,
      workers: header.shards * header.workers,
      embedded: false,
      // Those of the shop are switched on by the first.
      faults: first?.header.faults ?? header.faults,
    },
    target: targetOf(shards),
    warm: merging.warmStart(compiled, fromMs),
    planned: await merging.planWindow(compiled, header),
    ...sums,
    cues: cuesOf(compiled, header, first),
    books,
    booksProblem:
      books === null ? (astray ?? first?.booksProblem ?? 'shard 1, which reads them, did not come so far.') : null,
    ending,
    aborted: [],
    endedAtMs: ending.kind === 'complete' ? null : fromMs + Math.min(...shards.map((shard) => shard.playedMs)),
    playedMs,
    startedAt: new Date(Math.min(...shards.map((shard) => Date.parse(shard.header.startedAt)))),
    endedAt: new Date(Math.max(...shards.map(endedAtEpochMs))),
    zeroEpochMs: first?.zeroEpochMs ?? header.startAtEpochMs,
    rampMs: Math.max(...shards.map(({ rampMs }) => rampMs)),
    ledger: await checkHistory(merging.historyFolder, books),
    historyLost: shards.reduce((sum, { end }) => sum + (end?.historyLost ?? 0), 0),
    shards: header.shards,
    clocks,
    said: [sharesOf(header, shards)],
  };
}

/** How it ended, over all: what a shard lacks comes before what it says of itself. */
function endingOf(shards: readonly ShardReplay[], absent: readonly number[]): Ending {
  const why = [
    ...(absent.length === 0 ? [] : [`${namesOf(absent)} ${absent.length === 1 ? 'is' : 'are'} missing`]),
    ...shards.flatMap(({ index, broken }) =>
      broken === null ? [] : [`the recording of shard ${index + 1}: ${broken}`],
    ),
  ];
  if (why.length > 0) return { kind: 'shards_incomplete', why: why.join('; ') };
  const early = shards.flatMap(({ end }) => (end && end.ending.kind !== 'complete' ? [end.ending] : []));
  const worst = WORST_FIRST.flatMap((kind) => early.filter((ending) => ending.kind === kind));
  return worst[0] ?? { kind: 'complete' };
}

const WORST_FIRST: readonly Ending['kind'][] = [
  'crashed',
  'worker_died',
  'target_lost',
  'nobody_let_in',
  'breakdown',
  'interrupted',
  'shards_incomplete',
  'threshold',
];

function sharesOf({ shards, workers }: RecordingHeader, read: readonly ShardReplay[]): string {
  const each = `${workers} worker${workers === 1 ? '' : 's'} each`;
  const merged = read.length === shards ? 'were' : `were to be, and ${read.length} of them have been`;
  return `The crowd was played by ${shards} shards of ${each}, and their recordings ${merged} merged. Shard 1 gave the cues and read the books.`;
}

function namesOf(indices: readonly number[]): string {
  const numbers = indices.map((index) => index + 1).join(', ');
  return indices.length === 1 ? `shard ${numbers}` : `shards ${numbers}`;
}

function absentOf({ shards }: RecordingHeader, read: readonly ShardReplay[]): number[] {
  return Array.from({ length: shards }, (_, index) => index).filter(
    (index) => !read.some((one) => one.index === index),
  );
}

function workersOf({ workers }: RecordingHeader, shards: readonly number[]): number[] {
  return shards.flatMap((index) => Array.from({ length: workers }, (_, worker) => index * workers + worker));
}

/** One for each shard of the run; `null`: it is missing. */
function byShard<T>(
  { shards }: RecordingHeader,
  read: readonly ShardReplay[],
  of: (shard: ShardReplay) => T,
): (T | null)[] {
  return Array.from({ length: shards }, (_, index) => {
    const found = read.find((shard) => shard.index === index);
    return found === undefined ? null : of(found);
  });
}

/** Of a machine that left nothing nobody knows, and nothing is reckoned by it. */
function coresOf(readers: readonly RecordingReader[]): number[] {
  const { shards } = readers[0].header;
  const known = new Map(readers.map(({ header }) => [header.shard, header.tool.cores]));
  return Array.from({ length: shards }, (_, index) => known.get(index + 1) ?? 1);
}

function historiesOf(
  shards: readonly ShardReplay[],
  fleet: RecordedFleet,
  compiled: CompiledScenario,
  { comparable }: ClocksJudged,
) {
  const due = lastDue(compiled, fleet);
  const isNumbered = targetOf(shards).room?.abilities.numbers === 'sequence';
  return shards.map((shard) => {
    // Who left early, or at another time than it believed, was not there for what came later.
    const judges = isNumbered && comparable && shard.isComplete && isBehind(due, fleet, shard.workers);
    return { folder: shard.folder, isFirst: shard.index === 0, workers: shard.workers, due: judges ? due : null };
  });
}

/** Machines whose clocks are apart did not leave at the same moment: what was due at the end is not known. */
function tailUnknown(
  shards: readonly ShardReplay[],
  { tally, fleet }: Sums,
  compiled: CompiledScenario,
  { comparable }: ClocksJudged,
): string[] {
  const due = lastDue(compiled, fleet);
  const isNumbered = targetOf(shards).room?.abilities.numbers === 'sequence';
  if (comparable || !isNumbered || !shards.some(({ workers }) => isBehind(due, fleet, workers))) return [];
  tally.set.unmeasured('chat_delivery');
  return [
    'At the end some shards had seen less of a room than others, and their clocks are apart: delivery is not measured.',
  ];
}

/** What viewers of one shard should have had, by what those of another had. */
function countMissed(missed: Missed, tally: Tally, compiled: CompiledScenario): string[] {
  if (missed.size === 0) return [];
  const rate = tally.set.rate('chat_delivery');
  for (const [roomId, messages] of missed)
    rate.add(0, messages, { ...emptyTags(), room: compiled.rooms.findIndex(({ id }) => id === roomId) });
  // Nobody knows to which personas they were due.
  if (tally.rules.some(({ parsed }) => /^chat_delivery\{.*persona:/.test(parsed.key.text)))
    tally.set.unmeasured('chat_delivery');
  const total = [...missed.values()].reduce((sum, messages) => sum + messages, 0);
  return [
    `At the end some shards had seen less of a room than others: ${total} messages that their viewers should have received are counted as missed.`,
  ];
}

function targetOf(shards: readonly ShardReplay[]): Findings['target'] {
  const known = shards.find(({ target }) => target !== null)?.target;
  return known ?? { name: 'unknown', origins: [], room: null, shop: null, books: null, hosts: [] };
}

function cuesOf(
  compiled: CompiledScenario,
  { fromMs, forMs }: RecordingHeader,
  first: ShardReplay | null,
): CueLogEntry[] {
  return cuesOfWindow(compiled, fromMs, forMs).map((cue) => first?.cues.get(cue.index) ?? cue);
}

function endedAtEpochMs({ end, header, playedMs }: ShardReplay): number {
  return end === null ? header.startAtEpochMs + playedMs : Date.parse(end.endedAt);
}
