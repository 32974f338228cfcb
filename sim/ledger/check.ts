/** What a checker finds. A verdict is pass, fail or unknown: never pass by default. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly status: 'pass' | 'fail' | 'unknown';
  /** Units, orders or messages in violation. `null` when unknown. */
  readonly violations: number | null;
  /** One sentence with the figures, for people. */
  readonly detail: string;
  readonly evidence: readonly string[];
}
