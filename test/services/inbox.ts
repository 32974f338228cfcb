/** What has arrived, in order, and a way to wait for what has not. */
export class Inbox<T> {
  readonly items: T[] = [];
  private waiting: (() => void)[] = [];

  add(item: T): void {
    this.items.push(item);
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** The first that fits, arrived already or still to come. */
  async first(fits: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.items.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** All, as soon as there are so many. */
  async atLeast(count: number): Promise<readonly T[]> {
    while (this.items.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.items;
  }
}
