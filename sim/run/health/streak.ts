/** Seconds in a row, the end exclusive. */
export interface Row<T> {
  readonly fromSecond: number;
  readonly untilSecond: number;
  /** The worst of it. */
  readonly worst: T;
}

/** Bad seconds in a row, as they come: the longest row is kept once it is long enough. */
export class Streak<T> {
  /** Null until there were `enough` in a row. */
  longest: Row<T> | null = null;
  private readonly enough: number;
  private readonly worse: (a: T, b: T) => T;
  private current: Row<T> | null = null;

  constructor(enough: number, worse: (a: T, b: T) => T) {
    this.enough = enough;
    this.worse = worse;
  }

  /** These seconds, the end exclusive, were bad (`how`), or not (`null`). What is told again of a second that was bad leaves it so. */
  add(fromSecond: number, untilSecond: number, how: T | null): void {
    const { current } = this;
    if (how === null) {
      if (current !== null && untilSecond > current.untilSecond) this.current = null;
      return;
    }
    const goesOn = current !== null && fromSecond <= current.untilSecond;
    this.current = goesOn
      ? {
          fromSecond: current.fromSecond,
          untilSecond: Math.max(current.untilSecond, untilSecond),
          worst: this.worse(current.worst, how),
        }
      : { fromSecond, untilSecond, worst: how };
    if (length(this.current) >= this.enough && length(this.current) >= length(this.longest))
      this.longest = this.current;
  }
}

function length(row: Row<unknown> | null): number {
  return row === null ? 0 : row.untilSecond - row.fromSecond;
}
