import type { FaultName } from '../../server-stub/faults/catalog.ts';

/** What a player is asked for, and what it answers. Over the IPC channel of `fork`. */
export interface Job {
  readonly id: number;
  readonly seed: number;
  /** Null: a clean run. */
  readonly fault: { readonly name: FaultName; readonly rate: number } | null;
  /** As `flashcrowd serve --store` takes it. */
  readonly store: string;
}

export interface Played {
  readonly id: number;
  /** How often the shop says that it broke; the checkers never see it. */
  readonly occurrences: number;
  /** Ids of invariants that failed, that are unknown, and of incidents that were seen. */
  readonly failed: readonly string[];
  readonly unknown: readonly string[];
  readonly incidents: readonly string[];
  readonly verdict: string;
  /** Why, in sentences. */
  readonly reasons: readonly string[];
  /** Orders told as paid. */
  readonly orders: number;
  /** First line of evidence of each failure. */
  readonly evidence: readonly string[];
  readonly oversoldUnits: number;
  /** What was played before it, and could not be believed: what those claimed counts all the same. Absent: nothing. */
  readonly unusable?: readonly Played[];
}

/** It, and what was played before it. */
export function triesOf(played: Played): readonly Played[] {
  return [...(played.unusable ?? []), played];
}

export type FromPlayer = { readonly played: Played } | { readonly id: number; readonly error: string };

/** Incidents that a full machine really has, without any fault: they are told of, and are nobody's mistake. */
const OF_A_FULL_MACHINE = new Set(['slow_answers', 'server_errors', 'lost_answers']);

/** What was claimed of a run in which nothing was broken: invariants that failed, and incidents that only a fault can cause. */
export function alarmsOf({ evidence, incidents }: Played): string[] {
  const invented = incidents.filter((id) => !OF_A_FULL_MACHINE.has(id));
  return [...evidence, ...invented.map((id) => `${id}: an incident that was none`)];
}
