import type { History } from './history.ts';
import { countEarly } from './search.ts';
import { mayHaveHappened } from './steps.ts';
import { viewOf } from './views.ts';

/** A cart that was told yes. */
export interface LaterCart {
  readonly viewerId: string;
  readonly units: number;
  readonly toldMs: number;
}

/** Those of one product, by when they were sent. */
interface Carts {
  readonly sentMs: Float64Array;
  /** At i: of all from i on, the one that was told first. */
  readonly soonest: readonly LaterCart[];
}

/** What was given to a cart that was sent after an answer was free when that answer was made, unless it came back meanwhile. */
export class LaterCarts {
  private readonly history: History;
  /** By units and product. */
  private readonly known = new Map<string, Carts>();

  constructor(history: History) {
    this.history = history;
  }

  /** The one that was told first, of those for so many units or more that were sent after `afterMs`. */
  soonest(productId: string, units: number, afterMs: number): LaterCart | null {
    const { sentMs, soonest } = this.cartsOf(productId, units);
    return soonest[countEarly(sentMs.length, (i) => sentMs[i] <= afterMs)] ?? null;
  }

  private cartsOf(productId: string, units: number): Carts {
    const name = `${units} ${productId}`;
    let carts = this.known.get(name);
    if (carts === undefined) this.known.set(name, (carts = this.gather(productId, units)));
    return carts;
  }

  private gather(productId: string, atLeast: number): Carts {
    const found: { readonly cart: LaterCart; readonly sentMs: number }[] = [];
    for (const { productId: wanted, viewerId, steps } of viewOf(this.history).survey.answers.carts) {
      if (wanted !== productId) continue;
      const sentMs = this.firstCartMs(viewerId, productId);
      for (const { kind, told, units: asked } of steps) {
        if (kind !== 'cart' || told?.status !== 'ok') continue;
        const units = told.units ?? asked ?? 1;
        if (units >= atLeast) found.push({ cart: { viewerId, units, toldMs: told.atMs }, sentMs });
      }
    }
    found.sort((a, b) => a.sentMs - b.sentMs);
    const soonest = found.map(({ cart }) => cart);
    for (let i = soonest.length - 2; i >= 0; i--) {
      if (soonest[i + 1].toldMs < soonest[i].toldMs) soonest[i] = soonest[i + 1];
    }
    return { sentMs: Float64Array.from(found, (one) => one.sentMs), soonest };
  }

  /** A buyer who has a cart, or may have one, may be told of it again without being given anything. */
  private firstCartMs(viewerId: string, productId: string): number {
    let firstMs = Infinity;
    for (const purchase of viewOf(this.history).byViewer.of(viewerId)) {
      if (purchase.productId !== productId) continue;
      for (const step of purchase.steps) {
        if (step.kind === 'cart' && step.sentMs < firstMs && mayHaveHappened(step)) firstMs = step.sentMs;
      }
    }
    return firstMs;
  }
}
