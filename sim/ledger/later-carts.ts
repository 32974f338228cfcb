import type { History } from './history.ts';
import { countEarly } from './search.ts';
import { mayHaveHappened } from './steps.ts';
import { viewOf } from './views.ts';

/** A buyer who was told yes, once. */
export interface LaterCart {
  readonly viewerId: string;
  readonly units: number;
  /** When this buyer first asked for any. */
  readonly sentMs: number;
  readonly toldMs: number;
}

/** Of one product, in the order in which they were sent, and the units of the first i of them. */
interface Carts {
  readonly inOrder: readonly LaterCart[];
  readonly units: Float64Array;
}

/** More than these do not prove more. */
const AT_MOST = 16;

/** Who got a cart, by when they asked. What was given to one that was sent after an answer was free then, unless it came back meanwhile. */
export class LaterCarts {
  private readonly history: History;
  private readonly known = new Map<string, Carts>();

  constructor(history: History) {
    this.history = history;
  }

  /** The next few who asked after `afterMs`; none when all of them together were given fewer than `units`. */
  after(productId: string, afterMs: number, units: number): readonly LaterCart[] {
    let carts = this.known.get(productId);
    if (carts === undefined) this.known.set(productId, (carts = withSums(this.gather(productId))));
    const { inOrder, units: sums } = carts;
    const first = countEarly(inOrder.length, (i) => inOrder[i].sentMs <= afterMs);
    const end = Math.min(first + AT_MOST, inOrder.length);
    return sums[end] - sums[first] < units ? [] : inOrder.slice(first, end);
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
  inOrder.forEach((cart, i) => (units[i + 1] = units[i] + cart.units));
  return { inOrder, units };
}
