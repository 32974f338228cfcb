import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { Crowd } from '../../sim/crowd/crowd.ts';
import { ANSWER, INTENT, type AnswerKind, type IntentKind, type IntentSink } from '../../sim/crowd/intents.ts';

export interface TracedIntent {
  readonly kind: IntentKind;
  readonly viewer: string;
  readonly dueMs: number;
  readonly arg: number;
  readonly arg2: number;
}

/** Plays a whole event in a world that says yes to everything; every cue reaches everyone the moment it is given. */
export class YesWorld implements IntentSink {
  readonly trace: TracedIntent[] = [];
  readonly crowd: Crowd;
  private readonly scenario: CompiledScenario;

  constructor(scenario: CompiledScenario, shard = 0, shards = 1, startMs = 0) {
    this.scenario = scenario;
    this.crowd = new Crowd(scenario, this, { shard, shards, startMs, capacity: 16 });
  }

  intent(kind: IntentKind, row: number, dueMs: number, arg: number, arg2: number): void {
    const { rows } = this.crowd;
    const viewer = `${this.scenario.sources[rows.source[row]].id}-${rows.index[row]}`;
    this.trace.push({ kind, viewer, dueMs, arg, arg2 });
    if (((kind >= INTENT.view && kind <= INTENT.pay) || kind === INTENT.refund) && arg2 >= 0) {
      this.crowd.answer(row, rows.generation[row], kind, this.answerTo(row, arg2), dueMs);
    }
  }

  /** `stepMs`: how far each step goes; what the viewers do must not depend on it. */
  play(stepMs: number, untilMs = this.scenario.durationMs): this {
    let next = 0;
    const { cues } = this.scenario;
    for (let t = 0; t < untilMs;) {
      const cueAt = next < cues.length ? cues[next].atMs : Infinity;
      const to = Math.min(t + stepMs - 1, untilMs - 1, cueAt);
      this.crowd.step(to);
      t = to + 1;
      for (; next < cues.length && cues[next].atMs <= to; next++) this.give(next);
    }
    return this;
  }

  protected answerTo(_row: number, _attempt: number): AnswerKind {
    return ANSWER.ok;
  }

  private give(cue: number): void {
    const { rows } = this.crowd;
    for (let row = 0; row < rows.used; row++) {
      if (rows.alive[row] === 1) this.crowd.cue(row, cue, this.scenario.cues[cue].atMs);
    }
  }
}
