/**
 * What one check of `flashcrowd doctor` found. `warn` limits what can be done, `fail` would stop a run.
 */
export interface Check {
  readonly id: string;
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was looked at and what was found, on one line. */
  readonly found: string;
  /** What follows from it for a run. */
  readonly meaning: string;
  /** What to do about it; `null` when nothing need be done. */
  readonly remedy: string | null;
}
