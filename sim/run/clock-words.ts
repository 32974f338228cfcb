import type { ClockFinding, ClockSpan } from '../metrics/clock-bound.ts';
import { formatCount, formatDuration } from '../scenario/format.ts';
import type { Probed } from './clock-probe.ts';
import type { NoTime } from './date-header.ts';

/** Lags are held against hundreds of milliseconds: by as much as this they may be wrong and still say whether they are kept. */
const COMPARABLE_MS = 50;
/** Clocks do not drift by anything to speak of in a set of questions. */
const AT_ONCE_MS = 10_000;

export interface ClockJudgement {
  /** Times of the backend may be set against ours. */
  readonly comparable: boolean;
  /** What a lag may be wrong by, either way; null: nobody knows. */
  readonly worstMs: number | null;
  /** For the notes of a result. */
  readonly sentence: string;
}

/** Whether lags from the backend to this machine can be believed. */
export function judgeClock(found: Probed): ClockJudgement {
  if (found.kind === 'unknown')
    return {
      comparable: false,
      worstMs: null,
      sentence: `How far the backend's clock is from this machine's is not known: ${WHY[found.why]}. ${NOT_COMPARABLE}`,
    };
  if (found.kind === 'contradictory')
    return { comparable: false, worstMs: null, sentence: `${contradictionWords(found)} ${NOT_COMPARABLE}` };
  const worstMs = Math.max(Math.abs(found.leastMs), Math.abs(found.mostMs));
  const comparable = worstMs <= COMPARABLE_MS;
  const worst = `${formatCount(Math.ceil(worstMs))} ms`;
  const so = comparable ? `lags are right to ${worst}.` : `lags may be wrong by ${worst}, and are not comparable.`;
  return {
    comparable,
    worstMs,
    sentence: `By its answers, the backend's clock is ${spanWords(found)} this machine's: ${so}`,
  };
}

const NOT_COMPARABLE = 'Lags are not comparable.';

const WHY: Readonly<Record<NoTime, string>> = {
  no_question: 'it has nothing that can be asked',
  no_answer: 'it did not answer',
  no_date: 'its answers have no Date header',
  bad_date: 'the Date header of its answers is no date',
  cached: 'its answers come out of a cache',
};

/** `between 3 ms behind and 9 ms ahead of`. Rounded away from what is known. */
function spanWords({ leastMs, mostMs }: ClockSpan): string {
  const [least, most] = [Math.floor(leastMs), Math.ceil(mostMs)];
  if (least >= 0) return `between ${formatCount(least)} and ${formatCount(most)} ms ahead of`;
  if (most <= 0) return `between ${formatCount(-most)} and ${formatCount(-least)} ms behind`;
  return `between ${formatCount(-least)} ms behind and ${formatCount(most)} ms ahead of`;
}

function contradictionWords({ apartMs, betweenMs }: Extract<ClockFinding, { kind: 'contradictory' }>): string {
  const apart = `${formatCount(Math.max(1, Math.floor(apartMs)))} ms`;
  return betweenMs <= AT_ONCE_MS
    ? `The backend's answers are at least ${apart} apart about the time: several clocks give it, or a server that keeps its dates.`
    : `The backend's clock moved by at least ${apart} against this machine's in ${formatDuration(betweenMs)}: it drifts, was set, or is not one clock.`;
}
