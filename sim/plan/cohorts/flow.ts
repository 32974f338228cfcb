import type { Stream } from '../random.ts';
import type { Grid } from './grid.ts';
import type { Habits } from './habits.ts';
import { HORIZON, sharesOf, type Kernel } from './kernel.ts';
import { Lane, part } from './lane.ts';

/** The steps of a purchase, as the endpoints are numbered. */
export const STEP = { view: 0, cart: 1, checkout: 2, pay: 3 } as const;
export const STEPS = 4;

/**
 * Those of one persona who are on their way through the purchase of one product: either those who were there when a cue came, or
 * newcomers who see what stands. For each step there is a lane of those who take it for the first time, and one for each retry: of those
 * for whom it has had its effect though they do not know (odd numbers), and of the others.
 */
export class Flow {
  readonly habits: Habits;
  readonly lanes: (Lane | undefined)[][];
  readonly taps = new Lane(1);
  product = -1;
  stream!: Stream;
  /** Expected numbers below this wait for more; see `Lane.draw`. */
  grain = 0;
  /** The drop in which the last of them filled a cart. */
  drop = -1;
  kernels: readonly Kernel[] = [];
  /** By cell from `firstCell`: the share of them that is there; null when the kernels know. */
  there: Float64Array | null = null;
  firstCell = 0;
  /** Of those present, the share that holds or has bought so many units; null when nobody asks. */
  heldP: Float64Array | null = null;
  /** By units: those that `send` sent on last. */
  readonly sent: Float64Array;
  /** By units, for whoever works on this flow. */
  readonly inTime: Float64Array;
  readonly late: Float64Array;
  private readonly weights = new Float64Array(HORIZON);

  constructor(habits: Habits) {
    this.habits = habits;
    this.lanes = Array.from({ length: STEPS }, () => [new Lane(habits.sizes.length)]);
    this.sent = new Float64Array(habits.sizes.length);
    this.inTime = new Float64Array(habits.sizes.length);
    this.late = new Float64Array(habits.sizes.length);
  }

  /** Everybody who will act at some time to come. */
  get busy(): number {
    let sum = 0;
    for (const lanes of this.lanes) for (const lane of lanes) if (lane !== undefined) sum += lane.total;
    return sum;
  }

  /** Begins anew. Nobody must be left. */
  reset(product: number, stream: Stream): void {
    this.product = product;
    this.stream = stream;
    this.drop = -1;
    this.grain = 0;
    // Retries are rare: their lanes are not kept.
    for (const lanes of this.lanes) lanes.length = 1;
  }

  get isIdle(): boolean {
    return this.taps.total === 0 && this.busy === 0;
  }

  lane(step: number, number: number): Lane {
    return (this.lanes[step][number] ??= new Lane(this.habits.sizes.length));
  }

  /** Draws those who act in a cell. Returns how many requests they make. */
  draw(step: number, cell: number): number {
    let requests = 0;
    const lanes = this.lanes[step];
    for (let number = 0; number < lanes.length; number++) {
      const lane = lanes[number];
      if (lane === undefined) continue;
      if (lane.total > 0) requests += lane.draw(cell, this.grain, this.stream);
      else lane.outTotal = 0;
    }
    if (step !== STEP.view) return requests;
    if (this.taps.total > 0) requests += this.taps.draw(cell, this.grain, this.stream);
    else this.taps.outTotal = 0;
    return requests;
  }

  /**
   * Of `counts` who act in `cell`, each goes on to `into` with probability `p`, after a delay of the kernel, if it is still there then.
   * The delay begins `shift` units later for those at the beginning of the cell, and `lastShift` for those at its end. Returns how
   * many go on; by size they are in `sent`.
   */
  send(
    counts: Float64Array,
    into: Lane,
    kernel: Kernel,
    p: number,
    shift: number,
    lastShift: number,
    cell: number,
    grid: Grid,
  ): number {
    const shares = sharesOf(kernel, shift, lastShift, cell, grid);
    const sum = Math.min(1, this.weigh(shares, cell));
    let all = 0;
    for (let size = 0; size < counts.length; size++) {
      const sent = part(this.stream, counts[size], p * sum);
      this.sent[size] = sent;
      if (sent > 0) into.add(size, sent);
      all += sent;
    }
    if (all === 0) return 0;
    const scale = all / sum;
    into.reserve(shares.count);
    for (let k = 0; k < shares.count; k++) if (this.weights[k] > 0) into.expect(cell + k, scale * this.weights[k]);
    return all;
  }

  /** Into `weights`: of the shares, those that are still there. Returns their sum. */
  private weigh({ shares, count }: Kernel['recent'], cell: number): number {
    const { weights, there } = this;
    let sum = 0;
    if (there === null) {
      for (let k = 0; k < count; k++) sum += weights[k] = shares[k];
      return sum;
    }
    const first = cell - this.firstCell;
    const last = there.length - 1;
    const perOne = 1 / there[first < last ? first : last];
    for (let k = 0; k < count; k++) {
      const at = first + k;
      sum += weights[k] = shares[k] * perOne * there[at < last ? at : last];
    }
    return sum;
  }
}
