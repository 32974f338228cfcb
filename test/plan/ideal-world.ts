import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { Crowd } from '../../sim/crowd/crowd.ts';
import { ANSWER, INTENT, INTENT_NAMES, type IntentKind, type IntentSink } from '../../sim/crowd/intents.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { AT_ONCE, BUSY } from '../crowd/help.ts';

const ENOUGH = {
  serum: { title: 'Serum', price: 'CNY 199', stock: '100M' },
  mug: { title: 'Mug', price: 'CNY 19', stock: '100M' },
};
const show: ScenarioInput['show'] = [
  { at: '1m', cue: 'pin', product: 'mug' },
  { at: '2m', cue: 'call', say: '1' },
  { at: '3m', cue: 'drop', product: 'serum' },
  { at: '4m500ms', cue: 'price', product: 'serum', price: 'CNY 99' },
  { at: '7m', cue: 'pin', product: 'mug', interest: '60%' },
];
/** What is shown can be bought when it is shown, and there is enough of it: as in the ideal world. */
export const BUSY_AND_PLENTY: ScenarioInput = { ...BUSY, products: ENOUGH, show, backend: AT_ONCE };

type Counts = Record<(typeof INTENT_NAMES)[number] | 'clicks' | 'callAnswers', Float64Array>;

/**
 * The whole crowd, row by row, in a world that answers at once and never runs out: the oracle of the agent engine. Who comes is
 * shown the last pin and the open drops, in the order in which they were given.
 */
export class IdealWorld implements IntentSink {
  readonly crowd: Crowd;
  readonly counts: Counts;
  events = 0;
  private readonly scenario: CompiledScenario;
  private readonly pinned: number[];
  private readonly open: number[];

  constructor(scenario: CompiledScenario) {
    this.scenario = scenario;
    const bins = Math.ceil(scenario.durationMs / 1000);
    this.counts = Object.fromEntries(
      [...INTENT_NAMES, 'clicks', 'callAnswers'].map((name) => [name, new Float64Array(bins)]),
    ) as Counts;
    this.pinned = scenario.rooms.map(() => -1);
    this.open = scenario.products.map(() => -1);
    this.crowd = new Crowd(scenario, this, { shard: 0, shards: 1 });
  }

  play(): this {
    const { cues, durationMs } = this.scenario;
    let next = 0;
    for (let bin = 0; bin < this.counts.enter.length; bin++) {
      const lastMs = Math.min((bin + 1) * 1000, durationMs) - 1;
      for (; next < cues.length && cues[next].atMs <= lastMs; next++) {
        this.crowd.step(cues[next].atMs);
        this.give(next);
      }
      this.crowd.step(lastMs);
    }
    return this;
  }

  intent(kind: IntentKind, row: number, dueMs: number, arg: number, arg2: number): void {
    const bin = Math.floor(dueMs / 1000);
    const { rows } = this.crowd;
    this.events++;
    this.counts[INTENT_NAMES[kind]][bin]++;
    if (kind === INTENT.view && arg2 === 0) this.counts.clicks[bin]++;
    if (kind === INTENT.chat && arg < 0) this.counts.callAnswers[bin]++;
    if (kind === INTENT.enter) {
      for (const cue of [...this.pinned, ...this.open].sort((a, b) => a - b))
        if (cue >= 0 && this.stands(cue, row)) this.crowd.cue(row, cue, dueMs);
    } else if (((kind >= INTENT.view && kind <= INTENT.pay) || kind === INTENT.refund) && arg2 >= 0)
      this.crowd.answer(row, rows.generation[row], kind, ANSWER.ok, dueMs);
  }

  private give(index: number): void {
    const cue = this.scenario.cues[index];
    if (cue.kind === 'pin')
      this.pinned.forEach((_, room) => {
        if (cue.room === -1 || cue.room === room) this.pinned[room] = index;
      });
    if (cue.kind === 'drop') this.open[cue.product] = index;
    if (cue.kind === 'close') this.open[cue.product] = -1;
    const { rows } = this.crowd;
    for (let row = 0; row < rows.used; row++)
      if (rows.alive[row] === 1 && (cue.room === -1 || cue.room === rows.room[row]))
        this.crowd.cue(row, index, cue.atMs);
  }

  private stands(index: number, row: number): boolean {
    const room = this.crowd.rows.room[row];
    const cue = this.scenario.cues[index];
    return cue.kind === 'pin' ? this.pinned[room] === index : cue.room === -1 || cue.room === room;
  }
}
