/** A funnel as steps with their conversion, and where those were lost who did not reach the end. */

import type { Funnel, RunResult } from '../sim/result.ts';

export interface FunnelStep {
  readonly label: string;
  readonly viewers: number;
  /** Share of the viewers of the step before, 0 to 1; `null` for the first step and after an empty one. */
  readonly ofPrevious: number | null;
  /** Share of the viewers of the first step, 0 to 1; `null` when it is empty. */
  readonly ofFirst: number | null;
}

export function funnelSteps(funnel: Funnel): FunnelStep[] {
  const steps: [string, number][] = [
    ['shown', funnel.shown],
    ['clicked', funnel.clicked],
    ['carted', funnel.carted],
    ['checked out', funnel.checkedOut],
    ['paid', funnel.paid],
  ];
  return steps.map(([label, viewers], index) => ({
    label,
    viewers,
    ofPrevious: index === 0 ? null : share(viewers, steps[index - 1][1]),
    ofFirst: share(viewers, funnel.shown),
  }));
}

/**
 * Why a purchase that was begun did not end in an order. Who is in none of the counts went no further of their own accord, or
 * was not done when the window ended.
 */
export function funnelLosses(funnel: Funnel): { label: string; viewers: number }[] {
  const { soldOut, declined, failed, unknown } = funnel.lost;
  const rest = Math.max(0, funnel.clicked - funnel.paid - soldOut - declined - failed - unknown);
  return [
    { label: 'went no further', viewers: rest },
    { label: 'sold out', viewers: soldOut },
    { label: 'declined', viewers: declined },
    { label: 'failed', viewers: failed },
    { label: 'unknown', viewers: unknown },
  ];
}

/** The funnel over all products; when only single products were kept and there is one, that one. */
export function wholeFunnel(result: RunResult): Funnel | null {
  const whole = result.funnels.find((funnel) => funnel.productId === null);
  if (whole) return whole;
  return result.funnels.length === 1 ? result.funnels[0] : null;
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
