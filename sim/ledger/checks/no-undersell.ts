import { hasNoAnswer } from '../answers.ts';
import { Arrivals } from '../arrivals.ts';
import type { Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { clocksApart, SLACK_AT_MOST_MS, slackMs } from '../clock-check.ts';
import { mayFallBetween } from '../cue-times.ts';
import { counted, Findings, lostHistory, NO_BOOKS, purchaseCase, settle, unknown } from '../evidence.ts';
import type { History, Purchase, Show, Step } from '../history.ts';
import { LaterCarts } from '../later-carts.ts';
import { Offers } from '../offers.ts';
import type { ShelfLevels } from '../shelf-levels.ts';
import { countEarly } from '../search.ts';
import { isSoldOut, unitsAsked } from '../steps.ts';
import { booksViewOf, firstSentMs, viewOf } from '../views.ts';

type ShowProduct = Show['products'][number];

export const noUndersell: Checker = {
  id: 'no_undersell',
  title: 'Nobody is told "sold out" while units are left',
  promise:
    'Every cart that was refused as sold out, and every checkout and payment while no other one that came to nothing was under way, against the movements of stock in the books: it is wrong when, from a while before the request to a while after its answer, the shelf and the open batch held what was asked for all the time. The while is a second, or as long as the slowest answer of the run took, up to 10 s; it is 10 s around requests that nobody answered. A cart was refused wrongly as well when those who asked after that answer were given as many units, besides what came back from that while before the request to that while after their answers, and no more was sold than there was. Units of a restock or a refund that was in flight or without an answer do not count; a drop that was closed, in flight or without an answer makes the refusal acceptable. Without movements only stock that nobody ever touched counts.',
  check,
};

/** Units over a whole stretch of event time. */
type UnitsBetween = (fromMs: number, untilMs: number) => number;

interface Free {
  readonly slack: number;
  /** What was certainly free for a cart. */
  readonly least: UnitsBetween;
  /** What may have come back, or been put on sale, in a while about that. `null`: the books have no movements. */
  readonly came: UnitsBetween | null;
  /** A cart holds its units: they are in the books as such. */
  readonly isHeld: boolean;
}

/** So many carts are enough to tell. */
const HELD_SAMPLE = 100;
/** A shop may lose a hold now and then: that is another fault. */
const HELD_FROM_SHARE = 0.9;
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
  const shelves = new Map(products.map((product) => [product.id, shelfOf(history, books, product, slack)]));
  const later = new LaterCarts(history);
  const findings = new Findings();
  const vague = new Set<string>();
  const { soldOut } = viewOf(history).tellings;
  for (const purchase of soldOut) {
    const shelf = shelves.get(purchase.productId);
    const wrong = shelf && (wrongByBooks(history, purchase, shelf) ?? wrongByOthers(history, purchase, shelf, later));
    if (wrong) report(history, books, findings, purchase, wrong);
    else if (shelf?.hasMovements !== true) vague.add(purchase.productId);
  }
  const wrongly = findings.violations === 0 ? 'none' : findings.violations;
  const detail = `${counted(soldOut.length, 'purchase')} refused as sold out, ${wrongly} of them while units were left.`;
  const blind = vague.size === 0 ? null : `The books have no movements of ${[...vague].join(', ')}.`;
  return settle(noUndersell, findings, { acceptable: ACCEPTABLE, detail, missing: blind ?? lostHistory(history) });
}

interface Wrong {
  readonly step: Step;
  /** In a sentence. */
  readonly why: string;
}

function wrongByBooks(history: History, purchase: Purchase, shelf: Shelf): Wrong | null {
  for (const step of purchase.steps) {
    if (!isSoldOut(step) || step.told === null) continue;
    const units = unitsAsked(purchase.steps, step);
    const { least, slack } = shelf.about(step.sentMs, step.told.atMs);
    const untilMs = step.told.atMs + slack;
    // Only a refusal that looks wrong by itself is worth the search for an earlier request that it may answer.
    if (least(step.sentMs - slack, untilMs) < units) continue;
    const leastUnits = least(firstSentMs(history, purchase, step) - slack, untilMs);
    // Where carts hold nothing, a payment that came to nothing may have had the units for a while: no movement tells of that.
    if (step.kind !== 'cart' && shelf.mayBeClaimed(step.sentMs - slack, untilMs)) continue;
    if (leastUnits >= units) {
      return { step, why: `at least ${leastUnits} of ${purchase.productId} were free all the while` };
    }
  }
  return null;
}

/** Whatever was taken meanwhile: what others got who asked later had been there, but for what came back. */
function wrongByOthers(history: History, purchase: Purchase, shelf: Shelf, later: LaterCarts): Wrong | null {
  const { productId } = purchase;
  for (const step of purchase.steps) {
    // Where carts hold nothing a cart that is given to somebody else says nothing about payments.
    if (step.kind !== 'cart' || !isSoldOut(step) || step.told === null) continue;
    const asked = unitsAsked(purchase.steps, step);
    const { came, isHeld } = shelf.about(step.sentMs, step.told.atMs);
    if (came === null) return null;
    // Most were refused while units came back all the time: then nobody who asked later proves anything.
    const atLeast = asked + came(step.sentMs, step.told.atMs);
    let fromMs: number | null = null;
    for (const { buyers, viewerId, units, untilMs } of later.after(productId, step.told.atMs, atLeast, isHeld)) {
      const cameBack = came((fromMs ??= firstSentMs(history, purchase, step)), untilMs);
      if (cameBack === Infinity) break;
      if (units - cameBack < asked) continue;
      const who = buyers === 1 ? `${viewerId}, who asked later, was` : `${buyers} buyers who asked later were`;
      const but = cameBack === 0 ? '' : `, ${cameBack} of which came back meanwhile`;
      return { step, why: `${who} given ${counted(units, 'unit')}${but}` };
    }
  }
  return null;
}

