import { formatAmount } from '../money.ts';
import type { BookOrder, Books, BookPayment } from './books.ts';
import { CASES_AT_MOST, EVIDENCE_AT_MOST, type Checker, type CheckResult, type EvidenceCase } from './check.ts';
import { COORDINATOR } from './events.ts';
import type { History, Purchase, Step, Told } from './history.ts';
import { ordersNamed } from './steps.ts';
import { booksViewOf, viewOf } from './views.ts';

type Moment = EvidenceCase['timeline'][number];

/** Collects violations: all are counted, the first ones are described. */
export class Findings {
  private readonly lines: string[] = [];
  private readonly around: EvidenceCase[] = [];
  private count = 0;

  get violations(): number {
    return this.count;
  }

  get evidence(): readonly string[] {
    return this.lines;
  }

  get cases(): readonly EvidenceCase[] {
    return this.around;
  }

  /** `violations`: units, orders or figures that this one finding stands for. */
  add(violations: number, line: () => string, around?: () => EvidenceCase): void {
    this.count += violations;
    if (this.lines.length < EVIDENCE_AT_MOST) this.lines.push(line());
    if (around !== undefined) this.show(around);
  }

  /** Another case of what has been added. */
  show(around: () => EvidenceCase): void {
    if (this.around.length < CASES_AT_MOST) this.around.push(around());
  }
}

interface Verdict {
  readonly acceptable: string;
  /** The figures, when it is known how it went. */
  readonly detail: string;
  /** What is missing to say "pass"; `null`: nothing. A violation that was found is a violation all the same. */
  readonly missing: string | null;
}

export function settle({ id, title }: Checker, findings: Findings, verdict: Verdict): CheckResult {
  const { violations, evidence, cases } = findings;
  const { acceptable, detail, missing } = verdict;
  if (violations > 0) return { id, title, status: 'fail', violations, acceptable, detail, evidence, cases };
  if (missing !== null) {
    return { id, title, status: 'unknown', violations: null, acceptable, detail: missing, evidence: [], cases: [] };
  }
  return { id, title, status: 'pass', violations: 0, acceptable, detail, evidence: [], cases: [] };
}

export function unknown(checker: Checker, acceptable: string, missing: string): CheckResult {
  return settle(checker, new Findings(), { acceptable, detail: missing, missing });
}

export const NO_BOOKS = 'The backend has no books that could be read.';

/** For checks of what viewers were told: what is missing when a part of the history was lost. `null`: nothing was. */
export function lostHistory({ gaps }: History): string | null {
  if (gaps.length === 0) return null;
  const [first] = gaps.toSorted((a, b) => a.fromMs - b.fromMs);
  const workers = gaps.filter(({ shard }) => shard !== COORDINATOR);
  const ends = `ends at ${inSeconds(first.fromMs)} (${first.why})`;
  if (workers.length === 0) return `The history of the coordinator ${ends}: what the host did after that is not known.`;
  const which = workers.length === 1 ? `worker ${workers[0].shard}` : `${workers.length} workers`;
  const host = workers.length === gaps.length ? '' : ' and of the coordinator';
  return `The history of ${which} of ${first.shards}${host} ${ends}: what its viewers were told after that is not known.`;
}

/** How long before its last known event a worker may have acted without leaving a trace. */
export const BEFORE_GAP_MS = 2000;

export function inSeconds(ms: number): string {
  return `${Math.round(ms) / 1000} s`;
}

/** `1 order`, `2 orders`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** What happened around a violation: these purchases step by step, and what the books say of these orders, by time. */
export function caseOf(
  history: History,
  books: Books | null,
  title: string,
  about: { purchases?: readonly Purchase[]; orders?: readonly BookOrder[]; moments?: readonly Moment[] },
): EvidenceCase {
  const { purchases = [], orders = [], moments = [] } = about;
  const timeline = [
    ...purchases.flatMap((purchase) => momentsOf(history, purchase, purchases.length > 1)),
    ...orders.flatMap((order) => (books === null ? [] : bookMoments(history, books, order))),
    ...moments,
  ];
  return { title, timeline: timeline.toSorted((a, b) => (a.atMs ?? Infinity) - (b.atMs ?? Infinity) || 0) };
}

/** A purchase with every order that one of its answers named, as the books have it. */
export function purchaseCase(history: History, books: Books | null, title: string, purchase: Purchase): EvidenceCase {
  return caseOf(history, books, title, { purchases: [purchase], orders: ordersToldIn(books, purchase.steps) });
}

