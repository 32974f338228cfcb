import { FlashcrowdError, EXIT, type ExitCode } from '../../sim/errors.ts';
import type { BookMovement, BookProduct, BookReservation, Books } from '../../sim/ledger/books.ts';
import type { CheckResult } from '../../sim/ledger/check.ts';
import { CHECKERS } from '../../sim/ledger/checkers.ts';
import type { History } from '../../sim/ledger/history.ts';
import { didYouMean } from '../../sim/scenario/suggest.ts';

const NOTHING = { stockedUnits: 0, soldUnits: 0, leftUnits: 0, heldUnits: 0 };
const SOME_HOLD = { id: '', buyerId: '', units: 1, status: 'released' } as const;
const IDS = CHECKERS.map(({ id }) => id);

/** Throws FlashcrowdError BAD_USAGE when an id is none. */
export function requireChecks(ids: readonly string[]): void {
  const strange = ids.filter((id) => !IDS.includes(id));
  if (strange.length === 0) return;
  throw new FlashcrowdError(
    'BAD_USAGE',
    '--waive names what is no check',
    strange.map((id) => ({
      path: '--waive',
      message: `there is no check "${id}"`,
      expected: didYouMean(id, IDS) ? undefined : `one of ${IDS.join(', ')}`,
      hint: didYouMean(id, IDS),
    })),
  );
}

/** A violation decides; then what nobody knows and nobody waived. */
export function exitCodeOf(invariants: readonly CheckResult[], waived: readonly string[]): ExitCode {
  if (invariants.some(({ status }) => status === 'fail')) return EXIT.invariantViolated;
  const isOpen = invariants.some(({ id, status }) => status === 'unknown' && !waived.includes(id));
  return isOpen ? EXIT.thresholdsFailed : EXIT.passed;
}

/** Says at each unknown check which options would make it known, if any would: it is tried. */
export function withRemedies(invariants: readonly CheckResult[], history: History, books: Books): CheckResult[] {
  return invariants.map((result) => {
    if (result.status !== 'unknown') return result;
    const options = remedyFor(result.id, history, books);
    if (options.length === 0) return result;
    return { ...result, detail: `${result.detail} It can be known with ${options.join(' and ')}.` };
  });
}

/** The parts of books that an export may leave out, as if they had been given, and by which option. */
function remedies(history: History, books: Books): { readonly option: string; readonly given: Partial<Books> }[] {
  const { products } = history.show;
  const atEpochMs = history.fromMs + history.epochOffsetMs;
  const stocked = products.map(({ id }): BookProduct => ({ id, ...NOTHING }));
  const laidOut = products.map(({ id, stockUnits }): BookMovement => ({
    productId: id,
    kind: 'initial',
    units: stockUnits,
    atEpochMs,
  }));
  // Of every product, because none at all says something: that nobody ever touched it.
  const holds = products.map(({ id }): BookReservation => ({
    ...SOME_HOLD,
    productId: id,
    expiresAtEpochMs: atEpochMs,
  }));
  const all = [
    { option: '--stock', missing: books.products, given: { products: stocked } },
    { option: '--payments', missing: books.payments, given: { payments: [] } },
    { option: '--movements', missing: books.movements, given: { movements: laidOut } },
    { option: '--reservations', missing: books.reservations, given: { reservations: holds } },
    { option: '--exported-at', missing: books.readAtEpochMs, given: { readAtEpochMs: atEpochMs } },
  ];
  return all.filter(({ missing }) => missing === null);
}

/** One option that is enough, or else all that together are. */
function remedyFor(id: string, history: History, books: Books): readonly string[] {
  const checker = CHECKERS.find((one) => one.id === id);
  const isKnownWith = (given: Partial<Books>): boolean => {
    try {
      const result = checker?.check(history, { ...books, ...given }) ?? null;
      return result !== null && result.status !== 'unknown';
    } catch {
      return false;
    }
  };
  const candidates = remedies(history, books);
  const single = candidates.find(({ given }) => isKnownWith(given));
  if (single) return [single.option];
  const together = (some: typeof candidates): Partial<Books> => Object.assign({}, ...some.map(({ given }) => given));
  if (candidates.length < 2 || !isKnownWith(together(candidates))) return [];
  // Those without which it would not be known.
  return candidates
    .filter((one) => !isKnownWith(together(candidates.filter((other) => other !== one))))
    .map(({ option }) => option);
}
