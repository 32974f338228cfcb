/** Below this many spent entries the array is not worth copying. */
const COMPACT_FROM = 1024;

/**
 * First in, first out, for things that all live equally long: the oldest entry is always the next to fall due, so no
 * heap is needed. Push and pop are O(1), amortised. Times are epoch ms and must not decrease.
 */
export class ExpiryQueue<T> {
  private items: T[] = [];
  private dueAtMs: number[] = [];
  private head = 0;

  push(item: T, dueAtMs: number): void {
    this.items.push(item);
    this.dueAtMs.push(dueAtMs);
  }

  /** The oldest entry if it is due at `nowMs`, taken out of the queue; else undefined. */
  popDue(nowMs: number): T | undefined {
    if (this.head === this.items.length || this.dueAtMs[this.head] > nowMs) return undefined;
    const item = this.items[this.head++];
    if (this.head >= COMPACT_FROM && this.head * 2 >= this.items.length) this.compact();
    return item;
  }

  private compact(): void {
    this.items = this.items.slice(this.head);
    this.dueAtMs = this.dueAtMs.slice(this.head);
    this.head = 0;
  }
}
