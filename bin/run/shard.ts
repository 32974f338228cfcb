import path from 'node:path';
import { cpus } from 'node:os';
import { counted, duration } from '../../reports/format.ts';
import { runShard } from '../../sim/run/run.ts';
import type { RunOptions, ShardRun } from '../../sim/run/options.ts';
import { runIdOf } from '../../sim/run/crew.ts';
import { RECORDING_FORMAT, RECORDING_VERSION, type RecordingHeader } from '../../sim/run/shards/recording.ts';
import type { ShardOutcome } from '../../sim/run/shards/outcome.ts';

/** Plays the share of this machine, and leaves its recording. Throws as `runScenario`. */
export async function playShard(options: RunOptions, shard: ShardRun): Promise<ShardOutcome> {
  shard.recording.begin(headerOf(options, shard));
  return runShard(options);
}

function headerOf(options: RunOptions, { place }: ShardRun): RecordingHeader {
  // A target may hold secrets, and the shards need not name it alike.
  const { target: _target, ...scenario } = options.scenario;
  return {
    format: RECORDING_FORMAT,
    version: RECORDING_VERSION,
    runId: runIdOf(options),
    shard: place.index + 1,
    shards: place.of,
    workers: options.workers,
    startAtEpochMs: options.startAtEpochMs ?? NaN,
    tool: {
      version: options.version,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cores: cpus().length,
    },
    scenario,
    file: options.file,
    overrides: options.overrides,
    seed: options.seed,
    scale: options.compiled.scale,
    fromMs: options.fromMs,
    forMs: options.forMs,
    probeShare: options.probeShare,
    faults: options.faults,
    allowInvalid: options.allowInvalid,
    targetWords: options.targetWords,
    startedAt: new Date().toISOString(),
  };
}

/** For people: what this machine played, and what is to be done with it. */
export function shardWords(outcome: ShardOutcome, dir: string): string {
  const { shard, shards, exitCode, reasons, playedMs, figures, notes } = outcome;
  const { viewers, joins, chatSent, orders } = figures;
  const part = exitCode === 0 ? 'played its part' : 'did not play its part';
  const beside = path.join(path.dirname(dir), path.basename(dir).replace(/\d+$/, '*'));
  return [
    `Shard ${shard} of ${shards} ${part}: ${duration(playedMs)} of the window.`,
    ...reasons.map((reason) => `  ${reason}`),
    `  ${counted(viewers, 'viewer', 'viewers')} at the start, ${counted(joins, 'join', 'joins')}, ${counted(chatSent, 'message', 'messages')} sent, ${counted(orders, 'order', 'orders')}`,
    ...notes.map((note) => `  ${note}`),
    `  Nothing is judged yet. When all ${shards} have ended, and their folders are in one place:`,
    `  $ flashcrowd merge ${beside === dir ? '<the folders of all shards>' : beside}`,
    '',
  ].join('\n');
}
