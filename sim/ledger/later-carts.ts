import type { History } from './history.ts';
import { countEarly } from './search.ts';
import { mayHaveHappened } from './steps.ts';
import { viewOf } from './views.ts';

/** A buyer who was told yes, once. */
interface LaterCart {
  readonly viewerId: string;
  readonly units: number;
  /** When this buyer first asked for any. */
  readonly sentMs: number;
  readonly toldMs: number;
}

/** Of one product, in the order in which they were sent; the units of the first i of them, and when the last of those was answered. */
interface Carts {
  readonly inOrder: readonly LaterCart[];
  readonly units: Float64Array;
  readonly toldMs: Float64Array;
}

/** The next few who asked for a product after some moment. */
export interface Given {
  readonly buyers: number;
  /** The first of them. */
  readonly viewerId: string;
  readonly units: number;
  /** All of them had their answers by then. */
  readonly untilMs: number;
}

/** So many are looked at one by one. */
const ONE_BY_ONE = 16;

/** Who got a cart, by when they asked. What was given to one that was sent after an answer was free then, unless it came back meanwhile. */
export class LaterCarts {
  private readonly history: History;
  private readonly known = new Map<string, Carts>();

  constructor(history: History) {
    this.history = history;
  }

  /**
   * The next one, two, three ... 16, 32, 64 ... up to all who asked after `afterMs`, as long as all of them together were given `units`. `isHeld`: a cart takes
   * its units off the shelf; else each proves no more than that its own were there, and the next ones come one by one.
   */
  *after(productId: string, afterMs: number, units: number, isHeld: boolean): Generator<Given> {
    const carts = this.of(productId);
    const { inOrder, units: sums, toldMs } = carts;
    const first = countEarly(inOrder.length, (i) => inOrder[i].sentMs <= afterMs);
    const left = inOrder.length - first;
    if (sums[inOrder.length] - sums[first] < units) return;
    if (isHeld) {
      for (let buyers = 1; ; buyers = Math.min(buyers < ONE_BY_ONE ? buyers + 1 : 2 * buyers, left)) {
        const end = first + buyers;
        yield { buyers, viewerId: inOrder[first].viewerId, units: sums[end] - sums[first], untilMs: toldMs[end] };
        if (buyers === left) return;
      }
    }
    for (const cart of inOrder.slice(first, first + ONE_BY_ONE)) {
      yield { buyers: 1, viewerId: cart.viewerId, units: cart.units, untilMs: cart.toldMs };
    }
  }

  private of(productId: string): Carts {
    let carts = this.known.get(productId);
    if (carts === undefined) this.known.set(productId, (carts = withSums(this.gather(productId))));
    return carts;
  }

  private gather(productId: string): LaterCart[] {
    const found = new Map<string, LaterCart>();
    for (const { productId: wanted, viewerId, steps } of viewOf(this.history).survey.answers.carts) {
      if (wanted !== productId || found.has(viewerId)) continue;
      const step = steps.find(({ kind, told }) => kind === 'cart' && told?.status === 'ok');
      if (step === undefined || step.told === null) continue;
      const sentMs = this.firstCartMs(viewerId, productId);
      found.set(viewerId, { viewerId, units: step.told.units ?? step.units ?? 1, sentMs, toldMs: step.told.atMs });
    }
    return [...found.values()].toSorted((a, b) => a.sentMs - b.sentMs);
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

function withSums(inOrder: readonly LaterCart[]): Carts {
  const units = new Float64Array(inOrder.length + 1);
  const toldMs = new Float64Array(inOrder.length + 1).fill(-Infinity);
  inOrder.forEach((cart, i) => {
    units[i + 1] = units[i] + cart.units;
    toldMs[i + 1] = Math.max(toldMs[i], cart.toldMs);
  });
  return { inOrder, units, toldMs };
}
