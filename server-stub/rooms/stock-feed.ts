import { nowMs } from '../clock.ts';
import type { StockFrame } from '../protocol.ts';
import type { StockLevel } from '../store.ts';

interface Item {
  /** undefined: of a store whose changes are told in their order. */
  version: number | undefined;
  left: number;
  open: boolean;
  /** The figure that was pushed last; null: none since the product opened. */
  pushedLeft: number | null;
}

/**
 * Turns every change of stock into few pushes: the newest figure at each `tick`, and 0 at once. A closed product is
 * not pushed: its cue has told the room, and "0 left" would look like sold out.
 */
export class StockFeed {
  private readonly push: (frame: StockFrame) => void;
  private items = new Map<string, Item>();

  constructor(push: (frame: StockFrame) => void) {
    this.push = push;
  }

  clear(): void {
    this.items = new Map();
  }

  /** Instances of a shop hear of changes in any order: what is older than what is known is passed over. */
  change({ product, left, open, version }: StockLevel): void {
    const known = this.items.get(product);
    if ((version ?? 0) < (known?.version ?? 0)) return;
    const item: Item = { version, left, open, pushedLeft: open ? (known?.pushedLeft ?? null) : null };
    this.items.set(product, item);
    if (left === 0) this.pushIfNews(product, item);
  }

  tick(): void {
    for (const [product, item] of this.items) this.pushIfNews(product, item);
  }

  /** Units that can be reserved now. */
  left(product: string): number {
    return this.items.get(product)?.left ?? 0;
  }

  private pushIfNews(product: string, item: Item): void {
    if (!item.open || item.left === item.pushedLeft) return;
    item.pushedLeft = item.left;
    this.push({ t: 'stock', product, left: item.left, at: nowMs(), v: item.version });
  }
}
