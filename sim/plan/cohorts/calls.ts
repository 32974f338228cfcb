import type { CompiledScenario } from '../../crowd/compiled.ts';
import { BIN_MS, type Bins } from '../bins.ts';
import type { Stream } from '../random.ts';
import type { CrowdOverTime } from './crowd-over-time.ts';
import { delaysOf, distributionOf, sumOfDelays } from './delays.ts';
import { residualAt } from './residual.ts';

interface Call {
  readonly atMs: number;
  readonly population: number;
  readonly firstBin: number;
  /** Of those present, the share that answers in each bin from the first. */
  readonly shares: Float64Array;
  readonly total: number;
}

/** Answers to calls and giveaways, all with the lag of a fan-out that keeps up. */
export class Calls {
  private readonly crowd: CrowdOverTime;
  private readonly calls: readonly Call[];
  private counts = new Float64Array(0);

  constructor(scenario: CompiledScenario, crowd: CrowdOverTime, bins: Bins, untilMs: number) {
    this.crowd = crowd;
    const rtt = delaysOf(scenario.tables[scenario.rttTable]);
    const reactions = scenario.personas.map(({ reactionTable }) =>
      distributionOf(sumOfDelays(delaysOf(scenario.tables[reactionTable]), rtt)),
    );
    this.calls = scenario.cues.flatMap((cue) =>
      (cue.kind === 'call' || cue.kind === 'giveaway') && cue.atMs < untilMs
        ? crowd.populations.flatMap((population, i) => {
            if (cue.room !== -1 && cue.room !== population.room) return [];
            const p = Math.min(1, scenario.personas[population.persona].answersCallsP * cue.interest);
            if (p <= 0) return [];
            const lagMs = Math.round(scenario.backend.fanout.lagMs);
            return [makeCall(crowd, bins, i, p, cue.atMs, lagMs, reactions[population.persona])];
          })
        : [],
    );
  }

  /** Adds the answers to the chat of each room. Returns how many there were. */
  play(chatByRoom: readonly Float64Array[], stream: Stream): number {
    let answers = 0;
    for (const { atMs, population, firstBin, shares, total } of this.calls) {
      const n = stream.binomial(this.crowd.presentAt(population, atMs), total);
      answers += n;
      if (shares.length > this.counts.length) this.counts = new Float64Array(shares.length);
      stream.multinomial(n, shares, this.counts);
      const chat = chatByRoom[this.crowd.populations[population].room];
      for (let k = 0; k < shares.length; k++) chat[firstBin + k] += this.counts[k];
    }
    return answers;
  }
}

function makeCall(
  crowd: CrowdOverTime,
  bins: Bins,
  population: number,
  p: number,
  atMs: number,
  lagMs: number,
  answeredBy: (ms: number) => number,
): Call {
  const isThere = residualAt([crowd.populations[population]], bins, atMs);
  const firstBin = bins.at(atMs);
  const shares: number[] = [];
  let before = 0;
  for (let bin = firstBin; bin < bins.count && before < 1 - 1e-6; bin++) {
    const endMs = bins.originMs + (bin + 1) * BIN_MS - atMs;
    const by = answeredBy(endMs - lagMs);
    shares.push(p * (by - before) * isThere(Math.max(0, endMs - BIN_MS / 2)));
    before = by;
  }
  const total = Math.min(
    1,
    shares.reduce((sum, share) => sum + share, 0),
  );
  return { atMs, population, firstBin, shares: Float64Array.from(shares), total };
}
