import type { Books } from '../ledger/books.ts';
import type { CheckResult, IncidentResult } from '../ledger/check.ts';
import { CHECKERS, checkAll, INCIDENTS } from '../ledger/checkers.ts';
import { stockedUnits } from '../ledger/supply.ts';
import { readHistory } from './history/read.ts';

/** What the ledger says of a run. */
export interface LedgerFindings {
  readonly invariants: readonly CheckResult[];
  readonly incidents: readonly IncidentResult[];
  /** Lines of the history that could not be read, and the like. */
  readonly problems: readonly string[];
  /** What the host put on the shelves, by product; empty when the history could not be read. */
  readonly stockedUnits: ReadonlyMap<string, number>;
}

/** Reads the history of a run that is over and checks it against the backend's books. Never throws: what cannot be read is unknown. */
export async function checkHistory(folder: string, books: Books | null): Promise<LedgerFindings> {
  try {
    const { history, problems } = await readHistory(folder);
    const stocked = history.show.products.map(
      (product) => [product.id, stockedUnits(history, product).mostUnits] as const,
    );
    return { ...checkAll(history, books), problems, stockedUnits: new Map(stocked) };
  } catch (error) {
    return unreadable(`The history could not be read: ${(error as Error).message}`);
  }
}

function unreadable(detail: string): LedgerFindings {
  return {
    invariants: CHECKERS.map(({ id, title }) => ({
      id,
      title,
      status: 'unknown',
      violations: null,
      acceptable: '',
      detail,
      evidence: [],
      cases: [],
    })),
    incidents: INCIDENTS.map(({ id, title }) => ({ id, title, count: null, detail, evidence: [] })),
    problems: [detail],
    stockedUnits: new Map(),
  };
}
