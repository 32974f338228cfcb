import type { BookPayment, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { BEFORE_GAP_MS, caseOf, counted, Findings, lostHistory, NO_BOOKS, settle } from '../evidence.ts';
import type { History, Purchase, Step, StepKind, Told } from '../history.ts';
import { KEYED, type KeyedKind } from '../requests.ts';
import { booksViewOf, isCharge, viewOf } from '../views.ts';

export const keysKept: Checker = {
  id: 'keys_kept',
  title: 'One idempotency key, one effect',
  promise:
    'By buyer and product: holds, orders and charges in the books against the distinct keys of the carts, checkouts and payments that reached the backend or may have. Two answers of success to one key must name the same cart, order or payment; and when one says that the card was declined, no other may say that it was charged.',
  check,
};

const ACCEPTABLE = 'at most 1 hold, order and charge for each key';

const EFFECT = { cart: 'hold', checkout: 'order', pay: 'charge' } as const;

function check(history: History, books: Books | null): CheckResult | null {
  if (history.show.products.length === 0) return null;
  const endMs = history.gaps.reduce((least, { fromMs }) => Math.min(least, fromMs - BEFORE_GAP_MS), Infinity);
  const untilEpochMs = endMs + history.epochOffsetMs;
  const findings = new Findings();
  const { firstRows, effects, suspects } = count(history, books);
  const judged = new Set<number>();
  for (const row of suspects) {
    const first = firstRows[row];
    if (judged.has(first)) continue;
    judged.add(first);
    const { viewerId, productId } = history.purchases[row];
    const about = viewOf(history)
      .byViewer.of(viewerId)
      .filter((one) => one.productId === productId);
    judge(
      history,
      books,
      about,
      { cart: effects.cart[first], checkout: effects.checkout[first], pay: effects.pay[first] },
      untilEpochMs,
      findings,
    );
  }
  const extra = findings.violations === 0 ? 'none too many' : `${findings.violations} too many`;
  const detail = `Holds, orders and charges of ${counted(history.purchases.length, 'purchase')} against their keys: ${extra}.`;
  return settle(keysKept, findings, { acceptable: ACCEPTABLE, detail, missing: whatIsMissing(history, books) });
}

function whatIsMissing(history: History, books: Books | null): string | null {
  if (books === null) return NO_BOOKS;
  const { reservations, payments } = books;
  if (reservations === null) return 'The books have no list of holds.';
  if (payments === null) return 'The books have no list of payments.';
  return lostHistory(history);
}

interface Counted {
  /** For each purchase, the first one of its viewer and product: it stands for all of them. */
  readonly firstRows: Int32Array;
  /** In the books, by those. */
  readonly effects: Readonly<Record<KeyedKind, Int32Array>>;
  /** Purchases that are worth a look. */
  readonly suspects: readonly number[];
}

/**
 * Suspects are those whose requests may share a key, and the first one of each buyer who has more holds, orders or charges of the product
 * than requests that may have made them. Counting first spares the look at each key of millions.
 */
function count(history: History, books: Books | null): Counted {
  const { purchases } = history;
  const { byViewer, survey } = viewOf(history);
  const { requests } = survey;
  const firstRows = byViewer.firstRows(({ productId }) => productId);
  const rowOf = (buyerId: string, productId: string): number =>
    byViewer.rowOf(buyerId, (purchase) => purchase.productId === productId);
  const counts = (): Int32Array => new Int32Array(purchases.length);
  const effects = { cart: counts(), checkout: counts(), pay: counts() };
  for (const { buyerId, productId } of books?.reservations ?? []) {
    const row = rowOf(buyerId, productId);
    if (row >= 0) effects.cart[row]++;
  }
  const view = books && booksViewOf(books);
  for (const { id, buyerId, productId } of books?.orders ?? []) {
    const row = rowOf(buyerId, productId);
    // A buyer whom the history does not know is none of this check.
    if (row < 0) continue;
    effects.checkout[row]++;
    view?.paymentsByOrder.each(id, (payment) => {
      if (isCharge(payment)) effects.pay[row]++;
    });
  }
  const hasTooMany = new Uint8Array(purchases.length);
  for (const kind of KEYED) {
    const sent = counts();
    for (let row = 0; row < sent.length; row++) sent[firstRows[row]] += requests.count(kind, row);
    for (let row = 0; row < sent.length; row++) if (effects[kind][row] > sent[row]) hasTooMany[row] = 1;
  }
  const suspects: number[] = [];
  for (let row = 0; row < purchases.length; row++) {
    if (requests.mayShareKeys(row) || hasTooMany[row] === 1) suspects.push(row);
  }
  return { firstRows, effects, suspects };
}

/** `purchases`: all of one viewer and one product. `most`: how many effects of them the books have at all. */
function judge(
  history: History,
  books: Books | null,
  purchases: readonly Purchase[],
  most: Readonly<Record<KeyedKind, number>>,
  untilEpochMs: number,
  findings: Findings,
): void {
  const [{ viewerId, productId }] = purchases;
  // Those that reached the backend, or may have.
  const sent = purchases.flatMap(({ steps }) => steps.filter(({ told }) => told?.unsent !== true));
  for (const kind of KEYED) {
    const steps = sent.filter((step) => step.kind === kind);
    // No key is made of a request that is alone: most are.
    if (steps.length < 2 && most[kind] <= steps.length) continue;
    const keys = countKeys(steps);
    const split = countSplit(steps);
    const contradicted = kind === 'pay' ? countContradicted(steps) : 0;
    if (most[kind] <= keys && split === 0 && contradicted === 0) continue;
    const effects = books && effectsOf(history, books, viewerId, productId, untilEpochMs)[kind];
    const tooMany = Math.max((effects?.length ?? 0) - keys, split, contradicted);
    if (tooMany <= 0) continue;
    const inBooks = effects === null ? '' : `, ${counted(effects.length, EFFECT[kind])} in the books`;
    const ids = effects === null || effects.length === 0 ? '' : ` (${effects.join(', ')})`;
    const many = `${counted(keys, `${kind} key`)}${inBooks}`;
    const named = split > 0 ? `; answers to one key name ${namesOf(steps).join(' and ')}` : '';
    const denied = contradicted > 0 ? '; one answer to a key says ok, and another card_declined' : '';
    const title = `${viewerId} (${productId}): ${many}`;
    findings.add(
      tooMany,
      () => `${title}${ids}${named}${denied}`,
      () =>
        caseOf(history, books, title, {
          purchases,
          orders: books === null ? [] : booksViewOf(books).ordersOf(viewerId, productId),
        }),
    );
  }
}

/** Ids of what the books have of one buyer and product, up to where the history is whole; `null` for what they have no list of. */
function effectsOf(
  history: History,
  books: Books,
  viewerId: string,
  productId: string,
  untilEpochMs: number,
): Record<KeyedKind, string[] | null> {
  const view = booksViewOf(books);
  const isKnown = (epochMs: number | null): boolean =>
    untilEpochMs === Infinity || (epochMs !== null && epochMs < untilEpochMs);
  const orders = view.ordersOf(viewerId, productId);
  const holds = view.reservationsByBuyer.of(viewerId).filter(
    // It was made, or renewed, one hold before its end.
    (hold) => hold.productId === productId && isKnown(hold.expiresAtEpochMs - history.show.holdMs),
  );
  const charges = orders.flatMap(({ id }): BookPayment[] => view.paymentsByOrder.of(id).filter(isCharge));
  return {
    cart: books.reservations && holds.map(({ id }) => id),
    checkout: orders.filter(({ atEpochMs }) => isKnown(atEpochMs)).map(({ id }) => id),
    pay: books.payments && charges.filter(({ atEpochMs }) => isKnown(atEpochMs)).map(({ id }) => id),
  };
}

/** Without a key every request may have its own effect. */
function countKeys(steps: readonly Step[]): number {
  const keys = steps.map(({ key }) => key);
  return keys.filter((key, i) => key === null || keys.indexOf(key) === i).length;
}

/** Answers of success that name another thing than the first answer to their key. */
function countSplit(steps: readonly Step[]): number {
  if (steps.length < 2) return 0;
  const first = new Map<string, string>();
  const others = new Set<string>();
  for (const { key, kind, told } of steps) {
    const name = told?.status === 'ok' ? nameOf(kind, told) : null;
    if (key === null || name === null) continue;
    const known = first.get(key);
    if (known === undefined) first.set(key, name);
    else if (known !== name) others.add(name);
  }
  return others.size;
}

/** Keys of payments that were told as carried out, and as declined. */
function countContradicted(steps: readonly Step[]): number {
  if (steps.length < 2) return 0;
  const keysOf = (isMeant: (told: Told) => boolean): Set<string> =>
    new Set(steps.flatMap(({ key, told }) => (key !== null && told !== null && isMeant(told) ? [key] : [])));
  const declined = keysOf(({ code }) => code === 'card_declined');
  if (declined.size === 0) return 0;
  return [...keysOf(({ status }) => status === 'ok')].filter((key) => declined.has(key)).length;
}

function nameOf(kind: StepKind, { cartId, orderId, paymentId }: Told): string | null {
  if (kind === 'cart') return cartId;
  return kind === 'checkout' ? orderId : paymentId;
}

function namesOf(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap(({ kind, told }) => (told?.status === 'ok' ? (nameOf(kind, told) ?? []) : [])))];
}
