import { Arrivals } from '../arrivals.ts';
import type { Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { clocksApart, slackMs } from '../clock-check.ts';
import { mayFallBetween } from '../cue-times.ts';
import { counted, Findings, lostHistory, NO_BOOKS, purchaseCase, settle, unknown } from '../evidence.ts';
import type { History, Purchase, Show, Step } from '../history.ts';
import { LaterCarts } from '../later-carts.ts';
import { Offers } from '../offers.ts';
import type { ShelfLevels } from '../shelf-levels.ts';
import { booksViewOf, firstSentMs, viewOf } from '../views.ts';

type ShowProduct = Show['products'][number];

export const noUndersell: Checker = {
  id: 'no_undersell',
  title: 'Nobody is told "sold out" while units are left',
  promise:
    'Every cart that was refused as sold out against the movements of stock in the books: it is wrong when, from a while before the request to a while after its answer, the shelf and the open batch held what was asked for all the time. The while is a second, or as long as the slowest answer of the run took, up to 10 s. It is wrong as well when those who asked after that answer were given as many units, besides what came back from that while before the request to that while after their answers, and no more was sold than there was. Units of a restock or a refund that was in flight or without an answer do not count; a drop that was closed, in flight or without an answer makes the refusal acceptable. Without movements only stock that nobody ever touched counts.',
  check,
};

/** Units over a whole stretch of event time. */
type UnitsBetween = (fromMs: number, untilMs: number) => number;

interface Free {
  /** What was certainly free for a cart. */
  readonly least: UnitsBetween;
  /** What may have come back, or been put on sale, in a while about that. `null`: the books have no movements. */
  readonly came: UnitsBetween | null;
  /** A cart holds its units: they are in the books as such. */
  readonly isHeld: boolean;
}

/** Cues and carts are on our own clocks: on machines that are each this far off at most. */
const CUE_SLACK_MS = 100;
const ACCEPTABLE = '"sold out" only while fewer units than asked were left';

function check(history: History, books: Books | null): CheckResult | null {
  const { products } = history.show;
  if (products.length === 0) return null;
  if (books === null) return unknown(noUndersell, ACCEPTABLE, NO_BOOKS);
  const apart = clocksApart(history, books);
  if (apart !== null) return unknown(noUndersell, ACCEPTABLE, apart);

  const slack = slackMs(history, books);
  const free = new Map(products.map((product) => [product.id, freeUnits(history, books, product, slack)]));
  const later = new LaterCarts(history);
  const findings = new Findings();
  const vague = new Set<string>();
  const { soldOut } = viewOf(history).tellings;
  for (const purchase of soldOut) {
    const known = free.get(purchase.productId);
    if (known == null) vague.add(purchase.productId);
    const wrong =
      known && (wrongByBooks(history, purchase, known, slack) ?? wrongByOthers(history, purchase, known, later));
    if (wrong) report(history, books, findings, purchase, wrong);
    else if (known && known.came === null) vague.add(purchase.productId);
  }
  const wrongly = findings.violations === 0 ? 'none' : findings.violations;
  const detail = `${counted(soldOut.length, 'purchase')} refused as sold out, ${wrongly} of them while units were left.`;
  const blind = vague.size === 0 ? null : `The books have no movements of ${[...vague].join(', ')}.`;
  return settle(noUndersell, findings, { acceptable: ACCEPTABLE, detail, missing: blind ?? lostHistory(history) });
}

function isRefusal({ kind, told }: Step): boolean {
  return kind === 'cart' && told?.status === 'rejected' && told.code === 'sold_out';
}

interface Wrong {
  readonly step: Step;
  /** In a sentence. */
  readonly why: string;
}

function wrongByBooks(history: History, purchase: Purchase, { least }: Free, slack: number): Wrong | null {
  for (const step of purchase.steps) {
    if (!isRefusal(step) || step.told === null) continue;
    const units = step.units ?? 1;
    const untilMs = step.told.atMs + slack;
    // Only a refusal that looks wrong by itself is worth the search for an earlier request that it may answer.
    if (least(step.sentMs - slack, untilMs) < units) continue;
    const leastUnits = least(firstSentMs(history, purchase, step) - slack, untilMs);
    if (leastUnits >= units) {
      return { step, why: `at least ${leastUnits} of ${purchase.productId} were free all the while` };
    }
  }
  return null;
}

/** Whatever was taken meanwhile: what others got who asked later had been there, but for what came back. */
function wrongByOthers(history: History, purchase: Purchase, { came, isHeld }: Free, later: LaterCarts): Wrong | null {
  if (came === null) return null;
  for (const step of purchase.steps) {
    if (!isRefusal(step) || step.told === null) continue;
    const asked = step.units ?? 1;
    // Most were refused while units came back all the time: then nobody who asked later proves anything.
    const atLeast = asked + came(step.sentMs, step.told.atMs);
    const next = later.after(purchase.productId, step.told.atMs, atLeast);
    if (next.length === 0) continue;
    const fromMs = firstSentMs(history, purchase, step);
    let units = 0;
    let untilMs = 0;
    let others = 0;
    for (const other of next) {
      // A cart that holds nothing proves no more than that its own units were there.
      units = isHeld ? units + other.units : Math.max(units, other.units);
      untilMs = Math.max(untilMs, other.toldMs);
      others++;
      const cameBack = came(fromMs, untilMs);
      if (cameBack === Infinity) break;
      if (units - cameBack < asked) continue;
      const who = others === 1 ? `${other.viewerId}, who asked later, was` : `${others} buyers who asked later were`;
      const but = cameBack === 0 ? '' : `, ${cameBack} of which came back meanwhile`;
      return { step, why: `${who} given ${counted(units, 'unit')}${but}` };
    }
  }
  return null;
}

function report(history: History, books: Books, findings: Findings, purchase: Purchase, wrong: Wrong): void {
  const { viewerId, productId, id } = purchase;
  const { step, why } = wrong;
  const asked = counted(step.units ?? 1, 'unit');
  findings.add(
    1,
    () => `${id} of ${viewerId}: told "sold out" for ${asked}, and ${why}`,
    () => purchaseCase(history, books, `${id} of ${viewerId} (${productId}): ${why}`, purchase),
  );
}

/** `null`: the books have neither movements nor holds of it. */
function freeUnits(history: History, books: Books, product: ShowProduct, slack: number): Free | null {
  const offers = new Offers(history, product, slack);
  const shelf = booksViewOf(books).shelfOf(product.id);
  if (shelf !== null) {
    const arrivals = new Arrivals(history, product.id);
    return {
      least: fromShelf(history, offers, shelf, arrivals, slack),
      came: whatCame(history, product.id, shelf, slack),
      isHeld: (books.reservations ?? []).length > 0,
    };
  }
  if (books.reservations === null) return null;
  const everTaken = books.reservations.reduce((sum, row) => (row.productId === product.id ? sum + row.units : sum), 0);
  const untouched = product.stockUnits - everTaken;
  const least: UnitsBetween = (fromMs, untilMs) =>
    Math.min(
      untouched,
      offers.leastBetween(fromMs, untilMs, () => everTaken),
    );
  return { least, came: null, isHeld: true };
}

/** `Infinity` where a cue may have put more on sale, and in a shop that sold more than it had: there, nothing follows from a yes. */
function whatCame(history: History, productId: string, shelf: ShelfLevels, slack: number): UnitsBetween {
  const isOversold = shelf.lowestBetween(-Infinity, Infinity) < 0;
  const openings = viewOf(history)
    .cuesOf(productId)
    .filter(({ kind }) => kind === 'drop' || kind === 'close' || kind === 'restock');
  const isOpened = (fromMs: number, untilMs: number): boolean =>
    openings.some((cue) => mayFallBetween(cue, fromMs, untilMs, CUE_SLACK_MS));
  return (fromMs, untilMs) =>
    isOversold || isOpened(fromMs, untilMs)
      ? Infinity
      : shelf.cameBetween(fromMs - slack + history.epochOffsetMs, untilMs + slack + history.epochOffsetMs);
}

function fromShelf(
  history: History,
  offers: Offers,
  shelf: ShelfLevels,
  arrivals: Arrivals,
  slack: number,
): UnitsBetween {
  const { epochOffsetMs } = history;
  // What the books do not have on the shelf need not be taken from it.
  const unsure = (fromMs: number, untilMs: number): number => {
    const firstMs = arrivals.unsureFromMs(fromMs) - slack;
    if (firstMs > untilMs) return 0;
    const onShelf = shelf.askedForBetween(firstMs + epochOffsetMs, untilMs + epochOffsetMs);
    return Math.min(arrivals.unsureUnits(fromMs, untilMs), onShelf);
  };
  const taken = (fromMs: number, untilMs: number): number =>
    shelf.reservedBetween(fromMs + epochOffsetMs, untilMs + epochOffsetMs);
  return (fromMs, untilMs) =>
    Math.min(
      shelf.lowestBetween(fromMs + epochOffsetMs, untilMs + epochOffsetMs) - unsure(fromMs, untilMs),
      offers.leastBetween(fromMs, untilMs, taken),
    );
}
