import type { StockFrame } from '../protocol.ts';
import type { Faults } from './faults.ts';

const KEPT_FIGURES = 16;

interface Figures {
  /** The true ones that would have been pushed last, oldest first. */
  kept: number[];
  /** What was pushed last, true or not. */
  pushed: number;
}

/** Says again what the stock was a while ago: a part of the backend is behind. */
export class StaleStock {
  private readonly faults: Faults;
  /** By product, of its drop. */
  private readonly figures = new Map<string, Figures>();

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

  /** The frame, or one with the oldest figure that is higher than it and than what was pushed before, if there is one. */
  alter(frame: StockFrame): StockFrame {
    if (!this.faults.isOn('stale_stock')) return frame;
    const { kept, pushed } = this.figures.get(frame.product) ?? { kept: [], pushed: -Infinity };
    const older = kept.find((left) => left > Math.max(frame.left, pushed));
    const left = older !== undefined && this.faults.happens('stale_stock') ? older : frame.left;
    this.figures.set(frame.product, { kept: [...kept, frame.left].slice(-KEPT_FIGURES), pushed: left });
    return { ...frame, left };
  }
}
