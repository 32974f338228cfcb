/** What a part of the bench measured: rows of one tool each, with the rounds beside each other. */
import type { ToolName } from '../tools/tool.ts';

export interface Row {
  /** `receive.one`: the table that it stands in. */
  readonly table: string;
  readonly tool: ToolName | 'undici-request' | 'undici-dispatch';
  readonly label: string;
  /** The figure of each round; NaN for one that failed. */
  readonly rounds: number[];
  /** What else is worth saying; the last round's. */
  note: string;
}

export interface TableHead {
  readonly title: string;
  readonly about: string;
  /** Of the figure. */
  readonly unit: string;
  readonly digits: number;
}

/** Gathers the rounds of all rows, in the order in which they first came. */
export class Rows {
  readonly all: Row[] = [];

  add(table: string, tool: Row['tool'], label: string, figure: number, note: string): void {
    let row = this.all.find((one) => one.table === table && one.tool === tool);
    if (!row) this.all.push((row = { table, tool, label, rounds: [], note }));
    row.rounds.push(figure);
    row.note = note;
  }

  find(table: string, tool: Row['tool']): Row | undefined {
    return this.all.find((one) => one.table === table && one.tool === tool);
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The median of the ratios of each round: both were measured within minutes, so a slow moment of the machine falls on both. */
export function pairedRatio(row: Row, base: Row): number {
  return median(row.rounds.map((figure, round) => figure / (base.rounds[round] ?? NaN)));
}
