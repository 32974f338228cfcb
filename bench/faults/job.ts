/** What a player is asked for, and what it answers. Over the IPC channel of `fork`. */
export interface Job {
  readonly id: number;
  readonly seed: number;
  /** Null: a clean run. */
  readonly fault: { readonly name: string; readonly rate: number } | null;
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
}

export type FromPlayer = { readonly played: Played } | { readonly id: number; readonly error: string };
