/** What was measured, by name: rounds beside each other. A measurement that failed leaves NaN, so the rounds stay paired. */
import { median } from '../engine/parts/rows.ts';

export class Figures {
  private readonly rounds = new Map<string, number[]>();
  private readonly notes = new Map<string, Set<string>>();

  add(name: string, figure: number): void {
    const rounds = this.rounds.get(name);
    if (rounds === undefined) this.rounds.set(name, [figure]);
    else rounds.push(figure);
  }

  /** All figures of one measurement, under `prefix.name`. */
  addAll(prefix: string, figures: Readonly<Record<string, number>>): void {
    for (const [name, figure] of Object.entries(figures)) this.add(`${prefix}.${name}`, figure);
  }

  /** What makes a row doubtful, in any round. */
  note(row: string, lines: readonly string[]): void {
    const notes = this.notes.get(row) ?? new Set();
    for (const line of lines) notes.add(line);
    this.notes.set(row, notes);
  }

  notesOf(row: string): string {
    return [...(this.notes.get(row) ?? [])].join('; ');
  }

  /** NaN when no round has one. */
  median(name: string): number {
    return median(this.rounds.get(name) ?? []);
  }

  /** Least and most; both NaN when no round has one. */
  range(name: string): readonly [number, number] {
    const good = (this.rounds.get(name) ?? []).filter((figure) => !Number.isNaN(figure));
    return good.length > 0 ? [Math.min(...good), Math.max(...good)] : [NaN, NaN];
  }

  /** The median of the ratios of each round: both were measured within a minute. */
  ratio(name: string, base: string): number {
    const bases = this.rounds.get(base) ?? [];
    return median((this.rounds.get(name) ?? []).map((figure, round) => figure / (bases[round] ?? NaN)));
  }
}
