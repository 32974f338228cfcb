import type { StockFrame } from '../protocol.ts';
import type { Faults } from './faults.ts';

const KEPT_FIGURES = 16;

/** Says again what the stock was a while ago. */
export class StaleStock {
  private readonly faults: Faults;
  /** By product: the true figures of its drop that would have been pushed last. */
  private readonly figures = new Map<string, number[]>();

  constructor(faults: Faults) {
    this.faults = faults;
  }

  /** A drop begins or ends: figures of before are not stale but of something else. */
  forget(product: string): void {
    this.figures.delete(product);
  }

  forgetAll(): void {
    this.figures.clear();
  }

  /** The frame, or one with an older and higher figure if there is one. */
  alter(frame: StockFrame): StockFrame {
    if (!this.faults.isOn('stale_stock')) return frame;
    const known = this.figures.get(frame.product) ?? [];
    const higher = known.filter((left) => left > frame.left);
    this.figures.set(frame.product, [...known, frame.left].slice(-KEPT_FIGURES));
    if (higher.length === 0 || !this.faults.happens('stale_stock')) return frame;
    return { ...frame, left: higher[Math.floor(this.faults.between(0, higher.length))] };
  }
}
