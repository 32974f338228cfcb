/** Tables in the terminal: cells that stand below each other. */

import { columnsOf, cut, padEnd, padStart } from './text.ts';

export interface Cells {
  readonly align: 'left' | 'right';
  /** Applied after the cell has its width, so that colours do not count. */
  readonly paint?: (text: string) => string;
}

/** Rows as lines of at most `width` columns, two blanks between the cells. What does not fit is cut from the right. */
export function aligned(rows: readonly (readonly string[])[], columns: readonly Cells[], width: number): string[] {
  const widths = columns.map((_column, index) => Math.max(0, ...rows.map((row) => columnsOf(row[index] ?? ''))));
  return rows.map((row) => {
    let room = width;
    const cells = columns.map(({ align, paint }, index) => {
      const pad = align === 'right' ? padStart : padEnd;
      const last = index === columns.length - 1 && align === 'left';
      const whole = last ? (row[index] ?? '') : pad(row[index] ?? '', widths[index]);
      const text = cut(whole, Math.max(0, room));
      room -= columnsOf(text) + 2;
      return paint && text.trim() !== '' ? paint(text) : text;
    });
    return cells.join('  ').trimEnd();
  });
}
