import { areEqual, grown, textOf } from './bytes.ts';

const FIRST_ROWS = 256;
const FIRST_BYTES = 4096;

/** Texts by number, in the order in which they were added, kept as bytes: nothing that the collector looks at, and one thread can hand them to another. */
export class Texts {
  private length = 0;
  private bytes = new Uint8Array(FIRST_BYTES);
  /** Where each text ends, and so the next one begins. */
  private ends = new Int32Array(FIRST_ROWS);
  /** As strings: those that somebody asked for with `kept`. */
  private readonly strings: string[] = [];

  /** `fields`: those of the texts of another thread, which lost their methods on the way. */
  static revived(fields: Texts): Texts {
    return Object.assign(new Texts(), fields);
  }

  get size(): number {
    return this.length;
  }

  /** Returns its row. */
  add(bytes: Uint8Array, from: number, until: number): number {
    const row = this.length++;
    if (row === this.ends.length) this.ends = grown(this.ends, new Int32Array(row * 2));
    const start = this.start(row);
    const end = start + until - from;
    if (end > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(Math.max(end, this.bytes.length * 2)));
    for (let i = from; i < until; i++) this.bytes[start + i - from] = bytes[i];
    this.ends[row] = end;
    return row;
  }

  /** Whether this row is the text between two bytes. */
  is(row: number, bytes: Uint8Array, from: number, until: number): boolean {
    const start = this.start(row);
    return this.ends[row] - start === until - from && areEqual(this.bytes, start, bytes, from, until - from);
  }

  /** Made anew. */
  text(row: number): string {
    return textOf(this.bytes, this.start(row), this.ends[row]);
  }

  /** Made once. */
  kept(row: number): string {
    // No holes: an array with holes is slow.
    while (this.strings.length <= row) this.strings.push(this.text(this.strings.length));
    return this.strings[row];
  }

  private start(row: number): number {
    return row === 0 ? 0 : this.ends[row - 1];
  }
}
