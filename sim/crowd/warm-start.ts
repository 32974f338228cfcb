import type { CompiledScenario } from './compiled.ts';
import { Crowd } from './crowd.ts';
import { ANSWER, INTENT, type IntentKind, type IntentSink } from './intents.ts';
import type { CrowdSnapshot } from './snapshot.ts';
import { drawCardDeclined, drawUnits } from './viewer.ts';

/** The event as it stands at one moment, had the backend answered everything at once. */
export interface WarmStart {
  readonly snapshot: CrowdSnapshot;
  /** Units left by product. */
  readonly stockLeft: readonly number[];
  /** Units that the open drop of each product may still sell; `null`: no drop is open, or it has no limit of its own. */
  readonly offeredUnits: readonly (number | null)[];
  /** Price in force by product, minor units. */
  readonly priceMinor: readonly number[];
  /** Indices of the cues that stand: the last pin of each room, and drops that are open. */
  readonly standingCues: readonly number[];
}

/**
 * Plays the event up to `atMs` (exclusive) in an ideal world: no network, a shop that answers at once, stock that is honoured.
 * Deterministic by the seed; the whole crowd, so the result does not depend on the number of workers.
 */
export function warmStart(scenario: CompiledScenario, atMs: number): WarmStart {
  const world = new IdealWorld(scenario);
  world.playUntil(atMs);
  return {
    snapshot: world.crowd.snapshot(atMs),
    stockLeft: world.stockLeft,
    offeredUnits: world.offered.map((units) => (units >= 0 && units < Infinity ? units : null)),
    priceMinor: world.priceMinor,
    standingCues: world.standingCues(),
  };
}

class IdealWorld implements IntentSink {
  readonly crowd: Crowd;
  readonly stockLeft: number[];
  readonly priceMinor: number[];
  private readonly scenario: CompiledScenario;
  /** Units of the open drop that may still be sold, by product; -1 = closed. */
  readonly offered: number[];
  private readonly openDrop: number[];
  private readonly pinned: number[];
  private nowMs = 0;
  /** Units by buyer and product, for products with a limit. */
  private readonly bought = new Map<number, number>();

  constructor(scenario: CompiledScenario) {
    this.scenario = scenario;
    this.crowd = new Crowd(scenario, this, { shard: 0, shards: 1 });
    this.stockLeft = scenario.products.map((product) => product.stock);
    this.priceMinor = scenario.products.map((product) => product.priceMinor);
    this.offered = scenario.products.map((product) => (product.dropped ? -1 : Infinity));
    this.openDrop = scenario.products.map(() => -1);
    this.pinned = scenario.rooms.map(() => -1);
  }

  playUntil(atMs: number): void {
    this.scenario.cues.forEach((cue, index) => {
      if (cue.atMs >= atMs) return;
      this.advance(cue.atMs);
      this.apply(index);
    });
    if (atMs > 0) this.advance(atMs - 1);
  }

  /** The last pins, and the drops that still offer units, though the shelf may be empty until a restock. */
  standingCues(): number[] {
    const drops = this.openDrop.filter((_, product) => this.offered[product] > 0);
    return [...new Set([...this.pinned, ...drops])].filter((cue) => cue >= 0).sort((a, b) => a - b);
  }

  /** What those who come now are shown: no drop that is sold out. */
  private shownCues(): number[] {
    return this.standingCues().filter(
      (cue) => !this.openDrop.includes(cue) || this.stockLeft[this.scenario.cues[cue].product] > 0,
    );
  }

  intent(kind: IntentKind, row: number, dueMs: number, product: number, attempt: number): void {
    if (kind === INTENT.enter) {
      for (const cue of this.shownCues()) if (this.reaches(cue, row)) this.crowd.cue(row, cue, dueMs);
    } else if (kind >= INTENT.view && kind <= INTENT.pay && attempt >= 0) {
      const answer = this.shopAnswers(kind, row, product) ? ANSWER.ok : ANSWER.no;
      this.crowd.answer(row, this.crowd.rows.generation[row], kind, answer, dueMs);
    }
  }

  private advance(untilMs: number): void {
    // Steps of a second keep what happens at an arrival close in order to what happens at a timer.
    for (let t = this.nowMs; t < untilMs; t += 1000) this.crowd.step(Math.min(t + 999, untilMs));
    this.crowd.step(untilMs);
    this.nowMs = untilMs;
  }

  private apply(index: number): void {
    const cue = this.scenario.cues[index];
    const { product } = cue;
    if (cue.kind === 'pin')
      for (let room = 0; room < this.pinned.length; room++)
        if (cue.room === -1 || cue.room === room) this.pinned[room] = index;
    if (cue.kind === 'drop') {
      this.offered[product] = cue.units ?? Infinity;
      this.openDrop[product] = index;
    }
    if (cue.kind === 'close') {
      this.offered[product] = -1;
      this.openDrop[product] = -1;
    }
    if (cue.kind === 'restock') this.stockLeft[product] += cue.units ?? 0;
    if (cue.priceMinor !== null && product >= 0) this.priceMinor[product] = cue.priceMinor;
    const { rows } = this.crowd;
    for (let row = 0; row < rows.used; row++) {
      if (rows.alive[row] === 1 && this.reaches(index, row)) this.crowd.cue(row, index, cue.atMs);
    }
  }

  private reaches(cue: number, row: number): boolean {
    const { room } = this.scenario.cues[cue];
    return room === -1 || room === this.crowd.rows.room[row];
  }

  /** Carts find stock while there is any; units leave the shelf when they are paid. */
  private shopAnswers(kind: IntentKind, row: number, product: number): boolean {
    if (kind !== INTENT.cart && kind !== INTENT.pay) return true;
    const { rows } = this.crowd;
    const persona = this.scenario.personas[rows.persona[row]];
    const units = drawUnits(rows, row, persona, rows.shopCue[row]);
    if (units > this.stockLeft[product] || units > this.offered[product]) return false;
    const { perBuyer } = this.scenario.products[product];
    const buyer = (rows.source[row] * 4294967296 + rows.index[row]) * this.scenario.products.length + product;
    const had = this.bought.get(buyer) ?? 0;
    if (perBuyer !== null && had + units > perBuyer) return false;
    if (kind === INTENT.cart) return true;
    if (drawCardDeclined(rows, row, persona, rows.shopCue[row])) return false;
    this.stockLeft[product] -= units;
    this.offered[product] -= units;
    if (perBuyer !== null) this.bought.set(buyer, had + units);
    return true;
  }
}
