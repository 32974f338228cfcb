import type { BookPayment, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { BEFORE_GAP_MS, caseOf, counted, Findings, lostHistory, NO_BOOKS, settle, unknown } from '../evidence.ts';
import type { History, Purchase, Step, StepKind, Told } from '../history.ts';
import { KEYED, type KeyedKind } from '../requests.ts';
import { booksViewOf, isCharge, viewOf } from '../views.ts';

export const keysKept: Checker = {
  id: 'keys_kept',
  title: 'One idempotency key, one effect',
  promise:
    'By buyer and product: holds, orders and charges in the books against the distinct keys of the carts, checkouts and payments that reached the backend or may have. Two answers of success to one key must name the same cart, order or payment.',
  check,
};

const ACCEPTABLE = 'at most 1 hold, order and charge for each key';

const EFFECT = { cart: 'hold', checkout: 'order', pay: 'charge' } as const;

function check(history: History, books: Books | null): CheckResult | null {
  if (history.show.products.length === 0) return null;
  if (books === null) return unknown(keysKept, ACCEPTABLE, NO_BOOKS);
  const endMs = history.gaps.reduce((least, { fromMs }) => Math.min(least, fromMs - BEFORE_GAP_MS), Infinity);
  const untilEpochMs = endMs + history.epochOffsetMs;
  const findings = new Findings();
  // By the first purchase of a viewer and product.
  const judged = new Set<Purchase>();
  for (const purchase of suspects(history, books)) {
    const { viewerId, productId } = purchase;
    const about = viewOf(history)
      .byViewer.of(viewerId)
      .filter((one) => one.productId === productId);
    if (judged.has(about[0])) continue;
    judged.add(about[0]);
    judge(history, books, about, untilEpochMs, findings);
  }
  const extra = findings.violations === 0 ? 'none too many' : `${findings.violations} too many`;
  const detail = `Holds, orders and charges of ${counted(history.purchases.length, 'purchase')} against their keys: ${extra}.`;
  return settle(keysKept, findings, { acceptable: ACCEPTABLE, detail, missing: whatIsMissing(history, books) });
}

function whatIsMissing(history: History, { reservations, payments }: Books): string | null {
  if (reservations === null) return 'The books have no list of holds.';
  if (payments === null) return 'The books have no list of payments.';
  return lostHistory(history);
}

/**
 * Purchases that are worth a look: those whose requests may share a key, and one of each buyer who has more holds, orders or charges of
 * the product than requests that may have made them. Counting first spares the look at each key of millions.
 */
function suspects(history: History, books: Books): Purchase[] {
  const { purchases } = history;
  const { byViewer, survey } = viewOf(history);
  const { requests } = survey;
  const rowOf = (buyerId: string, productId: string): number =>
    byViewer.rowOf(buyerId, (purchase) => purchase.productId === productId);
  // Requests of each kind, less their effects in the books; those of a buyer and product are put down to their first purchase.
  const balance = KEYED.map(() => new Int32Array(purchases.length));
  const [holds, orders, charges] = balance;
  purchases.forEach(({ viewerId, productId }, row) => {
    const first = rowOf(viewerId, productId);
    KEYED.forEach((kind, k) => (balance[k][first] += requests.count(kind, row)));
  });
  for (const { buyerId, productId } of books.reservations ?? []) {
    const row = rowOf(buyerId, productId);
    if (row >= 0) holds[row]--;
  }
  const { paymentsByOrder } = booksViewOf(books);
  for (const { id, buyerId, productId } of books.orders) {
    const row = rowOf(buyerId, productId);
    // A buyer whom the history does not know is none of this check.
    if (row < 0) continue;
    orders[row]--;
    for (const payment of paymentsByOrder.of(id)) if (isCharge(payment)) charges[row]--;
  }
  return purchases.filter((_, row) => requests.mayShareKeys(row) || balance.some((left) => left[row] < 0));
}

/** `purchases`: all of one viewer and one product. */
function judge(
  history: History,
  books: Books,
  purchases: readonly Purchase[],
  untilEpochMs: number,
  findings: Findings,
): void {
  const [{ viewerId, productId }] = purchases;
  const effects = effectsOf(history, books, viewerId, productId, untilEpochMs);
  // Those that reached the backend, or may have.
  const sent = purchases.flatMap(({ steps }) => steps.filter(({ told }) => told?.unsent !== true));
  for (const kind of KEYED) {
    const steps = sent.filter((step) => step.kind === kind);
    const keys = countKeys(steps);
    const split = countSplit(steps);
    const tooMany = Math.max(effects[kind].length - keys, split);
    if (tooMany <= 0) continue;
    const many = `${counted(keys, `${kind} key`)}, ${counted(effects[kind].length, EFFECT[kind])} in the books`;
    const named = split > 0 ? `; answers to one key name ${namesOf(steps).join(' and ')}` : '';
    const title = `${viewerId} (${productId}): ${many}`;
    findings.add(
      tooMany,
      () => `${title} (${effects[kind].join(', ')})${named}`,
      () =>
        caseOf(history, books, title, {
          purchases,
          orders: booksViewOf(books).ordersOf(viewerId, productId),
        }),
    );
  }
}

/** Ids of what the books have of one buyer and product, up to where the history is whole. */
function effectsOf(
  history: History,
  books: Books,
  viewerId: string,
  productId: string,
  untilEpochMs: number,
): Record<KeyedKind, string[]> {
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
    cart: holds.map(({ id }) => id),
    checkout: orders.filter(({ atEpochMs }) => isKnown(atEpochMs)).map(({ id }) => id),
    pay: charges.filter(({ atEpochMs }) => isKnown(atEpochMs)).map(({ id }) => id),
  };
}

/** Without a key every request may have its own effect. */
function countKeys(steps: readonly Step[]): number {
  return steps.filter(({ key }, i) => key === null || steps.findIndex((other) => other.key === key) === i).length;
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

function nameOf(kind: StepKind, { cartId, orderId, paymentId }: Told): string | null {
  if (kind === 'cart') return cartId;
  return kind === 'checkout' ? orderId : paymentId;
}

function namesOf(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap(({ kind, told }) => (told?.status === 'ok' ? (nameOf(kind, told) ?? []) : [])))];
}
