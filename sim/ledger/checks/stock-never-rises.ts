import type { Books } from '../books.ts';
import type { Checker, CheckResult, EvidenceCase } from '../check.ts';
import { CLOCK_SLACK_MS, clocksApart, slackMs } from '../clock-check.ts';
import { mayFallBetween } from '../cue-times.ts';
import { caseOf, counted, Findings, inSeconds, NO_BOOKS, settle } from '../evidence.ts';
import { Groups } from '../groups.ts';
import type { History, StockSeen } from '../history.ts';
import { trueFigures, type FiguresInOrder } from '../true-figures.ts';
import { booksViewOf, viewOf } from '../views.ts';

export const stockNeverRises: Checker = {
  id: 'stock_never_rises',
  title: 'A stock figure rises by no more than what came back',
  promise:
    'Each stock figure that was pushed to viewers against the one before it, by when they were published and by when they were seen: it may be higher by what the books say came back onto the shelf in between (restocks, ended holds, refunds), give or take a second (as long as the slowest answer of the run took, when that is longer, up to 10 s), or be what lay on the shelf after a movement that no figure before it has told of. Where the books bear out three of four figures by their order, figures took about as long as each other to be seen, and answers less than a second, it may not be higher than the shelf has been since the figure before it, give or take what came back within a quarter of a second. A drop or a close in between explains any figure. Without movements in the books, only restocks of the host explain a rise.',
  check,
};

/** Figures that were published this close together may have overtaken each other between the parts of a backend. */
const OVERTAKE_MS = 100;
/** So many figures that the books bear out by their order show that its order can be trusted. */
const TRUSTED_FROM_SHARE = 0.75;
const TRUSTED_FROM = 8;
/** What came back within this of a figure may stand elsewhere in the books than the backend had it. */
const ORDER_SLACK_MS = 250;
/** Books that write down later than this what a figure has told of already have an order of their own. */
const LATE_AT_MOST_MS = 100;
const ACCEPTABLE = 'each figure at most the one before it plus what came back in between';

interface Rise {
  readonly before: StockSeen;
  readonly after: StockSeen;
  readonly units: number;
}

function check(history: History, books: Books | null): CheckResult | null {
  const groups = new Groups(knownStock(history, books), ({ productId }) => productId);
  const findings = new Findings();
  let compared = 0;
  let rose = 0;
  let unexplained = 0;
  const apart = books && clocksApart(history, books);
  const slack = slackMs(history, books);
  for (const productId of groups.keys()) {
    const figures = groups.of(productId).toSorted((a, b) => a.publishedAtMs - b.publishedAtMs);
    compared += figures.length - 1;
    const rises = risesOf(figures);
    const inOrder = rises.length > 0 && apart === null ? truthOf(history, books, productId, figures) : null;
    const trusted = inOrder !== null && isTrusted(inOrder, figures) ? inOrder : null;
    for (const rise of rises) {
      rose++;
      if (inOrder?.isTrue.has(rise.before) && inOrder.isTrue.has(rise.after)) continue;
      const cameBack = cameBackUnits(history, apart === null ? books : null, rise, slack);
      if (cameBack === null) unexplained++;
      else if (rise.units > cameBack) report(history, books, findings, rise, `${cameBack} came back in between`);
      else if (cameBack < Infinity && slack <= CLOCK_SLACK_MS) {
        const most = mostOnShelf(history, books, trusted, rise.after);
        if (rise.after.left > most) report(history, books, findings, rise, `the shelf had at most ${most} since`);
      }
    }
  }
  if (compared === 0) return null;
  const { violations } = findings;
  const tooHigh = violations === 0 ? 'all explained' : `${violations} by more than came back`;
  const detail = `${counted(compared, 'figure')} compared with the one before, ${rose} rose, ${rose === 0 ? 'so nothing to explain' : tooHigh}.`;
  const missing = unexplained === 0 ? null : whyUnexplained(books, apart, unexplained);
  return settle(stockNeverRises, findings, { acceptable: ACCEPTABLE, detail, missing });
}

/** The figures that the movements bear out by their order; `null` where a drop of a batch may have told of less than the shelf held. */
function truthOf(
  history: History,
  books: Books | null,
  productId: string,
  figures: readonly StockSeen[],
): FiguresInOrder | null {
  const movements = books === null ? [] : booksViewOf(books).movementsOf(productId);
  const product = history.show.products.find(({ id }) => id === productId);
  const isInBatches =
    product?.offeredUnits != null ||
    viewOf(history)
      .cuesOf(productId)
      .some(({ kind, units }) => kind === 'drop' && units !== null);
  if (movements.length === 0 || isInBatches) return null;
  return trueFigures(figures, movements, (ms) => ms + history.epochOffsetMs, CLOCK_SLACK_MS);
}

