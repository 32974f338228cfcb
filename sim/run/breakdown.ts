import { AbortRule, type AbortLimits } from './abort-rule.ts';
import type { Tally } from './tally.ts';

/** Ends a run under which its target breaks down, by what all workers reported. */
export class BreakdownWatch {
  private readonly rule: AbortRule | null;
  private readonly tally: Tally;
  private next = 0;

  /** `limits`: null: it may break down. */
  constructor(limits: AbortLimits | null, tally: Tally) {
    this.rule = limits === null ? null : new AbortRule(limits);
    this.tally = tally;
  }

  /** Looks at the seconds that are complete by now. Why the run should end; null: it may go on. */
  second(): string | null {
    if (this.rule === null) return null;
    const { series } = this.tally;
    for (; this.next <= this.tally.lastSecond; this.next++) {
      const at = (name: Parameters<typeof series.at>[0]): number => series.at(name, this.next) ?? 0;
      const failedJoins = at('joinsFailed');
      const why = this.rule.second((this.next + 1) * 1000, {
        requests: at('httpRequests'),
        errors: at('httpErrors'),
        joins: at('joins') + at('reconnects') + failedJoins,
        failedJoins,
      });
      if (why !== null) return why;
    }
    return null;
  }
}
