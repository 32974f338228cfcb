import type { ArrivalTarget, TargetViewer } from '../targets/target.ts';
import { converse } from './converse.ts';
import type { HttpClients } from './http-clients.ts';

const TIMEOUT_MS = 10_000;

/** What viewers do before they enter the room: signing in, mostly. */
export class Arrivals {
  private readonly arrivals: readonly ArrivalTarget[];
  private readonly http: HttpClients;
  /** By row: the latest attempt; an older one that comes to its end is of nobody. */
  private readonly underWay = new Map<number, symbol>();

  constructor(arrivals: readonly ArrivalTarget[], http: HttpClients) {
    this.arrivals = arrivals;
    this.http = http;
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

  private async all(viewer: TargetViewer): Promise<boolean> {
    for (const arrival of this.arrivals) {
      try {
        const result = await converse(this.http, arrival.origin, arrival.arrive(viewer), TIMEOUT_MS);
        if (!('end' in result) || !result.end.ok) return false;
      } catch {
        // What the adapter cannot make of this viewer is a viewer who does not come in.
        return false;
      }
    }
    return true;
  }
}
