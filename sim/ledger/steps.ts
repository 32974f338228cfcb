import type { Step } from './history.ts';

/** Its answer is missing or says neither yes nor no, and it did leave: it may have been carried out. */
export function isUncertain({ told }: Step): boolean {
  return told === null || (told.status === 'unknown' && !told.unsent);
}

/** It was carried out, or may have been: told yes, or nobody knows. */
export function mayHaveHappened(step: Step): boolean {
  return step.told?.status === 'ok' || isUncertain(step);
}

/**
 * The order that a payment was for: the one that its answer named, or else the last one that the purchase had been told of when it was
 * sent. `null`: the backend names no orders.
 */
export function orderOfPay(steps: readonly Step[], pay: Step): string | null {
  if (pay.told?.orderId != null) return pay.told.orderId;
  let last: string | null = null;
  for (const { kind, told } of steps) {
    if (kind === 'checkout' && told?.orderId != null && told.atMs <= pay.sentMs) last = told.orderId;
  }
  return last;
}

/** The orders that answers named, once each. */
export function ordersNamed(steps: readonly Step[]): string[] {
  const ids: string[] = [];
  for (const { told } of steps) {
    const orderId = told?.orderId ?? null;
    if (orderId !== null && !ids.includes(orderId)) ids.push(orderId);
  }
  return ids;
}
