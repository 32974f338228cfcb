/**
 * Rows by a key, for tables of hundreds of thousands: one map of numbers and one chain through the rows, instead of an array
 * for each key. Rows come back in their order.
 */
export class Groups<Row> {
  private readonly rows: readonly Row[];
  private readonly first = new Map<string, number>();
  /** Index of the next row with the same key; -1 at the end. */
  private readonly next: Int32Array;

  constructor(rows: readonly Row[], keyOf: (row: Row) => string) {
    this.rows = rows;
    this.next = new Int32Array(rows.length).fill(-1);
    for (let i = rows.length - 1; i >= 0; i--) {
      const key = keyOf(rows[i]);
      const known = this.first.get(key);
      if (known !== undefined) this.next[i] = known;
      this.first.set(key, i);
    }
  }

  has(key: string): boolean {
    return this.first.has(key);
  }

  keys(): Iterable<string> {
    return this.first.keys();
  }

  /** For each row, the number of the first one with the same key and the same property. */
  firstRows(propertyOf: (row: Row) => string): Int32Array {
    const firstRows = new Int32Array(this.rows.length).fill(-1);
    for (let first = 0; first < this.rows.length; first++) {
      if (firstRows[first] !== -1) continue;
      firstRows[first] = first;
      if (this.next[first] === -1) continue;
      const property = propertyOf(this.rows[first]);
      for (let i = this.next[first]; i !== -1; i = this.next[i]) {
        if (firstRows[i] === -1 && propertyOf(this.rows[i]) === property) firstRows[i] = first;
      }
    }
    return firstRows;
  }

  /** Number of the first row with this key that fits; -1: there is none. */
  rowOf(key: string, fits: (row: Row) => boolean): number {
    let i = this.first.get(key) ?? -1;
    while (i !== -1 && !fits(this.rows[i])) i = this.next[i];
    return i;
  }

  of(key: string): Row[] {
    const found: Row[] = [];
    for (let i = this.first.get(key) ?? -1; i !== -1; i = this.next[i]) found.push(this.rows[i]);
    return found;
  }

  /** As `of`, without a list. */
  each(key: string, look: (row: Row) => void): void {
    for (let i = this.first.get(key) ?? -1; i !== -1; i = this.next[i]) look(this.rows[i]);
  }
}
