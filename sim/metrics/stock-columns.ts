/** Units left of every product, second by second, from the readings of all workers. */

import type { StockReading } from './series.ts';

export class StockColumns {
  private readonly productIds: readonly string[];
  private readonly left: readonly Float64Array[];
  private readonly publishedAtMs: readonly Float64Array[];

  constructor(productIds: readonly string[], seconds: number) {
    this.productIds = productIds;
    this.left = productIds.map(() => new Float64Array(seconds));
    this.publishedAtMs = productIds.map(() => new Float64Array(seconds).fill(NaN));
  }

  /** Of several readings of one second, the one the backend published last stays. Unknown products are passed over. */
  add(second: number, { product, left, publishedAtMs }: StockReading): void {
    if (product < 0 || product >= this.productIds.length || publishedAtMs < this.publishedAtMs[product][second]) return;
    this.left[product][second] = left;
    this.publishedAtMs[product][second] = publishedAtMs;
  }

  /** By product id. A figure stands until the next one; null before the first. */
  rows(seconds: number): Record<string, (number | null)[]> {
    return Object.fromEntries(this.productIds.map((id, product) => [id, this.row(product, seconds)]));
  }

  private row(product: number, seconds: number): (number | null)[] {
    let standing: number | null = null;
    return Array.from({ length: seconds }, (_, second) => {
      if (!Number.isNaN(this.publishedAtMs[product][second])) standing = this.left[product][second];
      return standing;
    });
  }
}
