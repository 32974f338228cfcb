import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Stock } from './stock.ts';

/** What newcomers of each room are shown: the last pin, and the open drops that are not sold out, in order of time. */
export class Standing {
  private readonly scenario: CompiledScenario;
  private readonly stock: Stock;
  private readonly pinned: Int32Array;
  private readonly lists: number[][];
  private version = -1;

  constructor(scenario: CompiledScenario, stock: Stock) {
    this.scenario = scenario;
    this.stock = stock;
    this.pinned = new Int32Array(scenario.rooms.length);
    this.lists = scenario.rooms.map(() => []);
    this.reset();
  }

  reset(): void {
    this.pinned.fill(-1);
    this.version = -1;
  }

  apply(cueIndex: number): void {
    const { kind, room } = this.scenario.cues[cueIndex];
    if (kind !== 'pin') return;
    for (let i = 0; i < this.pinned.length; i++) if (room === -1 || room === i) this.pinned[i] = cueIndex;
    this.version = -1;
  }

  /** Cue indices. Good until the stock or the pins change. */
  in(room: number): readonly number[] {
    if (this.version !== this.stock.version) this.refresh();
    return this.lists[room];
  }

  private refresh(): void {
    const { stock, scenario } = this;
    this.version = stock.version;
    for (let room = 0; room < this.lists.length; room++) {
      const list = this.lists[room];
      list.length = 0;
      if (this.pinned[room] >= 0) list.push(this.pinned[room]);
      for (let product = 0; product < stock.openDrop.length; product++) {
        const drop = stock.openDrop[product];
        if (drop < 0 || stock.forSale(product) <= 0) continue;
        const cue = scenario.cues[drop];
        if (cue.room === -1 || cue.room === room) list.push(drop);
      }
      list.sort((a, b) => a - b);
    }
  }
}
