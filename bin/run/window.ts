import { FlashcrowdError, type Problem } from '../../sim/errors.ts';
import { formatDuration } from '../../sim/scenario/format.ts';

export interface Window {
  readonly fromMs: number;
  readonly forMs: number;
}

/**
 * The part of the event to play. Without `--for`, all that is left of it.
 *
 * @throws FlashcrowdError BAD_USAGE when it is not inside the event
 */
export function windowOf(durationMs: number, fromMs: number, forMs: number | undefined): Window {
  const problems: Problem[] = [];
  const event = formatDuration(durationMs);
  if (fromMs >= durationMs) {
    problems.push({
      path: '--from',
      message: `${formatDuration(fromMs)} is past the end of the event`,
      expected: `less than ${event}`,
    });
  } else if (forMs !== undefined && fromMs + forMs > durationMs) {
    problems.push({
      path: '--for',
      message: `the window would end at ${formatDuration(fromMs + forMs)}, after the event`,
      expected: `at most ${formatDuration(durationMs - fromMs)}`,
    });
  }
  if (forMs !== undefined && forMs < 1000)
    problems.push({ path: '--for', message: 'the window is too short', expected: 'at least 1s' });
  if (problems.length > 0)
    throw new FlashcrowdError('BAD_USAGE', `The window does not fit the event, which lasts ${event}.`, problems);
  return { fromMs, forMs: forMs ?? durationMs - fromMs };
}
