/** The summary in the terminal as blocks with a title. Those of runs and plans look the same. */

import { CHECK_SIGNS, type CheckStatus } from '../verdict.ts';
import { columnsOf, padEnd, wrap } from './text.ts';
import type { Paint, Style } from './text.ts';

const CHECK_STYLES: Readonly<Record<CheckStatus, Style>> = { pass: 'green', fail: 'red', unknown: 'yellow' };

/** The sign of a check in its colour. */
export function mark(paint: Paint, status: CheckStatus): string {
  return paint(CHECK_STYLES[status], CHECK_SIGNS[status].sign);
}

/** A title and its lines, or nothing when there are none. */
export function titled(paint: Paint, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${paint('bold', title)}`, ...lines.map((line) => `    ${line}`)];
}

export function joined(blocks: readonly (readonly string[])[]): string {
  return `\n${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

export function indented(text: string, width: number): string[] {
  return wrap(text, width - 4).map((line) => `    ${line}`);
}

/** Paths are never cut: they are there to be copied. */
export function fileLines(files: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(files).map(([name, path]) => `${padEnd(name, 8)} ${path}`);
}

export function longest(texts: readonly string[]): number {
  return texts.reduce((columns, text) => Math.max(columns, columnsOf(text)), 0);
}
