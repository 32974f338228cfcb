import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Shelves } from '../backend/shelves.ts';

/** A cue that viewers of a room may react to, and how likely by persona, as the bound of a 32-bit draw. */
export interface RoomCue {
  readonly index: number;
  readonly atMs: number;
  /** Asks for an answer in the chat; else it shows a product. */
  readonly isCall: boolean;
  readonly upTo: Float64Array;
}

/** The cues of each room that anybody reacts to, in order of time. */
export function roomCues(scenario: CompiledScenario): RoomCue[][] {
  return scenario.rooms.map((_, room) =>
    scenario.cues.flatMap((cue, index) => {
      if ((cue.room !== -1 && cue.room !== room) || cue.interest <= 0) return [];
      const isCall = cue.kind === 'call' || cue.kind === 'giveaway';
      if (!isCall && cue.product < 0) return [];
      return [{ index, atMs: cue.atMs, isCall, upTo: upToOf(scenario, index) }];
    }),
  );
}

/** The bounds of `chance` (rng.ts), so that a viewer decides as it does in the whole crowd. */
function upToOf({ personas, cues }: CompiledScenario, index: number): Float64Array {
  const { kind, interest } = cues[index];
  const isCall = kind === 'call' || kind === 'giveaway';
  return Float64Array.from(personas, (persona) => {
    const p = (isCall ? persona.answersCallsP : persona.clickP) * interest;
    return p * 4294967296;
  });
}

/** What those who come now are shown: the last pin of their room, and the open drops that are not sold out. */
export class CueBoard {
  /** Whether `refresh` found a drop with units left. */
  showsDrop = false;
  private readonly scenario: CompiledScenario;
  private readonly shelves: Shelves;
  private readonly pinned: Int32Array;
  private readonly shown: RoomCue[][];
  private readonly standing = new Map<number, RoomCue>();
  /** `changes` of the shelves when the lists were made. */
  private madeAt = -1;

  constructor(scenario: CompiledScenario, shelves: Shelves) {
    this.scenario = scenario;
    this.shelves = shelves;
    this.pinned = new Int32Array(scenario.rooms.length).fill(-1);
    this.shown = scenario.rooms.map(() => []);
  }

  reset(): void {
    this.pinned.fill(-1);
    this.madeAt = -1;
  }

  apply(cueIndex: number): void {
    const { kind, room } = this.scenario.cues[cueIndex];
    if (kind !== 'pin') return;
    for (let i = 0; i < this.pinned.length; i++) if (room === -1 || room === i) this.pinned[i] = cueIndex;
  }

  /** Indices of the cues that stand, in order: the last pin of each room, drops that still offer units. */
  standingCues(): number[] {
    const { openDrop, offered } = this.shelves;
    const drops = [...openDrop].filter((cue, product) => cue >= 0 && offered[product] > 0);
    return [...new Set([...this.pinned, ...drops])].filter((cue) => cue >= 0).sort((a, b) => a - b);
  }

  /** By room, in order of time; without those whose product is gone. Good until the next call. */
  refresh(): readonly (readonly RoomCue[])[] {
    if (this.madeAt === this.shelves.changes) return this.shown;
    this.madeAt = this.shelves.changes;
    for (const list of this.shown) list.length = 0;
    this.showsDrop = false;
    for (const index of this.standingCues()) {
      const cue = this.scenario.cues[index];
      if (cue.interest <= 0 || (cue.kind === 'drop' && this.shelves.forSale(cue.product) <= 0)) continue;
      for (let room = 0; room < this.shown.length; room++) {
        const stands = cue.kind === 'pin' ? this.pinned[room] === index : cue.room === -1 || cue.room === room;
        if (!stands) continue;
        this.shown[room].push(this.roomCue(index));
        if (cue.kind === 'drop') this.showsDrop = true;
      }
    }
    return this.shown;
  }

  private roomCue(index: number): RoomCue {
    let known = this.standing.get(index);
    if (!known) {
      known = { index, atMs: this.scenario.cues[index].atMs, isCall: false, upTo: upToOf(this.scenario, index) };
      this.standing.set(index, known);
    }
    return known;
  }
}