/** All that a buyer did about a product, with all orders of that buyer and product. */
export function buyerCase(
  history: History,
  books: Books,
  title: string,
  { buyerId, productId }: { readonly buyerId: string; readonly productId: string },
  moments: readonly Moment[] = [],
): EvidenceCase {
  const purchases = viewOf(history)
    .byViewer.of(buyerId)
    .filter((purchase) => purchase.productId === productId);
  return caseOf(history, books, title, { purchases, orders: booksViewOf(books).ordersOf(buyerId, productId), moments });
}

/** A finding about an order that the books do not have as its buyer was told. `said`: `told as paid, but ...`. */
export function addUnkept(
  history: History,
  books: Books,
  findings: Findings,
  { purchase, orderId, said }: { readonly purchase: Purchase; readonly orderId: string; readonly said: string },
): void {
  const title = `${orderId} of ${purchase.viewerId}`;
  findings.add(
    1,
    () => `${title} (${purchase.productId}): ${said}`,
    () => purchaseCase(history, books, title, purchase),
  );
}

/** An order of the books with everything that its buyer did about that product. */
export function orderCase(
  history: History,
  books: Books,
  order: BookOrder,
  purchases: readonly Purchase[],
): EvidenceCase {
  const about = purchases.filter(({ productId }) => productId === order.productId);
  return caseOf(history, books, `${order.id} of ${order.buyerId} (${order.productId})`, {
    purchases: about,
    orders: [order],
  });
}

/** The orders that these answers named, as the books have them. */
export function ordersToldIn(books: Books | null, steps: readonly Step[]): BookOrder[] {
  if (books === null) return [];
  const { orders } = booksViewOf(books);
  return ordersNamed(steps).flatMap((id) => orders.get(id) ?? []);
}

/** Epoch ms of the books as event time. */
export function eventTime(history: History, epochMs: number): number {
  return epochMs - history.epochOffsetMs;
}

function momentsOf({ show }: History, purchase: Purchase, nameIt: boolean): Moment[] {
  const who = nameIt ? `${purchase.id} ` : `${purchase.viewerId} `;
  return purchase.steps.flatMap((step) => {
    const sent: Moment = { atMs: step.sentMs, text: `${who}sends ${requestWords(step)}` };
    if (step.told === null) return [sent, { atMs: null, text: `${who}never hears of that ${step.kind}` }];
    return [
      sent,
      { atMs: step.told.atMs, text: `${who}is told of the ${step.kind}: ${answerWords(step.told, show.currency)}` },
    ];
  });
}

function requestWords({ kind, attempt, key, units }: Step): string {
  const times = attempt === 0 ? '' : attempt < 0 ? ' (extra tap)' : ` (retry ${attempt})`;
  return `${kind}${units === null ? '' : ` of ${counted(units, 'unit')}`}${times}${key === null ? '' : `, key ${key}`}`;
}

function answerWords(told: Told, currency: string): string {
  const amount = (minor: number): string => formatAmount(minor, currency);
  const how = told.code === told.status ? told.status : `${told.status}, ${told.code}`;
  const facts = [
    told.unsent ? 'it never left' : null,
    told.httpStatus === null ? null : `HTTP ${told.httpStatus}`,
    told.cartId,
    told.orderId,
    told.paymentId,
    told.units === null ? null : counted(told.units, 'unit'),
    told.priceMinor === null ? null : `${amount(told.priceMinor)} each`,
    told.discountMinor === null ? null : `${amount(told.discountMinor)} off`,
    told.amountMinor === null ? null : `${amount(told.amountMinor)} in all`,
  ].filter((fact) => fact !== null);
  return [how, ...facts].join(', ');
}

function bookMoments(history: History, books: Books, order: BookOrder): Moment[] {
  const at = (epochMs: number | null): number | null => (epochMs === null ? null : eventTime(history, epochMs));
  const { id, buyerId, productId, units, amountMinor, status, atEpochMs } = order;
  const { currency } = history.show;
  const made = `books: ${id} of ${buyerId}, ${counted(units, 'unit')} of ${productId} for ${formatAmount(amountMinor, currency)}; in the end ${status}`;
  return [
    { atMs: at(atEpochMs), text: made },
    ...booksViewOf(books)
      .paymentsByOrder.of(id)
      .map((payment) => ({ atMs: at(payment.atEpochMs), text: paymentWords(payment, currency) })),
  ];
}

function paymentWords({ id, orderId, amountMinor, status }: BookPayment, currency: string): string {
  return `books: payment ${id} for ${orderId}, ${formatAmount(amountMinor, currency)}; in the end ${status}`;
}
