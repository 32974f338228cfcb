/**
 * Those who will react to each cue that is still to come: lists of rows, one a cue, threaded through one pool. Appending and taking
 * are O(1).
 */
export class Candidates {
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private row = new Int32Array(1024);
  private next = new Int32Array(1024);
  private used = 0;
  private free = -1;

  constructor(cues: number) {
    this.head = new Int32Array(cues).fill(-1);
    this.tail = new Int32Array(cues).fill(-1);
  }

  reset(): void {
    this.head.fill(-1);
    this.used = 0;
    this.free = -1;
  }

  add(cue: number, row: number): void {
    const node = this.takeNode();
    this.row[node] = row;
    this.next[node] = -1;
    if (this.head[cue] === -1) this.head[cue] = node;
    else this.next[this.tail[cue]] = node;
    this.tail[cue] = node;
  }

  /** Calls `each` with every row of the list, first added first, and empties it. */
  take(cue: number, each: (row: number) => void): void {
    let node = this.head[cue];
    this.head[cue] = -1;
    while (node !== -1) {
      const after = this.next[node];
      each(this.row[node]);
      this.next[node] = this.free;
      this.free = node;
      node = after;
    }
  }

  private takeNode(): number {
    if (this.free !== -1) {
      const node = this.free;
      this.free = this.next[node];
      return node;
    }
    if (this.used === this.row.length) {
      this.row = doubled(this.row);
      this.next = doubled(this.next);
    }
    return this.used++;
  }
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(column.length * 2);
  bigger.set(column);
  return bigger;
}
