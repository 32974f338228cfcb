/** Assumptions by how much each moves the money, then the peak. */

import type { SensitivityLine } from '../../sim/plan-result.ts';

export interface Swing {
  readonly lowered: number;
  readonly raised: number;
}

/** The larger of both changes, whatever its direction. */
export function size({ lowered, raised }: Swing): number {
  return Math.max(Math.abs(lowered), Math.abs(raised));
}

/** The strongest first; equal ones as they came. */
export function ranked(lines: readonly SensitivityLine[]): SensitivityLine[] {
  return lines.toSorted((a, b) => size(b.gmv) - size(a.gmv) || size(b.peakViewers) - size(a.peakViewers));
}

/** What a tag of a source means to the reader. */
export function tagWords(tag: string | null): string {
  const words: Readonly<Record<string, string>> = {
    S: 'seen in a source',
    d: 'derived',
    w: 'weak source',
    a: 'assumption',
  };
  return tag === null ? 'no source' : (words[tag] ?? tag);
}
