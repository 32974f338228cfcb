/** A place in a chain, by which it can be left at any time. */
export interface Link<T> {
  readonly value: T;
  before: Link<T> | null;
  after: Link<T> | null;
}

/** A queue that one may leave from the middle: who waits, and what is idle, longest first. */
export class Chain<T> {
  private first: Link<T> | null = null;
  private last: Link<T> | null = null;

  get isEmpty(): boolean {
    return this.first === null;
  }

  push(value: T): Link<T> {
    const link: Link<T> = { value, before: this.last, after: null };
    if (this.last) this.last.after = link;
    else this.first = link;
    this.last = link;
    return link;
  }

  /** Takes out the one that came first. */
  shift(): T | undefined {
    return this.first ? this.remove(this.first) : undefined;
  }

  /** Takes out the one that came last. */
  pop(): T | undefined {
    return this.last ? this.remove(this.last) : undefined;
  }

  /** Only a link that is in this chain. */
  remove(link: Link<T>): T {
    if (link.before) link.before.after = link.after;
    else this.first = link.after;
    if (link.after) link.after.before = link.before;
    else this.last = link.before;
    return link.value;
  }
}
