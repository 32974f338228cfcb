import { InvalidArgumentError, type Command } from 'commander';
import { counted } from '../../reports/format.ts';
import { FlashcrowdError, type Problem } from '../../sim/errors.ts';
import { earliestStartMs, leadMs, type Arriving, type ShardPlace } from '../../sim/run/shards/place.ts';
import { parseTime } from '../audit/values.ts';

export interface ShardOptions {
  readonly shard?: ShardPlace;
  /** Epoch ms. */
  readonly startAt?: number;
}

const MOST_SHARDS = 10_000;

export function addShardOptions(command: Command): Command {
  return command
    .option(
      '--shard <i/n>',
      'play one nth of the crowd; `flashcrowd merge` makes one result of all (docs/sharding.md)',
      shardPlace,
    )
    .option(
      '--start-at <time>',
      'the moment at which the window begins, with a zone: 2026-11-27T20:00:00+08:00',
      moment,
    );
}

/** `3/40`: the third of forty. */
export function shardPlace(text: string): ShardPlace {
  const [, number, of] = /^(\d{1,5})\/(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (number >= 1 && number <= of && of <= MOST_SHARDS) return { index: number - 1, of };
  throw new InvalidArgumentError(`Expected a number and how many there are, such as 3/40, of at most ${MOST_SHARDS}.`);
}

function moment(text: string): number {
  const parsed = parseTime(text);
  if (parsed.ok && parsed.zoneless !== true) return parsed.value;
  throw new InvalidArgumentError('Expected a time with its zone, such as 2026-11-27T20:00:00+08:00.');
}

/**
 * Whether this machine can be ready in time, and has somebody to play against.
 *
 * @throws FlashcrowdError BAD_USAGE
 */
export function checkShard(
  { shard, startAt }: ShardOptions,
  arriving: Arriving & { readonly isEmbedded: boolean },
  nowMs: number,
): void {
  const problems: Problem[] = [];
  if (shard !== undefined && shard.of > 1 && startAt === undefined)
    problems.push({ path: '--start-at', message: 'is missing', expected: 'the moment at which all shards begin' });
  if (shard !== undefined && arriving.isEmbedded)
    problems.push({
      path: '--target',
      message: 'each shard would start a shop of its own',
      expected: 'one that all shards reach: `flashcrowd serve`, or yours',
    });
  if (startAt !== undefined) problems.push(...tooNear(startAt, arriving, shard, nowMs));
  if (problems.length > 0) throw new FlashcrowdError('BAD_USAGE', 'The run cannot be played like this.', problems);
}

function tooNear(startAtMs: number, arriving: Arriving, shard: ShardPlace | undefined, nowMs: number): Problem[] {
  const earliestMs = earliestStartMs(arriving, shard, nowMs);
  if (startAtMs >= earliestMs) return [];
  const lead = counted(Math.ceil(leadMs(arriving, shard) / 1000), 'second', 'seconds');
  return [
    {
      path: '--start-at',
      message:
        startAtMs <= nowMs
          ? 'lies in the past'
          : `is too near: the viewers need ${lead} to connect, after the show is prepared`,
      expected: `${new Date(Math.ceil(earliestMs / 1000) * 1000).toISOString()} or later`,
    },
  ];
}
