/** What the bench should show, and whether it does. */
import { median, pairedRatio, type Row, type Rows } from './parts/rows.ts';

interface Target {
  readonly what: string;
  readonly table: string;
  /** Null: the figure of flashcrowd itself. */
  readonly against: Row['tool'] | null;
  readonly atMost?: number;
  readonly atLeast?: number;
}

const TARGETS: readonly Target[] = [
  { what: 'one frame a read, against C', table: 'receive.one', against: 'c', atMost: 1.8 },
  { what: 'one frame a read, against `ws`', table: 'receive.one', against: 'ws', atMost: 0.6 },
  { what: 'one frame a read, against k6', table: 'receive.one', against: 'k6', atMost: 1 / 6 },
  { what: 'ten frames a read, against C', table: 'receive.ten', against: 'c', atMost: 2.5 },
  { what: 'ten frames a read, against `ws`', table: 'receive.ten', against: 'ws', atMost: 0.3 },
  { what: 'ten frames a read, against k6', table: 'receive.ten', against: 'k6', atMost: 1 / 25 },
  { what: 'a busy room with 10 % probes, against C', table: 'receive.busy', against: 'c', atMost: 0.7 },
  { what: 'a busy room with 10 % probes, against k6', table: 'receive.busy', against: 'k6', atMost: 1 / 15 },
  { what: 'KiB of an idle viewer', table: 'memory', against: null, atMost: 7 },
  { what: 'connections per CPU-second, against `ws`', table: 'connect', against: 'ws', atLeast: 2.2 },
  { what: 'CPU of a purchase, against undici `request`', table: 'purchase', against: 'undici-request', atMost: 1.3 },
];

export interface Finding {
  readonly what: string;
  readonly wanted: string;
  readonly found: number;
  readonly isMet: boolean;
}

const rounded = (value: number): string => String(Number(value.toPrecision(3)));

/** Only what was measured. */
export function findings(rows: Rows): Finding[] {
  return TARGETS.flatMap(({ what, table, against, atMost, atLeast }) => {
    const ours = rows.find(table, 'flashcrowd');
    const base = against === null ? undefined : rows.find(table, against);
    if (!ours || (against !== null && !base)) return [];
    const found = base ? ratioOfCost(table, ours, base) : median(ours.rounds);
    if (atLeast !== undefined)
      return [{ what, wanted: `at least ${rounded(atLeast)}`, found, isMet: found >= atLeast }];
    return [{ what, wanted: `at most ${rounded(atMost!)}`, found, isMet: found <= atMost! }];
  });
}

/** Purchases are counted per CPU-second, their target is CPU per purchase. */
function ratioOfCost(table: string, ours: Row, base: Row): number {
  return table === 'purchase' ? pairedRatio(base, ours) : pairedRatio(ours, base);
}
