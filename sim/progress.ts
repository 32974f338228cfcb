/** What a running engine tells the live displays, about four times a second. Types only. */

export type ProgressPhase = 'warm-up' | 'connecting' | 'running' | 'draining' | 'auditing';

export interface ProgressSnapshot {
  readonly phase: ProgressPhase;
  /** Event time, ms from the start of the event; that of the window's start until the show runs. */
  readonly eventMs: number;
  readonly windowFromMs: number;
  readonly windowForMs: number;
  readonly viewers: number;
  /** How many there should be now. */
  readonly viewersTarget: number;
  readonly joinsPerSec: number;
  /** Chat messages that viewers sent. */
  readonly messagesInPerSec: number;
  /** Chat messages that arrived, counted for every viewer. */
  readonly messagesOutPerSec: number;
  /** Of the last seconds; `null` when no message arrived. */
  readonly chatLagP50Ms: number | null;
  readonly chatLagP99Ms: number | null;
  readonly ordersTotal: number;
  readonly ordersPerSec: number;
  readonly stock: readonly { readonly id: string; readonly left: number; readonly total: number }[];
  /** Label of the last cue that was sent. */
  readonly lastCue: string | null;
  readonly nextCue: { readonly label: string; readonly inMs: number } | null;
  /** Thresholds that would fail if the run ended now, as written. */
  readonly thresholdsFailing: readonly string[];
  readonly lateStartP99Ms: number | null;
}
