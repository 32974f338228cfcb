import type { CompiledCue, CompiledScenario } from '../crowd/compiled.ts';
import type { WarmStart } from '../crowd/warm-start.ts';
import { FlashcrowdError } from '../errors.ts';
import type { Books } from '../ledger/books.ts';
import type { Target } from '../targets/combine.ts';
import { EVERY_ROOM, type Conversation, type HostCue, type HostTarget, type HttpRequest } from '../targets/target.ts';
import type { EventClock } from './clock.ts';
import { converse, failureOf, lastAnswerOf, MOST_PAGES, type Conversed } from './converse.ts';
import { idleTimer } from './timers.ts';
import type { HttpSender } from './http.ts';
import type { RunLog } from './log.ts';

const HOST_TIMEOUT_MS = 5000;
/** Timers take no more than some weeks. */
const LONGEST_SLEEP_MS = 60_000;
/** All pages of the books together. */
const BOOKS_AT_MOST_MS = 120_000;

/** What became of one cue of the window. Times are event time. */
export interface CueLogEntry {
  readonly index: number;
  sentMs: number | null;
  answeredMs: number | null;
  /** `manual`: the backend has no action for it; a person does it, or nobody. */
  status: 'done' | 'failed' | 'not_reached' | 'manual';
  /** The backend said no: it did not carry it out. Without an answer, nobody knows. */
  refused: boolean;
  /** When it could have been sent: at its moment, or when the one before had been answered. */
  freeMs: number;
}

/** The show's host: prepares the shop, gives the cues at their moments, reads the books. */
export class Host {
  /** The cues of the window, in order. */
  readonly cues: CueLogEntry[];
  private readonly target: Target;
  private readonly scenario: CompiledScenario;
  private readonly http: HttpSender;
  private readonly log: RunLog;
  private timer: NodeJS.Timeout | undefined;
  private wake: () => void = () => undefined;
  private stopped = false;
  private broke = false;
  /** Why the books could not be read; `null`: they could, or there are none. */
  booksProblem: string | null = null;
  /** Event time at which the last cue was answered. */
  private freeMs = 0;

  constructor(
    target: Target,
    scenario: CompiledScenario,
    fromMs: number,
    forMs: number,
    log: RunLog,
    http: HttpSender,
  ) {
    this.target = target;
    this.scenario = scenario;
    this.log = log;
    this.http = http;
    this.cues = cuesOfWindow(scenario, fromMs, forMs);
  }

  /** Stocks the shop as it stands at the start of the window, and gives the cues that still stand. Throws TARGET_REFUSED. */
  async prepare(warm: Omit<WarmStart, 'snapshot'>, faults: Readonly<Record<string, number | null>>): Promise<void> {
    const { scenario, target } = this;
    const show = {
      roomIds: scenario.rooms.map((room) => room.id),
      currency: scenario.currency,
      holdMs: scenario.holdMs,
      products: scenario.products.map((product, i) => ({
        id: product.id,
        title: product.title,
        priceMinor: warm.priceMinor[i],
        stock: warm.stockLeft[i],
        perBuyer: product.perBuyer,
        open: !product.dropped,
        coupon: product.coupon,
      })),
    };
    for (const host of target.hosts) await this.demand(host, host.setup(show));
    if (Object.keys(faults).length > 0) await this.breakOnPurpose(faults);
    for (const index of warm.standingCues) {
      const cue = scenario.cues[index];
      const offered = cue.kind === 'drop' && cue.units !== null ? warm.offeredUnits[cue.product] : cue.units;
      // Prices stand as they are in force: a later cue may have changed that of this one.
      const asked = this.hostCue({ ...cue, units: offered, priceMinor: null });
      if (asked) for (const host of target.hosts) await this.demand(host, host.cue(asked));
    }
  }

