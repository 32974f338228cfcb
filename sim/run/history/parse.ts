import type { HistoryEvent } from '../../ledger/events.ts';
import type { Block } from './blocks.ts';
import { FastLines } from './fast-lines.ts';

const NEWLINE = 10;

/** One line: an event, or `null` when it is none. */
type ParsedLine = HistoryEvent | null;

/** The events of a block, a line each. Their texts may be parts of the block's: who keeps one copies it (`copyText`). */
export function parseBlock({ bytes, until, kind }: Block): ParsedLine[] {
  const text = bytes.toString('utf8', 1, until);
  if (kind === 'cut') return [parseLine(text)];
  // With letters beyond ASCII a character is not a byte.
  const fast = text.length === until - 1 ? new FastLines(bytes, text, 1) : null;
  const lines: ParsedLine[] = [];
  for (let from = 1; from < until;) {
    const end = bytes.indexOf(NEWLINE, from);
    lines.push(
      fast
        ? (fast.parse(from, end) ?? parseLine(text.slice(from - 1, end - 1)))
        : parseLine(bytes.toString('utf8', from, end)),
    );
    from = end + 1;
  }
  return lines;
}

/** The same text, without the block that it is a part of. */
export function copyText(text: string): string {
  return Buffer.from(text).toString();
}

function parseLine(line: string): ParsedLine {
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
