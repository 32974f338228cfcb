import type { ArrivalTarget, TargetViewer } from '../targets/target.ts';
import { converse, failureOf, type Conversed } from './converse.ts';
import type { HttpSender } from './http.ts';

const TIMEOUT_MS = 10_000;

/** Of the reasons why viewers cannot come in. */
const TOLD_AT_MOST = 3;

export interface ArrivalEvents {
  /** A viewer has come to the end of it: in, or not. */
  readonly tried: (ok: boolean) => void;
  /** A line for whoever watches the run. */
  readonly note: (text: string) => void;
}

/** What viewers do before they enter the room: signing in, mostly. */
export class Arrivals {
  private readonly arrivals: readonly ArrivalTarget[];
  private readonly http: HttpSender;
  private readonly events: ArrivalEvents;
  private told = 0;
  /** By row: the latest attempt; an older one that comes to its end is of nobody. */
  private readonly underWay = new Map<number, symbol>();

  constructor(arrivals: readonly ArrivalTarget[], http: HttpSender, events: ArrivalEvents) {
    this.arrivals = arrivals;
    this.http = http;
    this.events = events;
  }

  /** Calls `then` with whether the viewer may go on, unless it was cancelled; at once when there is nothing to do. */
  begin(row: number, viewer: TargetViewer, then: (ok: boolean) => void): void {
    if (this.arrivals.length === 0) return then(true);
    const attempt = Symbol('attempt');
    this.underWay.set(row, attempt);
    void this.arrive(row, viewer, attempt, then);
  }

  private async arrive(row: number, viewer: TargetViewer, attempt: symbol, then: (ok: boolean) => void): Promise<void> {
    const ok = await this.all(viewer);
    this.events.tried(ok);
    if (this.underWay.get(row) !== attempt) return;
    this.underWay.delete(row);
    then(ok);
  }

  cancel(row: number): void {
    this.underWay.delete(row);
  }

  cancelAll(): void {
    this.underWay.clear();
  }

  private failed(why: string): void {
    if (this.told++ < TOLD_AT_MOST) this.events.note(`a viewer could not sign in: ${why}`);
  }

  private async all(viewer: TargetViewer): Promise<boolean> {
    for (const arrival of this.arrivals) {
      try {
        const result = await converse(this.http, arrival.origin, arrival.arrive(viewer), TIMEOUT_MS);
        if ('end' in result && result.end.ok) continue;
        this.failed(whyNot(result));
        return false;
      } catch (error) {
        // What the adapter cannot make of this viewer is a viewer who does not come in.
        this.failed((error as Error).message);
        return false;
      }
    }
    return true;
  }
}

function whyNot(result: Conversed<{ readonly code: string }>): string {
  if ('end' in result) return `the answer was read as ${result.end.code}`;
  return failureOf(result);
}