/** Whether the books have the movements in the order in which the backend knew of them. */
function isTrusted({ isTrue, lateMs }: FiguresInOrder, figures: readonly StockSeen[]): boolean {
  if (figures.length < TRUSTED_FROM || isTrue.size < TRUSTED_FROM_SHARE * figures.length) return false;
  return lateMs <= LATE_AT_MOST_MS && !areClocksApart(figures);
}

/** The most that a figure may say by the order of the books; `Infinity` when that is not to be trusted. */
function mostOnShelf(history: History, books: Books | null, trusted: FiguresInOrder | null, figure: StockSeen): number {
  const most = trusted?.most.get(figure);
  if (books === null || most === undefined) return Infinity;
  const atEpochMs = figure.publishedAtMs + history.epochOffsetMs;
  const shelf = booksViewOf(books).shelfOf(figure.productId);
  if (shelf === null) return Infinity;
  return most + shelf.cameBetween(atEpochMs - ORDER_SLACK_MS, atEpochMs + ORDER_SLACK_MS);
}

/** Parts of a backend whose clocks are apart stamp figures in another order than they pushed them. One that was seen late is no such part. */
function areClocksApart(figures: readonly StockSeen[]): boolean {
  const took = Float64Array.from(figures.map(({ seenAtMs, publishedAtMs }) => seenAtMs - publishedAtMs)).sort();
  const few = Math.floor(took.length / 20);
  return took[took.length - 1 - few] - took[few] > ORDER_SLACK_MS;
}

/** What was pushed after the books had been read, they cannot explain. */
function knownStock({ stock, epochOffsetMs }: History, books: Books | null): readonly StockSeen[] {
  const readAtEpochMs = books?.readAtEpochMs ?? null;
  if (readAtEpochMs === null) return stock;
  return stock.filter(({ publishedAtMs }) => publishedAtMs + epochOffsetMs < readAtEpochMs - CLOCK_SLACK_MS);
}

/**
 * Figures higher than the one before, and higher than any that was published at almost the same time. Parts of a backend may have clocks
 * that are apart, so that what they say cannot be put in order by it: a figure that viewers had seen already is not after the other.
 */
function risesOf(figures: readonly StockSeen[]): Rise[] {
  return figures.flatMap((after, i) => {
    if (i === 0) return [];
    let before = figures[i - 1];
    for (let j = i - 2; j >= 0 && after.publishedAtMs - figures[j + 1].publishedAtMs <= OVERTAKE_MS; j--) {
      if (figures[j].left >= before.left) before = figures[j];
    }
    const units = after.left - before.left;
    return units > 0 && after.seenAtMs >= before.seenAtMs ? [{ before, after, units }] : [];
  });
}

/** Units that may have come back between two figures; `null` when nothing says so for sure. `books`: those whose times can be trusted. */
function cameBackUnits(
  history: History,
  books: Books | null,
  { before, after, units }: Rise,
  slack: number,
): number | null {
  const cues = viewOf(history)
    .cuesOf(after.productId)
    .filter((cue) => mayFallBetween(cue, before.publishedAtMs, after.publishedAtMs, slack));
  if (cues.some(({ kind }) => kind === 'drop' || kind === 'close')) return Infinity;
  const shelf = books && booksViewOf(books).shelfOf(after.productId);
  if (shelf) {
    const epochOf = (ms: number): number => ms + history.epochOffsetMs;
    return shelf.cameBetween(epochOf(before.publishedAtMs - slack), epochOf(after.publishedAtMs + slack));
  }
  const restocked = cues.reduce((sum, cue) => sum + (cue.kind === 'restock' ? (cue.units ?? 0) : 0), 0);
  return restocked >= units ? restocked : null;
}

function whyUnexplained(books: Books | null, apart: string | null, unexplained: number): string {
  const rises = `${counted(unexplained, 'figure')} rose`;
  if (books === null) return `${rises}. ${NO_BOOKS}`;
  return `${rises}. ${apart ?? 'The books have no movements of that stock.'}`;
}

function report(history: History, books: Books | null, findings: Findings, rise: Rise, why: string): void {
  const { before, after } = rise;
  const words = `${after.productId}: ${before.left} left at ${inSeconds(before.publishedAtMs)}, then ${after.left} at ${inSeconds(after.publishedAtMs)}; ${why}`;
  findings.add(
    1,
    () => words,
    () => riseCase(history, books, rise),
  );
}

function riseCase(history: History, books: Books | null, { before, after, units }: Rise): EvidenceCase {
  const around = history.stock.filter(
    ({ productId, publishedAtMs }) =>
      productId === after.productId &&
      publishedAtMs >= before.publishedAtMs - CLOCK_SLACK_MS &&
      publishedAtMs <= after.publishedAtMs + CLOCK_SLACK_MS,
  );
  return caseOf(history, books, `${after.productId}: a figure ${units} too high`, {
    moments: around.map(({ left, publishedAtMs }) => ({ atMs: publishedAtMs, text: `viewers are shown ${left} left` })),
  });
}
