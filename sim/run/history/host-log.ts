import type { CompiledScenario } from '../../crowd/compiled.ts';
import { COORDINATOR } from '../../ledger/events.ts';
import type { GivenCue, Show, TargetPromises } from '../../ledger/history.ts';
import type { CueLogEntry } from '../../live/host.ts';
import { HistoryFile, type HistoryFileSettings } from './history-file.ts';
import { tenth } from '../../live/history/times.ts';

/** The coordinator's part of the history: the show, what the host did, what became of the generator. */
export class HostLog {
  private readonly file: HistoryFile;
  private readonly scenario: CompiledScenario;
  private readonly written = new Set<CueLogEntry>();

  constructor(
    settings: Omit<HistoryFileSettings, 'shard'>,
    scenario: CompiledScenario,
    show: Show,
    target: TargetPromises,
  ) {
    this.file = new HistoryFile({ ...settings, shard: COORDINATOR });
    this.scenario = scenario;
    this.file.write({ e: 'show', show, target });
  }

  /** Events that could not be written. */
  get lost(): number {
    return this.file.lost;
  }

  go(epochOffsetMs: number): void {
    this.file.write({ e: 'go', epochOffsetMs });
  }

  /** A cue goes out now: on the disk before that, so that a coordinator which is killed leaves none untold. */
  giving(entry: CueLogEntry): void {
    if (entry.sentMs === null) return;
    const { scenario } = this;
    this.file.write({ e: 'give', ...givenCue(scenario, entry, entry.sentMs) });
    this.file.flush();
  }

  /** A cue has been answered, or was given up. */
  cue(entry: CueLogEntry): void {
    if (entry.sentMs === null || this.written.has(entry)) return;
    this.written.add(entry);
    this.file.write({ e: 'cue', ...givenCue(this.scenario, entry, entry.sentMs) });
  }

  died(shard: number, how: string): void {
    this.file.write({ e: 'died', shard, how });
  }

  /** All is over. `invalid`: stretches in which the generator could not keep up; all times event time. */
  close(
    cues: readonly CueLogEntry[],
    invalid: readonly { readonly fromMs: number; readonly untilMs: number }[],
    atMs: number,
  ): void {
    for (const entry of cues) this.cue(entry);
    for (const { fromMs, untilMs } of invalid) this.file.write({ e: 'invalid', fromMs, untilMs });
    this.file.close(tenth(atMs));
  }
}

function givenCue(scenario: CompiledScenario, entry: CueLogEntry, sentMs: number): GivenCue {
  const { id, kind, room, product, units, priceMinor } = scenario.cues[entry.index];
  const status = entry.status === 'done' ? 'done' : entry.refused ? 'refused' : 'unknown';
  return {
    id,
    kind,
    roomId: room === -1 ? null : scenario.rooms[room].id,
    productId: scenario.products[product]?.id ?? null,
    units,
    priceMinor,
    sentMs: tenth(sentMs),
    // A cue that got no answer has a time at which it was given up.
    answeredMs: entry.answeredMs === null || status === 'unknown' ? null : tenth(entry.answeredMs),
    status,
    ...(entry.status === 'manual' ? { manual: true } : {}),
  };
}