  /** Switches the faults of this run off again: the next one may be of somebody else. Never throws. */
  async mend(): Promise<void> {
    const breakable = this.breakable();
    if (!this.broke || !breakable) return;
    const { host, faults } = breakable;
    const why = whyFailed(await converse(this.http, host.origin, faults({}), HOST_TIMEOUT_MS));
    if (why !== null) this.log.warn({ why }, 'the faults of this run could not be switched off');
  }

  /** Faults of the scenario and of the command line. Those that the backend was started with stay when there are none. */
  private async breakOnPurpose(rates: Readonly<Record<string, number | null>>): Promise<void> {
    const breakable = this.breakable();
    if (!breakable) {
      throw new FlashcrowdError(
        'TARGET_REFUSED',
        `${this.target.name} cannot be made to break: faults are for the bundled shop.`,
      );
    }
    // It may do so, and its answer be lost: then, too, it is mended.
    this.broke = true;
    await this.demand(breakable.host, breakable.faults(rates));
  }

  private breakable() {
    for (const host of this.target.hosts) if (host.faults) return { host, faults: host.faults };
    return null;
  }

  /**
   * Gives every cue of the window at its moment, by the event's clock, and never before the backend has answered the one
   * before: two cues of one moment must not overtake each other. Tells `given` when one has been answered, and `giving` before it goes
   * out. Resolves after the last, or soon after `stop`.
   */
  async play(
    clock: EventClock,
    given: (entry: CueLogEntry) => void,
    giving?: (entry: CueLogEntry) => void,
  ): Promise<void> {
    for (const entry of this.cues) {
      const { atMs } = this.scenario.cues[entry.index];
      // Timers may fire a little early: look again. A cue of the window's beginning is not given before that.
      while (!this.stopped && clock.msUntil(atMs) > 0) await this.sleep(clock.msUntil(atMs));
      if (this.stopped) return;
      entry.freeMs = Math.max(atMs, this.freeMs);
      entry.sentMs = clock.now();
      giving?.(entry);
      await this.give(entry, clock);
      this.freeMs = clock.now();
      given(entry);
    }
  }

  /** No more cues are given. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.wake();
  }

  /** True when every part of the backend answers as a healthy one does. */
  async isHealthy(): Promise<boolean> {
    const results = await Promise.all(
      this.target.health.map((request) => this.http.sendTo(request.origin, request, 2000)),
    );
    return results.every((result) => 'answer' in result && result.answer.status < 400);
  }

  /** Null when they cannot be read. `timeoutMs` bounds each request. */
  async books(timeoutMs: number): Promise<Books | null> {
    const { books } = this.target;
    if (!books) return null;
    const reading = converse(this.http, books.origin, books.audit(), timeoutMs, undefined, undefined, MOST_PAGES);
    const result = await Promise.race([reading, after(BOOKS_AT_MOST_MS)]);
    if (result === null) {
      return this.unread(`they did not come to an end within ${BOOKS_AT_MOST_MS / 1000} s`);
    }
    if ('end' in result && whyFailed(result) === null) return result.end;
    return this.unread(whyFailed(result) ?? 'no reason is known');
  }

  private unread(why: string): null {
    this.booksProblem = why;
    this.log.warn({ why }, 'the books could not be read');
    return null;
  }