function report(history: History, books: Books, findings: Findings, purchase: Purchase, wrong: Wrong): void {
  const { viewerId, productId, id } = purchase;
  const { step, why } = wrong;
  const asked = counted(unitsAsked(purchase.steps, step), 'unit');
  findings.add(
    1,
    () => `${id} of ${viewerId}: told "sold out" for ${asked}, and ${why}`,
    () => purchaseCase(history, books, `${id} of ${viewerId} (${productId}): ${why}`, purchase),
  );
}

/** What was free of one product, around each refusal. */
class Shelf {
  readonly hasMovements: boolean;
  private readonly usual: Free;
  /** Around requests that nobody answered: the backend may have taken much longer over them than over any that it answered. */
  private wide: Free | null = null;
  private readonly unansweredMs: Float64Array;
  private readonly history: History;
  private readonly productId: string;
  private claims: Claims | null = null;
  private readonly freeWithin: (slack: number) => Free;

  constructor(history: History, productId: string, slack: number, freeWithin: (slack: number) => Free) {
    this.history = history;
    this.productId = productId;
    this.usual = freeWithin(slack);
    this.hasMovements = this.usual.came !== null;
    this.freeWithin = freeWithin;
    const sentMs = viewOf(history)
      .survey.answers.unanswered.filter((purchase) => purchase.productId === productId)
      .flatMap(({ steps }) => steps.filter((step) => step.kind !== 'view' && hasNoAnswer(step)))
      .map((step) => step.sentMs);
    this.unansweredMs = Float64Array.from(sentMs).sort();
  }

  about(sentMs: number, toldMs: number): Free {
    const { unansweredMs } = this;
    const before = countEarly(unansweredMs.length, (i) => unansweredMs[i] < sentMs - SLACK_AT_MOST_MS);
    if (before === unansweredMs.length || unansweredMs[before] > toldMs + this.usual.slack) return this.usual;
    return (this.wide ??= this.freeWithin(SLACK_AT_MOST_MS));
  }

  /** Whether a checkout or a payment was under way that came to nothing. */
  mayBeClaimed(fromMs: number, untilMs: number): boolean {
    this.claims ??= claimsOf(this.history, this.productId);
    const { sentMs, endMs } = this.claims;
    const begun = countEarly(sentMs.length, (i) => sentMs[i] <= untilMs);
    return begun > countEarly(endMs.length, (i) => endMs[i] < fromMs);
  }
}

/** Checkouts and payments that came to nothing, for another reason than that all was sold out: when they were sent, and were over, in order. */
interface Claims {
  readonly sentMs: Float64Array;
  readonly endMs: Float64Array;
}

function claimsOf({ purchases }: History, productId: string): Claims {
  const claims = purchases
    .filter((purchase) => purchase.productId === productId)
    .flatMap(({ steps }) => steps.filter((step) => mayHaveClaimed(step)));
  return {
    sentMs: Float64Array.from(claims.map(({ sentMs }) => sentMs)).sort(),
    endMs: Float64Array.from(
      claims.map(({ told }) => (told === null || told.status === 'unknown' ? Infinity : told.atMs)),
    ).sort(),
  };
}

function mayHaveClaimed(step: Step): boolean {
  const { kind, told } = step;
  if ((kind !== 'checkout' && kind !== 'pay') || told?.unsent) return false;
  return told?.status !== 'ok' && !isSoldOut(step);
}

/** `undefined`: the books have neither movements nor holds of it. */
function shelfOf(history: History, books: Books, product: ShowProduct, slack: number): Shelf | undefined {
  const levels = booksViewOf(books).shelfOf(product.id);
  if (levels !== null) {
    const arrivals = new Arrivals(history, product.id);
    const isHeld = areCartsHeld(history, books, product.id);
    return new Shelf(history, product.id, slack, (within) => ({
      slack: within,
      least: fromShelf(history, new Offers(history, product, within), levels, arrivals, within),
      came: whatCame(history, product.id, levels, within),
      isHeld,
    }));
  }
  if (books.reservations === null) return undefined;
  const everTaken = books.reservations.reduce((sum, row) => (row.productId === product.id ? sum + row.units : sum), 0);
  const untouched = product.stockUnits - everTaken;
  return new Shelf(history, product.id, slack, (within) => {
    const offers = new Offers(history, product, within);
    const least: UnitsBetween = (fromMs, untilMs) =>
      Math.min(
        untouched,
        offers.leastBetween(fromMs, untilMs, () => everTaken),
      );
    return { slack: within, least, came: null, isHeld: true };
  });
}

/** Whether a cart takes its units off the shelf: those of buyers who never went on to a checkout have a hold in the books. */
function areCartsHeld(history: History, books: Books, productId: string): boolean {
  const { byViewer, survey } = viewOf(history);
  const { reservationsByBuyer } = booksViewOf(books);
  let seen = 0;
  let held = 0;
  for (const { productId: about, viewerId } of survey.answers.carts) {
    if (about !== productId) continue;
    const wentOn = byViewer
      .of(viewerId)
      .some((own) => own.productId === productId && own.steps.some(({ kind }) => kind === 'checkout'));
    if (wentOn) continue;
    if (reservationsByBuyer.of(viewerId).some((hold) => hold.productId === productId)) held++;
    if (++seen === HELD_SAMPLE) break;
  }
  return held > 0 && held >= HELD_FROM_SHARE * seen;
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
