import type { Step } from './history.ts';

/** Its answer is missing or says neither yes nor no, and it did leave: it may have been carried out. */
export function isUncertain({ told }: Step): boolean {
  return told === null || (told.status === 'unknown' && !told.unsent);
}

/** It was carried out, or may have been: told yes, or nobody knows. */
export function mayHaveHappened(step: Step): boolean {
  return step.told?.status === 'ok' || isUncertain(step);
}

/** Refused because there are not enough units left. A page that says so is no refusal: it may be a copy. */
export function isSoldOut({ kind, told }: Step): boolean {
  return kind !== 'view' && told?.status === 'rejected' && told.code === 'sold_out';
}

/** How many units a request was about: a checkout or a payment is about those of the last cart before it that was told yes. */
export function unitsAsked(steps: readonly Step[], asked: Step): number {
  if (asked.units !== null) return asked.units;
  let units: number | null = null;
  for (const { kind, sentMs, told, units: meant } of steps) {
    if (kind === 'cart' && told?.status === 'ok' && sentMs <= asked.sentMs) units = told.units ?? meant;
  }
  return units ?? 1;
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
