import type { HistoryEvent } from '../../ledger/events.ts';
import type { LineEvent, RequestLine } from '../../ledger/request-line.ts';
import type { Block } from './blocks.ts';
import { FastLines } from './fast-lines.ts';

const NEWLINE = 10;

/**
 * A line of a block: one of the events that there are many of, read to `request`; another one, in `event`; `none` when it is no event. `end`: there
 * are no more.
 */
type LineKind = LineEvent | 'event' | 'none' | 'end';

/** The lines of a file, block by block. What it read is there until the next line. */
export class Lines {
  event: HistoryEvent | null = null;
  private readonly fast = new FastLines();
  private block: Block | null = null;
  private at = 0;

  get request(): RequestLine {
    return this.fast.line;
  }

  begin(block: Block): void {
    this.block = block;
    this.at = 1;
    this.fast.use(block.bytes);
  }

  next(): LineKind {
    const { block, at } = this;
    if (block === null || at >= block.until) return 'end';
    const fast = block.kind === 'lines' ? this.fast.parse(at) : null;
    if (fast !== null) {
      this.at = this.fast.newline + 1;
      return fast;
    }
    const end = block.kind === 'cut' ? block.until : block.bytes.indexOf(NEWLINE, at);
    this.event = parseLine(block.bytes.toString('utf8', at, end));
    this.at = end + 1;
    return this.event === null ? 'none' : 'event';
  }
}

function parseLine(line: string): HistoryEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isEvent(value) ? value : null;
}

/** Its fields are believed: a damaged line does not parse. */
function isEvent(value: unknown): value is HistoryEvent {
  return typeof value === 'object' && value !== null && 'e' in value && typeof value.e === 'string';
}
