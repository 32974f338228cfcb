import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, link, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { COORDINATOR, HISTORY_FOLDER, type HistoryEvent, type LeaveEvent } from '../../ledger/events.ts';
import { historyFileName } from '../history/history-file.ts';
import type { LastDue } from './tails.ts';

/** Where the history of a shard is, and whose it is. */
export interface ShardHistory {
  /** The results folder. */
  readonly folder: string;
  /** The first shard has the host. */
  readonly isFirst: boolean;
  /** Numbers of its workers among all. */
  readonly workers: readonly number[];
  /** Its viewers saw less than was due when they left; `null`: they did not, or nobody can say. */
  readonly due: LastDue | null;
}

/** By room id: messages that were due after the last one that a shard knew of, to all of its viewers together. */
export type Missed = Map<string, number>;

/**
 * Makes one history of those of the shards, in the empty folder `into`: the file of each worker, and that of the host with what became of the
 * other generators. Files that need no change are linked, or else copied. Returns what was due to viewers who could not know of it. A file
 * that is not there is left out: the ledger says so.
 */
export async function joinHistories(shards: readonly ShardHistory[], into: string): Promise<Missed> {
  const missed: Missed = new Map();
  for (const { folder, workers, due } of shards) {
    for (const worker of workers) {
      const name = historyFileName(worker);
      const [from, to] = [path.join(folder, HISTORY_FOLDER, name), path.join(into, name)];
      await unlessMissing(due === null ? linkOrCopy(from, to) : rewrite(from, to, (line) => addDue(line, due, missed)));
    }
  }
  const first = shards.find(({ isFirst }) => isFirst);
  if (first !== undefined) await joinHosts(first, shards, into);
  return missed;
}

async function joinHosts(first: ShardHistory, shards: readonly ShardHistory[], into: string): Promise<void> {
  const name = historyFileName(COORDINATOR);
  const fileOf = ({ folder }: ShardHistory): string => path.join(folder, HISTORY_FOLDER, name);
  const ofOthers: string[] = [];
  for (const shard of shards) {
    if (shard === first) continue;
    const all = linesOf(fileOf(shard));
    await unlessMissing(collect(all, ofOthers));
  }
  // The last line says that the file is whole: what comes from elsewhere stands before it.
  const put = (line: string): string[] => (eventOf(line)?.e === 'end' ? [...ofOthers.splice(0), line] : [line]);
  await unlessMissing(rewrite(fileOf(first), path.join(into, name), put));
}

async function collect(lines: AsyncIterable<string>, into: string[]): Promise<void> {
  for await (const line of lines) {
    const event = eventOf(line);
    if (event?.e === 'died' || event?.e === 'invalid') into.push(line);
  }
}

/** A viewer who was there to the end, and should have had more than its shard knew. */
function addDue(line: string, due: LastDue, missed: Missed): string[] {
  if (!line.includes('"h":"end"')) return [line];
  const event = eventOf(line);
  if (event?.e !== 'leave' || event.h !== 'end') return [line];
  const lastSeq = due[event.r] ?? 0;
  if (event.q >= lastSeq) return [line];
  missed.set(event.r, (missed.get(event.r) ?? 0) + lastSeq - event.q);
  const longer: LeaveEvent = { ...event, q: lastSeq, m: withTail(event.m ?? [], event.q + 1, lastSeq) };
  return [JSON.stringify(longer)];
}

function withTail(ranges: NonNullable<LeaveEvent['m']>, fromSeq: number, toSeq: number): NonNullable<LeaveEvent['m']> {
  const last = ranges.at(-1);
  if (last?.[1] === fromSeq - 1) return [...ranges.slice(0, -1), [last[0], toSeq]];
  return [...ranges, [fromSeq, toSeq]];
}

async function rewrite(from: string, to: string, put: (line: string) => string[]): Promise<void> {
  const out = async function* (): AsyncGenerator<string> {
    for await (const line of linesOf(from)) for (const one of put(line)) yield `${one}\n`;
  };
  await pipeline(Readable.from(out()), createWriteStream(to));
}

/** A last line that was cut off stays what it is: no event. */
function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  try {
    await link(from, to);
  } catch (error) {
    // Another disk, or one that has no links.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    await copyFile(from, to);
  }
}

async function unlessMissing(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function eventOf(line: string): HistoryEvent | null {
  try {
    return JSON.parse(line) as HistoryEvent;
  } catch {
    return null;
  }
}
