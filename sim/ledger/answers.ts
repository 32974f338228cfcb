import { STEPS, type Purchase, type Step, type StepKind } from './history.ts';
import { Numbers } from './numbers.ts';
import { isUncertain } from './steps.ts';

/** An answer that came later than this may be slow. */
export const MAY_BE_SLOW_FROM_MS = 1000;
const SERVER_ERROR_FROM = 500;

/** How requests were answered: the purchases that are worth a closer look, and how long answers took. */
export class Answers {
  /** With a status of 500 or above. */
  readonly serverErrors: Purchase[] = [];
  /** Refused under a status of success. */
  readonly masked: Purchase[] = [];
  /** With an answer after more than MAY_BE_SLOW_FROM_MS. */
  readonly late: Purchase[] = [];
  /** With a payment that has no answer. */
  readonly lostPays: Purchase[] = [];
  /** With anything but a view that has no answer. */
  readonly unanswered: Purchase[] = [];
  /** With a cart that was told yes. */
  readonly carts: Purchase[] = [];
  private readonly tookMs: Readonly<Record<StepKind, Numbers>> = {
    view: new Numbers(),
    cart: new Numbers(),
    checkout: new Numbers(),
    pay: new Numbers(),
    refund: new Numbers(),
  };
  /** How long the answer took that took longest; 0: there was none. */
  slowestMs = 0;
  private medians: ReadonlyMap<StepKind, number> | null = null;

  add(purchase: Purchase, steps: readonly Step[]): void {
    let isError = false;
    let isMasked = false;
    let isLate = false;
    let isLost = false;
    let isOpen = false;
    let isCart = false;
    for (const step of steps) {
      const { told, kind } = step;
      if (kind !== 'view' && hasNoAnswer(step)) {
        isOpen = true;
        isLost ||= kind === 'pay';
      }
      isCart ||= kind === 'cart' && told?.status === 'ok';
      if (told === null || told.httpStatus === null) continue;
      isError ||= told.httpStatus >= SERVER_ERROR_FROM;
      isMasked ||= isMaskedRefusal(step);
      const tookMs = told.atMs - step.sentMs;
      isLate ||= tookMs > MAY_BE_SLOW_FROM_MS;
      if (tookMs > this.slowestMs) this.slowestMs = tookMs;
      if (tookMs >= 0) this.tookMs[kind]?.add(tookMs);
    }
    if (isError) this.serverErrors.push(purchase);
    if (isMasked) this.masked.push(purchase);
    if (isLate) this.late.push(purchase);
    if (isLost) this.lostPays.push(purchase);
    if (isOpen) this.unanswered.push(purchase);
    if (isCart) this.carts.push(purchase);
  }

  /** Of the answers that came; 0 for a kind that had none. */
  get medianMs(): ReadonlyMap<StepKind, number> {
    this.medians ??= new Map(STEPS.map((kind) => [kind, this.tookMs[kind].median()]));
    return this.medians;
  }
}

/** Neither yes nor no came over the wire, and it did leave. */
export function hasNoAnswer(step: Step): boolean {
  return isUncertain(step) && (step.told?.httpStatus ?? null) === null;
}

/** A refusal in the body of an answer with a status of success. */
export function isMaskedRefusal({ told }: Step): boolean {
  if (told?.status !== 'rejected' || told.httpStatus === null) return false;
  return told.httpStatus >= 200 && told.httpStatus <= 299;
}
