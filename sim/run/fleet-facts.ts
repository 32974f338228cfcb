import type { DoneMessage } from '../live/messages.ts';

/** What a result needs to know of the workers of a run. They are numbered from 0. */
export interface FleetFacts {
  readonly size: number;
  pid(shard: number): number;
  /** How it died; `null`: it did not. */
  death(shard: number): string | null;
  /** `null`: it could not account for its viewers. */
  done(shard: number): DoneMessage | null;
  /** Viewers of all workers who were to connect in the ramp. */
  rampTotals(): { readonly connected: number; readonly failed: number };
}