  async close(): Promise<void> {
    this.stop();
    await this.http.destroy();
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.timer = setTimeout(resolve, Math.ceil(Math.min(ms, LONGEST_SLEEP_MS)));
    });
  }

  private async give(entry: CueLogEntry, clock: EventClock): Promise<void> {
    const compiled = this.scenario.cues[entry.index];
    const cue = this.hostCue(compiled);
    const given = cue ? await this.tell(cue) : { status: 'done' as const, refused: false, why: null };
    entry.answeredMs = clock.now();
    entry.status = given.status;
    entry.refused = given.refused;
    if (given.status === 'failed') this.log.warn({ cue: cue?.id, why: given.why }, 'the backend did not take a cue');
    else
      this.log.info(
        { cue: compiled.id, sentMs: entry.sentMs, plannedMs: compiled.atMs },
        given.status === 'done' ? 'cue given' : 'cue left to a person',
      );
  }

  /** Asks every part that has an action for the cue. */
  private async tell(
    cue: HostCue,
  ): Promise<{ status: 'done' | 'failed' | 'manual'; refused: boolean; why: string | null }> {
    let status: 'done' | 'manual' = 'manual';
    for (const host of this.target.hosts) {
      const result = await converse(this.http, host.origin, host.cue(cue), HOST_TIMEOUT_MS);
      const why = whyFailed(result);
      // What another host has done already is not undone by a refusal.
      if (why !== null) return { status: 'failed', refused: status === 'manual' && isRefusal(result), why };
      if (result.requests > 0) status = 'done';
    }
    return { status, refused: false, why: null };
  }

  private async demand(host: HostTarget, conversation: Conversation<null>): Promise<void> {
    let asked = '';
    const note = ({ method, path, origin = host.origin }: HttpRequest): void =>
      void (asked = `${method} ${origin}${path}`);
    const result = await converse(this.http, host.origin, conversation, HOST_TIMEOUT_MS, undefined, note);
    const why = whyFailed(result);
    if (why === null) return;
    if (lastAnswerOf(result) === null) {
      throw new FlashcrowdError('TARGET_UNREACHABLE', `${this.target.name} at ${host.origin} stopped answering.`);
    }
    throw new FlashcrowdError('TARGET_REFUSED', `${asked}: ${why}`);
  }

  /** Null for what is no action of the host: a raid is people who come. */
  private hostCue(cue: CompiledCue): HostCue | null {
    if (cue.kind === 'raid') return null;
    const roomId = cue.room === -1 ? EVERY_ROOM : this.scenario.rooms[cue.room].id;
    const base = { id: cue.id, roomId };
    const productId = this.scenario.products[cue.product]?.id ?? '';
    return hostCue(cue, base, productId);
  }
}

/** The cues of a window, in order, before any of them has been given. */
export function cuesOfWindow({ cues }: CompiledScenario, fromMs: number, forMs: number): CueLogEntry[] {
  return cues.flatMap((cue, index) =>
    cue.atMs >= fromMs && cue.atMs < fromMs + forMs
      ? [{ index, sentMs: null, answeredMs: null, status: 'not_reached' as const, refused: false, freeMs: cue.atMs }]
      : [],
  );
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => {
    idleTimer(() => resolve(null), ms);
  });
}

/** Null when it went well: every answer below 300, and an end. */
function whyFailed(result: Conversed<unknown>): string | null {
  const lastAnswer = lastAnswerOf(result);
  if (lastAnswer && lastAnswer.status >= 300) return `${lastAnswer.status} ${lastAnswer.body.slice(0, 200)}`;
  if ('end' in result) return null;
  return failureOf(result);
}

/** A definite no. */
function isRefusal(result: Conversed<unknown>): boolean {
  const lastAnswer = lastAnswerOf(result);
  return lastAnswer !== null && lastAnswer.status >= 300 && lastAnswer.status < 500;
}

function hostCue(cue: CompiledCue, base: { id: string; roomId: string }, productId: string): HostCue {
  const units = cue.units ?? undefined;
  const priceMinor = cue.priceMinor ?? undefined;
  switch (cue.kind) {
    case 'pin':
      return { ...base, kind: 'pin', productId };
    case 'countdown':
      return { ...base, kind: 'countdown', productId, seconds: cue.seconds };
    case 'drop':
      return { ...base, kind: 'drop', productId, units, priceMinor };
    case 'close':
      return { ...base, kind: 'close', productId };
    case 'price':
      return { ...base, kind: 'price', productId, priceMinor: priceMinor ?? 0 };
    case 'restock':
      return { ...base, kind: 'restock', productId, units: units ?? 0 };
    default:
      return { ...base, kind: cue.kind === 'giveaway' ? 'giveaway' : 'call', text: cue.text };
  }
}
