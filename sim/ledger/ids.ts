import { bytesOf, grown } from './bytes.ts';
import { Texts } from './texts.ts';

const FIRST_ROWS = 256;
const SLOTS_A_ROW = 2;

/**
 * Texts by number, each once, from 0 on. They are kept as bytes in one array and found by a hash of their bytes: a million ids take
 * 30 MB and nothing of the collector's time, where strings in a Map take 150 MB.
 */
export class Ids {
  /** What is left to keep when nothing is searched for any more. */
  readonly texts: Texts;
  private hashes = new Int32Array(FIRST_ROWS);
  /** Open addressing: a row plus 1 where its hash says, or in the next free slot; 0: free. */
  private slots = new Int32Array(FIRST_ROWS * SLOTS_A_ROW);

  /** `first`: the texts of the first rows. `texts`: where they are kept; empty. */
  constructor(first: readonly string[] = [], texts: Texts = new Texts()) {
    this.texts = texts;
    for (const text of first) this.rowOf(text);
  }

  get size(): number {
    return this.texts.size;
  }

  /** The row of the text between two bytes; it is added when it is new. */
  row(bytes: Uint8Array, from: number, until: number): number {
    const hash = hashOf(bytes, from, until);
    const known = this.search(hash, bytes, from, until);
    return known >= 0 ? known : this.add(hash, bytes, from, until);
  }

  rowOf(text: string): number {
    const bytes = bytesOf(text);
    return this.row(bytes, 0, bytes.length);
  }

  /** -1: it is not there. */
  find(bytes: Uint8Array, from: number, until: number): number {
    return this.search(hashOf(bytes, from, until), bytes, from, until);
  }

  /** Made anew. */
  text(row: number): string {
    return this.texts.text(row);
  }

  /** Made once. */
  kept(row: number): string {
    return this.texts.kept(row);
  }

  private search(hash: number, bytes: Uint8Array, from: number, until: number): number {
    const { slots, hashes, texts } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const row = slots[slot] - 1;
      if (hashes[row] === hash && texts.is(row, bytes, from, until)) return row;
    }
    return -1;
  }

  private add(hash: number, bytes: Uint8Array, from: number, until: number): number {
    const row = this.texts.add(bytes, from, until);
    if (row === this.hashes.length) this.growRows(row * 2);
    this.hashes[row] = hash;
    this.place(row);
    return row;
  }

  private place(row: number): void {
    const mask = this.slots.length - 1;
    let slot = this.hashes[row] & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = row + 1;
  }

  private growRows(rows: number): void {
    this.hashes = grown(this.hashes, new Int32Array(rows));
    this.slots = new Int32Array(rows * SLOTS_A_ROW);
    for (let row = 0; row < this.size - 1; row++) this.place(row);
  }
}

function hashOf(bytes: Uint8Array, from: number, until: number): number {
  let hash = 0;
  for (let at = from; at < until; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
  // The last letters alone would fill neighbouring slots.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
