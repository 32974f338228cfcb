import { setTimeout as sleepFor } from 'node:timers/promises';
import { ClockBound, type ClockFinding } from '../metrics/clock-bound.ts';
import { epochMs } from '../live/clock.ts';
import type { AskTime, NoTime } from './date-header.ts';

/** A clock of ours, and a sleep that keeps to it. */
export interface ProbeTime {
  /** Epoch ms. */
  now(): number;
  /** Ends early when `stop` says so. Never rejects. */
  sleep(ms: number, stop?: AbortSignal): Promise<void>;
}

export type Probed = Exclude<ClockFinding, { kind: 'unknown' }> | { readonly kind: 'unknown'; readonly why: NoTime };

/** Of one set of questions. */
const LONGEST_MS = 3300;
const MOST_QUESTIONS = 20;
/** Turns of the server's second that are looked at, before a last one for the check, and questions around each. */
const TURNS = 2;
const PER_TURN = 8;
/** Questions on their way at once, so that a long way does not keep them apart. Give HttpClients as many connections. */
export const PROBE_LANES = 3;
/** Nearer than this the moment of a timer is luck. */
const NEAR_ENOUGH_MS = 1;

const WALL: ProbeTime = {
  now: epochMs,
  sleep: (ms, stop) => sleepFor(ms, undefined, { signal: stop }).catch(() => undefined),
};

/**
 * Asks a server for its time until its offset is known about as well as the way there and back allows. The same object may ask again,
 * later in a run: what has changed since then shows.
 */
export class ClockProbe {
  readonly bound = new ClockBound();
  private readonly ask: AskTime;
  private readonly time: ProbeTime;

  constructor(ask: AskTime, time = WALL) {
    this.ask = ask;
    this.time = time;
  }

  /** One set of questions, of 3 s or a little more. Ends when an answer has no time in it, and when `stop` says so. Never rejects. */
  async probe(stop?: AbortSignal): Promise<Probed> {
    // Each set starts from nothing: from what is known already, it would only ask what it expects.
    const set = new QuestionSet(this.ask, this.time, this.bound, stop);
    await set.run();
    const found = this.bound.finding();
    return found.kind === 'unknown' ? { kind: 'unknown', why: set.why ?? 'no_answer' } : found;
  }
}

/**
 * A date in whole seconds tells most when it turns: the first turn is found with questions over a whole second, the next with as many
 * over what is left of it. A second later again, one question checks the answer that bounds the offset from above: it could be dated late.
 *
 *     |---.---.---.---.---.---|---.---.    first second: the date turns between two of these
 *                         |.......|        a second later
 *                          |               the check
 */
class QuestionSet {
  /** Why no further question is of use. */
  why: NoTime | null = null;
  private readonly ask: AskTime;
  private readonly time: ProbeTime;
  private readonly bound: ClockBound;
  private readonly stop: AbortSignal | undefined;
  private readonly untilMs: number;
  private asked = 0;
  /** Of the offset, without what the server may be late. */
  private leastMs = -Infinity;
  private mostMs = Infinity;
  private lateMs = 0;
  private fastestMs = LONGEST_MS;

  constructor(ask: AskTime, time: ProbeTime, bound: ClockBound, stop: AbortSignal | undefined) {
    this.ask = ask;
    this.time = time;
    this.bound = bound;
    this.stop = stop;
    this.untilMs = time.now() + LONGEST_MS;
  }

  async run(): Promise<void> {
    await this.question();
    for (let turn = 0; turn < TURNS && this.roomMs > NEAR_ENOUGH_MS && this.goesOn(); turn++)
      await this.turn(turn === 0);
    await this.check();
  }

  /** What questions can still narrow: the way there and back remains. */
  private get roomMs(): number {
    return this.mostMs - this.leastMs - this.fastestMs;
  }

  private goesOn(): boolean {
    return (
      this.why === null &&
      this.asked < MOST_QUESTIONS &&
      this.time.now() < this.untilMs &&
      this.stop?.aborted !== true &&
      this.bound.bound() !== null
    );
  }

  /** Questions around the next moment at which the server's second may turn. */
  private async turn(isFirst: boolean): Promise<void> {
    const fit = Math.floor((this.roomMs * PROBE_LANES) / this.fastestMs);
    const questions = Math.max(1, Math.min(PER_TURN, fit));
    const gapMs = this.roomMs / (questions + 1);
    // At first any moment may be it, and we begin in the midst of them; later, all of them lie ahead.
    const soonestMs = isFirst ? this.leastMs + this.fastestMs : this.mostMs;
    const turnMs = 1000 * Math.ceil((this.time.now() + soonestMs) / 1000);
    const earliestMs = turnMs - this.mostMs;
    const plan = Array.from({ length: questions }, (_, i) => earliestMs + gapMs * (i + 1));
    const onTheirWay = new Set<Promise<void>>();
    for (const dueMs of plan) {
      // The new second was seen already, before it came to this.
      if (Math.max(dueMs, this.time.now()) >= turnMs - this.leastMs - this.fastestMs) break;
      await this.send(dueMs, onTheirWay);
    }
    await Promise.all(onTheirWay);
  }

  /**
   * By what is known, the second cannot be over before a certain moment. An answer that comes just before that moment, and says that it
   * is over, contradicts it.
   */
  private async check(): Promise<void> {
    if (!this.goesOn()) return;
    // What is late by no more than is allowed for is no contradiction.
    const aheadMs = this.mostMs + this.lateMs + this.fastestMs + NEAR_ENOUGH_MS;
    const turnMs = 1000 * Math.ceil((this.time.now() + aheadMs) / 1000);
    const onItsWay = new Set<Promise<void>>();
    await this.send(turnMs - aheadMs, onItsWay);
    await Promise.all(onItsWay);
  }

  /** At that moment, or as soon as there is a lane for it. */
  private async send(dueMs: number, onTheirWay: Set<Promise<void>>): Promise<void> {
    if (dueMs >= this.untilMs) return;
    const waitMs = dueMs - this.time.now();
    if (waitMs > 0) await this.time.sleep(waitMs, this.stop);
    while (onTheirWay.size >= PROBE_LANES) await Promise.race(onTheirWay);
    if (!this.goesOn()) return;
    const question = this.question().finally(() => onTheirWay.delete(question));
    onTheirWay.add(question);
  }

  private async question(): Promise<void> {
    this.asked++;
    const askedMs = this.time.now();
    const told = await this.ask(Math.max(1, this.untilMs - askedMs));
    if ('why' in told) {
      this.why ??= told.why;
      return;
    }
    const answeredMs = this.time.now();
    const { dateMs, lateMs, queuedMs } = told;
    const sentMs = Math.min(askedMs + queuedMs, answeredMs);
    this.bound.add(sentMs, answeredMs, dateMs, dateMs + 1000 + lateMs);
    this.lateMs = Math.max(this.lateMs, lateMs);
    this.leastMs = Math.max(this.leastMs, dateMs - answeredMs);
    this.mostMs = Math.min(this.mostMs, dateMs + 1000 - sentMs);
    this.fastestMs = Math.min(this.fastestMs, answeredMs - sentMs);
  }
}
