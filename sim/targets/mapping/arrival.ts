import type { ArrivalTarget, TargetViewer } from '../target.ts';
import { mapEnd } from './conversation.ts';
import type { StepOptions } from './step-options.ts';
import { stepRunner, type StepsContext } from './steps.ts';
import type { Values } from './template.ts';

/** What a viewer does before it enters: its steps, whose captures are kept for the viewer. */
export function arrivalOf(
  steps: readonly StepOptions[],
  values: (viewer: TargetViewer) => Values,
  context: StepsContext,
): ArrivalTarget {
  const run = stepRunner(steps, context);
  return {
    origin: context.origin,
    arrive: (viewer) => mapEnd(run(values(viewer), viewer), ({ status, code }) => ({ ok: status === 'ok', code })),
  };
}
