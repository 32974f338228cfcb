import { createReadStream } from 'node:fs';
import path from 'node:path';
import { parseMarked } from '../../live/message-json.ts';
import { FlashcrowdError } from '../../errors.ts';
import {
  RECORDING_FILE,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type RecordingEntry,
  type RecordingHeader,
} from './recording.ts';

/** A recording that is read from its beginning, one entry after the other. */
export class RecordingReader {
  /** The results folder of the shard, as named. */
  readonly folder: string;
  readonly header: RecordingHeader;
  /** Why there is no more of it, though it has no end; `null`: it has, or was not read so far. */
  broken: string | null = null;
  private readonly lines: AsyncGenerator<string>;
  private line = 1;
  private hasEnded = false;

  private constructor(folder: string, header: RecordingHeader, lines: AsyncGenerator<string>) {
    this.folder = folder;
    this.header = header;
    this.lines = lines;
  }

  /** Throws RECORDING_UNREADABLE when there is no recording of ours. */
  static async open(folder: string): Promise<RecordingReader> {
    const lines = linesOf(path.join(folder, RECORDING_FILE));
    return new RecordingReader(folder, headerOf(folder, await firstLine(folder, lines)), lines);
  }

  /** `null`: there is no more. */
  async next(): Promise<RecordingEntry | null> {
    if (this.hasEnded || this.broken !== null) return null;
    const { value, done } = await this.lines.next();
    this.line++;
    if (done) return this.breakOff('it breaks off');
    const entry = parse(value);
    if (entry === null) return this.breakOff(`its line ${this.line} cannot be read`);
    if (entry.k === 'end') {
      this.hasEnded = true;
      if ((entry.lost ?? 0) > 0) this.broken = `${entry.lost} of its entries could not be written`;
    }
    return entry;
  }

  async close(): Promise<void> {
    await this.lines.return(undefined);
  }

  private breakOff(why: string): null {
    this.broken = why;
    return null;
  }
}

/** Books are one long line: what is read of a line is put together once. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const text = chunk as string;
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      parts.push(text.slice(from, at));
      yield parts.join('');
      parts = [];
      from = at + 1;
    }
    parts.push(text.slice(from));
  }
  // What has no end of its line was cut off.
}

async function firstLine(folder: string, lines: AsyncGenerator<string>): Promise<string> {
  try {
    return (await lines.next()).value ?? '';
  } catch (error) {
    throw unreadable(folder, `there is no ${RECORDING_FILE}, or it cannot be read`, error);
  }
}

function headerOf(folder: string, line: string): RecordingHeader {
  const header = parseJson(line) as Partial<RecordingHeader> | null;
  if (header?.format !== RECORDING_FORMAT)
    throw unreadable(folder, `${RECORDING_FILE} does not begin like a recording of flashcrowd`);
  if (header.version !== RECORDING_VERSION)
    throw unreadable(
      folder,
      `the recording is of version ${header.version}, this flashcrowd reads ${RECORDING_VERSION}`,
    );
  return header as RecordingHeader;
}

function parse(line: string): RecordingEntry | null {
  const entry = parseJson(line) as Partial<RecordingEntry> | null;
  return typeof entry?.k === 'string' ? (entry as RecordingEntry) : null;
}

function parseJson(line: string): object | null {
  try {
    const value: unknown = parseMarked(line);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function unreadable(folder: string, why: string, cause?: unknown): FlashcrowdError {
  return new FlashcrowdError('RECORDING_UNREADABLE', `${folder}: ${why}`, [], { cause });
}
