import type { History, Step } from './history.ts';
import { mayHaveHappened } from './steps.ts';
import { viewOf } from './views.ts';

/** Whether a buyer asked for a refund of this product that was not refused; also when nobody knows. */
export function mayHaveAskedBack(history: History, viewerId: string, productId: string): boolean {
  // What a viewer asked for after the history of its worker ended, nobody knows.
  if (history.gaps.length > 0) return true;
  return viewOf(history)
    .byViewer.of(viewerId)
    .some((purchase) => purchase.productId === productId && purchase.steps.some(isRefund));
}

/** When the units of a purchase were asked back, and from when on they certainly are back: never, without a yes. `null`: they were not. */
export function timeOfRefund(steps: readonly Step[]): { sentMs: number; certainFromMs: number } | null {
  const refunds = steps.filter(isRefund);
  if (refunds.length === 0) return null;
  const yeses = refunds.flatMap(({ told }) => (told?.status === 'ok' ? [told.atMs] : []));
  return { sentMs: Math.min(...refunds.map(({ sentMs }) => sentMs)), certainFromMs: Math.min(...yeses, Infinity) };
}

function isRefund(step: Step): boolean {
  return step.kind === 'refund' && mayHaveHappened(step);
}
