import type { AbortLimits } from '../targets/index.ts';
import { AbortRule } from './abort-rule.ts';
import type { SecondMessage } from '../live/messages.ts';
import type { Tally } from './tally.ts';

/** Ends a run under which its target breaks down, by what all workers reported: what viewers ask, or who comes in, each for itself. */
export class BreakdownWatch {
  private readonly asking: AbortRule | null;
  private readonly joining: AbortRule | null;
  private readonly tally: Tally;
  /** By second. */
  private readonly asked: number[] = [];
  private readonly failed: number[] = [];
  private next = 0;

  /** `limits`: null: it may break down. */
  constructor(limits: AbortLimits | null, tally: Tally) {
    this.asking = limits && new AbortRule(limits, 'requests');
    this.joining = limits && new AbortRule(limits, 'joins');
    this.tally = tally;
  }

  /** A worker's second, which the tally has. Why the run should end; null: it may go on. */
  second({ report, asked, failed }: SecondMessage): string | null {
    if (this.asking === null || this.joining === null) return null;
    const { index } = report;
    this.asked[index] = (this.asked[index] ?? 0) + asked;
    this.failed[index] = (this.failed[index] ?? 0) + failed;
    const { series } = this.tally;
    for (; this.next <= this.tally.lastSecond; this.next++) {
      const at = (name: Parameters<typeof series.at>[0]): number => series.at(name, this.next) ?? 0;
      const failedJoins = at('joinsFailed');
      const atMs = (this.next + 1) * 1000;
      const why =
        this.asking.second(atMs, this.asked[this.next] ?? 0, this.failed[this.next] ?? 0) ??
        this.joining.second(atMs, at('joins') + at('reconnects') + failedJoins, failedJoins);
      if (why !== null) return why;
    }
    return null;
  }
}
