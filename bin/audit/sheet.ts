import type { Problem } from '../../sim/errors.ts';

/** A table in a file, whatever its format. */
export interface Sheet {
  /** In the order of the file. */
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<Row>;
}

export interface Row {
  /** 1-based, of the file. */
  readonly line: number;
  /** One text a column, without blanks around it; empty where there is nothing. */
  readonly cells: readonly string[];
}

/** How to read a file. */
export interface SheetSource {
  readonly file: string;
  /** Takes what is wrong with a line; the line is passed over. */
  readonly refuse: (problem: Omit<Problem, 'file'>) => void;
  /** Bytes that were read, and bytes there are. */
  readonly onBytes: (bytesRead: number, bytes: number) => void;
}

/** The file as a whole cannot be read. */
export class SheetError extends Error {
  readonly line: number | undefined;
  readonly expected: string | undefined;

  constructor(message: string, { line, expected, cause }: { line?: number; expected?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.line = line;
    this.expected = expected;
  }
}
