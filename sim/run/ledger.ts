import type { Books } from '../ledger/books.ts';
import type { CheckResult, IncidentResult } from '../ledger/check.ts';
import { CHECKERS, checkAll, INCIDENTS } from '../ledger/checkers.ts';
import { COORDINATOR } from '../ledger/events.ts';
import type { History } from '../ledger/history.ts';
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

/** What a history and books say together. */
interface Checked {
  readonly invariants: readonly CheckResult[];
  readonly incidents: readonly IncidentResult[];
  /** Why nothing could be judged; `null`: it was. */
  readonly blind: string | null;
}

/**
 * Checks a history against books, after a run and in an audit alike: the same history gets the same verdict. Where the coordinator could not
 * write down what the host did everything is unknown; where it was killed, whether the generator kept up. Never throws.
 */
export function checkAgainst(history: History, books: Books | null): Checked {
  const hostGap = history.gaps.find(({ shard }) => shard === COORDINATOR);
  if (hostGap === undefined) return { ...checkAll(history, books), blind: null };
  if (hostGap.isCut) {
    // Nobody says when the generator lagged: nothing that was late can be held against the backend.
    const { fromMs, untilMs } = history;
    const { invariants } = checkAll({ ...history, invalid: [{ fromMs, untilMs }] }, books, CHECKERS, []);
    return {
      invariants,
      incidents: unseen('The coordinator was killed: whether the generator kept up is not known.'),
      blind: null,
    };
  }
  // A restock or a price that is missing would look like a fault of the shop.
  return nothingKnown(`The coordinator could not write its history (${hostGap.why}): what the host did is not known.`);
}

/** Reads the history of a run that is over and checks it against the backend's books. Never throws: what cannot be read is unknown. */
export async function checkHistory(folder: string, books: Books | null): Promise<LedgerFindings> {
  try {
    const { history, problems } = await readHistory(folder);
    const { invariants, incidents, blind } = checkAgainst(history, books);
    if (blind !== null) return { invariants, incidents, problems: [blind], stockedUnits: new Map() };
    const stocked = history.show.products.map(
      (product) => [product.id, stockedUnits(history, product).mostUnits] as const,
    );
    return { invariants, incidents, problems, stockedUnits: new Map(stocked) };
  } catch (error) {
    const why = `The history could not be read: ${(error as Error).message}`;
    const { invariants, incidents } = nothingKnown(why);
    return { invariants, incidents, problems: [why], stockedUnits: new Map() };
  }
}

function nothingKnown(detail: string): Checked {
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
    incidents: unseen(detail),
    blind: detail,
  };
}

function unseen(detail: string): IncidentResult[] {
  return INCIDENTS.map(({ id, title }) => ({ id, title, count: null, detail, evidence: [] }));
}
