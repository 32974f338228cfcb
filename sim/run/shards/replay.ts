import type { Books } from '../../ledger/books.ts';
import type { Probed } from '../clock-probe.ts';
import type { RunHealth } from '../health/run-health.ts';
import type { CueLogEntry } from '../../live/host.ts';
import type { Tally } from '../tally.ts';
import type { TargetFacts } from '../target-facts.ts';
import type { RecordedFleet } from './recorded-fleet.ts';
import type { RecordingReader } from './read-recording.ts';
import type { EndEntry, RecordingEntry, RecordingHeader } from './recording.ts';

/** Where all recordings are added up. */
export interface Sums {
  readonly tally: Tally;
  readonly fleet: RecordedFleet;
  readonly health: RunHealth;
}

/** One shard, as its recording tells of it, as far as it was read. */
export class ShardReplay {
  /** From 0. */
  readonly index: number;
  readonly header: RecordingHeader;
  readonly folder: string;
  /** Numbers of its workers among all. */
  readonly workers: readonly number[];
  target: TargetFacts | null = null;
  zeroEpochMs = NaN;
  rampMs = 0;
  clock: Probed | null = null;
  books: Books | null = null;
  booksProblem: string | null = null;
  readonly cues = new Map<number, CueLogEntry>();
  end: EndEntry | null = null;
  /** The last second of the window that one of its workers told of; -1: none. */
  second = -1;
  private readonly reader: RecordingReader;
  private readonly sums: Sums;

  constructor(reader: RecordingReader, sums: Sums) {
    const { header, folder } = reader;
    this.reader = reader;
    this.sums = sums;
    this.header = header;
    this.folder = folder;
    this.index = header.shard - 1;
    this.workers = Array.from({ length: header.workers }, (_, worker) => this.index * header.workers + worker);
  }

  /** Why it has no end; `null`: it has one. */
  get broken(): string | null {
    return this.reader.broken;
  }

  /** It played all of the window, and said so. */
  get isComplete(): boolean {
    return this.end?.ending.kind === 'complete' && this.broken === null;
  }

  /** How far it came in the window, ms. */
  get playedMs(): number {
    return this.end?.playedMs ?? (this.second + 1) * 1000;
  }

  /** False when there is no more. */
  async advance(): Promise<boolean> {
    const entry = await this.reader.next();
    if (entry === null) {
      this.brokeOff();
      return false;
    }
    this.take(entry);
    return true;
  }

  private take(entry: RecordingEntry): void {
    const { fleet, health } = this.sums;
    switch (entry.k) {
      case 'begun':
        this.target = entry.target;
        return entry.pids.forEach((pid, worker) => fleet.started(this.workers[worker], pid));
      case 'said':
        return this.said(this.workers[entry.w], entry.m);
      case 'died':
        return this.died(this.workers[entry.w], entry.how);
      case 'go':
        this.zeroEpochMs = entry.zeroEpochMs;
        this.rampMs = entry.rampMs;
        return fleet.late(entry.late);
      case 'sample':
        return health.addSecond(entry.sample, this.index);
      case 'cue':
        return void this.cues.set(entry.cue.index, entry.cue);
      case 'clock':
        this.clock = entry.found;
        return;
      case 'books':
        this.books = entry.books;
        this.booksProblem = entry.problem;
        return;
      case 'end':
        for (const cue of entry.cues) this.cues.set(cue.index, cue);
        this.end = entry;
    }
  }

  private said(worker: number, message: Extract<RecordingEntry, { k: 'said' }>['m']): void {
    const { tally, fleet, health } = this.sums;
    fleet.heard(worker, message);
    if (message.type !== 'second' && message.type !== 'done') return;
    const second = message.type === 'done' ? message.last : message;
    tally.add(worker, second);
    if (second.health) health.add(worker, second.health);
    this.second = Math.max(this.second, second.report.index);
  }

  private died(worker: number, how: string): void {
    this.sums.fleet.died(worker, how);
    this.sums.tally.series.endShard(worker);
  }

  private brokeOff(): void {
    if (this.broken === null) return;
    for (const worker of this.workers)
      if (this.sums.fleet.done(worker) === null)
        this.died(worker, `the recording of shard ${this.index + 1} breaks off`);
  }
}

/**
 * Reads all recordings to their end, second by second: percentiles of a second need all that was measured in it, and are kept open for a
 * few seconds only.
 */
export async function replayTogether(shards: readonly ShardReplay[]): Promise<void> {
  const running = new Set(shards);
  while (running.size > 0) {
    const behind = [...running].reduce((least, shard) => (shard.second < least.second ? shard : least));
    const { second } = behind;
    // A recording that is behind by itself catches up in one go.
    while (behind.second === second) {
      if (await behind.advance()) continue;
      running.delete(behind);
      break;
    }
  }
}
