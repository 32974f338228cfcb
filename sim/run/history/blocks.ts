import { open } from 'node:fs/promises';

const BLOCK_BYTES = 1 << 19;
const NEWLINE = 10;

/** Whole lines of a file: `bytes[1]` to before `bytes[until]`. The buffer is used again for the next block. */
export interface Block {
  readonly bytes: Buffer;
  readonly until: number;
  /**
   * `cut`: the last line of the file has no newline, its writer was ended. `long`: a line longer than a block, so no event of
   * ours; `bytes` holds nothing of it.
   */
  readonly kind: 'lines' | 'cut' | 'long';
}

/** Reads a file in blocks of whole lines. The byte before the first is free. */
export async function* readBlocks(path: string, blockBytes: number = BLOCK_BYTES): AsyncGenerator<Block> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(blockBytes + 1);
    let end = 1;
    let isInLong = false;
    for (;;) {
      const { bytesRead } = await file.read(bytes, end, bytes.length - end, null);
      if (bytesRead === 0) break;
      end += bytesRead;
      if (isInLong) {
        const rest = afterFirstLine(bytes, end);
        isInLong = rest === 0;
        end = keepFrom(bytes, isInLong ? end : rest, end);
      }
      const until = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
      if (until > 1) {
        yield { bytes, until, kind: 'lines' };
        end = keepFrom(bytes, until, end);
      } else if (end === bytes.length) {
        yield { bytes, until: 1, kind: 'long' };
        isInLong = true;
        end = 1;
      }
    }
    if (end > 1) yield { bytes, until: end, kind: 'cut' };
  } finally {
    await file.close();
  }
}

/** 0: no line ends in these bytes. */
function afterFirstLine(bytes: Buffer, end: number): number {
  return bytes.subarray(0, end).indexOf(NEWLINE, 1) + 1;
}

/** Moves what is not read yet to the front; returns where it ends. */
function keepFrom(bytes: Buffer, from: number, end: number): number {
  bytes.copyWithin(1, from, end);
  return 1 + end - from;
}
