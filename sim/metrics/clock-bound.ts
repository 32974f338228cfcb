/** How far the clock of a server is ahead of ours, or behind it (negative): at least, at most. */
export interface ClockSpan {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** What was learned in one stretch of time, as it would have been learned at `atMs` (ours). */
export interface ClockStretch extends ClockSpan {
  readonly atMs: number;
}

export type ClockFinding =
  | ({ readonly kind: 'bounded' } & ClockSpan)
  /**
   * One clock cannot have given all answers. Two of them are `apartMs` apart at the least, `betweenMs` after one another: at once it is
   * more than one server, or dates that were kept; later it may be a clock that drifts or was set.
   */
  | { readonly kind: 'contradictory'; readonly apartMs: number; readonly betweenMs: number }
  | { readonly kind: 'unknown' };

/**
 * What two clocks may drift apart in a while, as a share of it: quartz is sold as good to 20 parts in a million, and time services keep
 * clocks closer than that. More is found out and told, not averaged away.
 */
export const DRIFT_SHARE = 20e-6;

/** Answers within it are kept as one stretch; it costs what clocks may drift meanwhile, a tenth of a millisecond. */
const STRETCH_MS = 5000;

/**
 * Bounds the offset of a server's clock, theirs minus ours, by questions and answers. Whatever the ways there and back take, the server
 * read its clock between the sending and the answer, so that each answer is a bound, and all of them hold (as in Marzullo's algorithm,
 * with no answer left out). Times are epoch ms.
 */
export class ClockBound {
  private stretches: { atMs: number; leastMs: number; mostMs: number }[];
  private readonly atMost: number;

  /**
   * `state`: of another, to go on from there. `atMost`: stretches that are kept, 4 or more; a finding takes time with their square. Beyond it the
   * nearest neighbours become one, which costs what clocks may drift between those that are left.
   */
  constructor(state: readonly ClockStretch[] = [], atMost = Infinity) {
    this.stretches = state.map((stretch) => ({ ...stretch }));
    this.atMost = atMost;
  }

  /**
   * A question left at `sentMs` and its answer was here at `answeredMs`, by our clock; in between the server's clock read something from
   * `serverFromMs` to `serverToMs`. A date in whole seconds is good for a second. Throws RangeError for what ends before it begins.
   */
  add(sentMs: number, answeredMs: number, serverFromMs: number, serverToMs: number): void {
    if (!(sentMs <= answeredMs && serverFromMs <= serverToMs)) throw new RangeError('An answer before its question');
    const stretch = this.stretchOf(sentMs);
    // At the answer the server's clock had come this far at the least; at the question it was not past that.
    const leastMs = serverFromMs - answeredMs - driftMs(answeredMs, stretch.atMs);
    const mostMs = serverToMs - sentMs + driftMs(sentMs, stretch.atMs);
    stretch.leastMs = Math.max(stretch.leastMs, leastMs);
    stretch.mostMs = Math.min(stretch.mostMs, mostMs);
  }

  /** Holds from the first question to the last, and in between. */
  finding(): ClockFinding {
    const { stretches } = this;
    if (stretches.length === 0) return { kind: 'unknown' };
    return contradiction(stretches) ?? { kind: 'bounded', ...envelope(stretches) };
  }

  /** `null`: nothing was learned, or it contradicts itself. */
  bound(): ClockSpan | null {
    const found = this.finding();
    return found.kind === 'bounded' ? { leastMs: found.leastMs, mostMs: found.mostMs } : null;
  }

  /** Plain data for the constructor. */
  state(): ClockStretch[] {
    return this.stretches.map((stretch) => ({ ...stretch }));
  }

  private stretchOf(atMs: number) {
    const known = this.stretches.findLast((stretch) => Math.abs(stretch.atMs - atMs) <= STRETCH_MS);
    if (known !== undefined) return known;
    if (this.stretches.length >= this.atMost) this.thin();
    const fresh = { atMs, leastMs: -Infinity, mostMs: Infinity };
    this.stretches.push(fresh);
    return fresh;
  }

  /** The first and the last stay: what is found holds between them. */
  private thin(): void {
    const stretches = this.stretches.toSorted((a, b) => a.atMs - b.atMs);
    let nearest = 1;
    for (let i = 2; i < stretches.length - 2; i++)
      if (gapAfter(stretches, i) < gapAfter(stretches, nearest)) nearest = i;
    const pair = stretches.slice(nearest, nearest + 2);
    stretches.splice(nearest, 2, informed(pair[0], pair));
    this.stretches = stretches;
  }
}

/**
 * How far the clock of machine `b` is ahead of that of machine `a`, when both know how far the clock of one server is ahead of
 * their own: the server's clock cancels out.
 */
export function betweenClocks(a: ClockSpan, b: ClockSpan): ClockSpan {
  return { leastMs: a.leastMs - b.mostMs, mostMs: a.mostMs - b.leastMs };
}

/** The two stretches that fit together the least; null when all do. */
function contradiction(stretches: readonly ClockStretch[]): ClockFinding | null {
  let worstMs = 0;
  let found: ClockFinding | null = null;
  for (const high of stretches) {
    for (const low of stretches) {
      const apartMs = high.leastMs - low.mostMs;
      const excessMs = apartMs - driftMs(high.atMs, low.atMs);
      if (excessMs <= worstMs) continue;
      worstMs = excessMs;
      found = { kind: 'contradictory', apartMs, betweenMs: Math.abs(high.atMs - low.atMs) };
    }
  }
  return found;
}

/**
 * Over time, what is known fades by the drift on both sides of each stretch. The least known is at a stretch or where two neighbours
 * fade into each other:
 *
 *     leastMs   /\    .          the lower side; the upper one is its mirror image
 *              /  \  /\
 *             /    \/  \  ...
 */
function envelope(unordered: readonly ClockStretch[]): ClockSpan {
  const stretches = unordered.toSorted((a, b) => a.atMs - b.atMs).map((stretch) => informed(stretch, unordered));
  // Answers lie up to a stretch away from the moment that stands for them.
  const marginMs = DRIFT_SHARE * STRETCH_MS;
  let { leastMs, mostMs } = stretches[0];
  stretches.forEach((here, i) => {
    const next = stretches[i + 1] ?? here;
    const fadedMs = driftMs(here.atMs, next.atMs);
    leastMs = Math.min(leastMs, here.leastMs, (here.leastMs + next.leastMs - fadedMs) / 2);
    mostMs = Math.max(mostMs, here.mostMs, (here.mostMs + next.mostMs + fadedMs) / 2);
  });
  return { leastMs: leastMs - marginMs, mostMs: mostMs + marginMs };
}

/** What all the others say about that moment, too. */
function informed({ atMs }: ClockStretch, all: readonly ClockStretch[]): ClockStretch {
  const leasts = all.map((other) => other.leastMs - driftMs(other.atMs, atMs));
  const mosts = all.map((other) => other.mostMs + driftMs(other.atMs, atMs));
  return { atMs, leastMs: Math.max(...leasts), mostMs: Math.min(...mosts) };
}

function gapAfter(stretches: readonly ClockStretch[], i: number): number {
  return stretches[i + 1].atMs - stretches[i].atMs;
}

function driftMs(oneMs: number, otherMs: number): number {
  return DRIFT_SHARE * Math.abs(oneMs - otherMs);
}
