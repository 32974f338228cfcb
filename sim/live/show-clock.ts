import type { CompiledScenario } from '../crowd/compiled.ts';

/**
 * For rooms that do not tell their viewers what the host does: the viewers see it on the stream, at its moment. A cue stands for those who
 * come later until its product is closed.
 */
export class ShowClock {
  private readonly scenario: CompiledScenario;
  /** Cues before the window are those that the viewers of the window have been told of. */
  private next = 0;
  private readonly standing = new Set<number>();

  constructor(scenario: CompiledScenario, fromMs: number) {
    this.scenario = scenario;
    this.due(fromMs - 1);
  }

  /** Indices of the cues whose moment has come since the last call, in order. */
  due(nowMs: number): number[] {
    const { cues } = this.scenario;
    const first = this.next;
    while (this.next < cues.length && cues[this.next].atMs <= nowMs) this.next++;
    const due = cues.slice(first, this.next).flatMap((cue, i) => (cue.kind === 'raid' ? [] : [first + i]));
    for (const index of due) this.stand(index);
    return due;
  }

  /** What somebody who comes now to this room sees. */
  standingIn(room: number): number[] {
    return [...this.standing].filter((index) => this.isFor(index, room)).toSorted((a, b) => a - b);
  }

  isFor(index: number, room: number): boolean {
    const cue = this.scenario.cues[index];
    return cue.room === -1 || cue.room === room;
  }

  private stand(index: number): void {
    const { kind, product } = this.scenario.cues[index];
    if (kind === 'close') {
      for (const other of this.standing) if (this.scenario.cues[other].product === product) this.standing.delete(other);
    } else if (kind === 'pin' || kind === 'drop') this.standing.add(index);
  }
}
