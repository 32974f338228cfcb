import type { CompiledCue, CompiledScenario } from '../crowd/compiled.ts';
import type { WarmStart } from '../crowd/warm-start.ts';
import { FlashcrowdError } from '../errors.ts';
import type { Books } from '../ledger/books.ts';
import { EVERY_ROOM, type HostCue, type HttpRequest, type Target } from '../targets/target.ts';
import type { EventClock } from './clock.ts';
import { HttpClient } from './http.ts';
import { LocalAddresses } from './wire/local-addresses.ts';
import type { RunLog } from './options.ts';

const HOST_TIMEOUT_MS = 5000;

/** What became of one cue of the window. Times are event time. */
export interface CueLogEntry {
  readonly index: number;
  sentMs: number | null;
  answeredMs: number | null;
  status: 'done' | 'failed' | 'not_reached';
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
  private readonly http: HttpClient;
  private readonly log: RunLog;
  private timer: NodeJS.Timeout | undefined;
  private wake: () => void = () => undefined;
  private stopped = false;
  private broke = false;
  /** Event time at which the last cue was answered. */
  private freeMs = 0;

  constructor(
    target: Target,
    scenario: CompiledScenario,
    fromMs: number,
    forMs: number,
    log: RunLog,
    localAddresses: readonly string[] = [],
  ) {
    this.target = target;
    this.scenario = scenario;
    this.log = log;
    this.http = new HttpClient(target.baseUrl, 8, { localAddresses: new LocalAddresses(localAddresses) });
    this.cues = scenario.cues.flatMap((cue, index) =>
      cue.atMs >= fromMs && cue.atMs < fromMs + forMs
        ? [{ index, sentMs: null, answeredMs: null, status: 'not_reached' as const, refused: false, freeMs: cue.atMs }]
        : [],
    );
  }

  /** Stocks the shop as it stands at the start of the window, and gives the cues that still stand. Throws TARGET_REFUSED. */
  async prepare(warm: WarmStart, faults: Readonly<Record<string, number | null>>): Promise<void> {
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
    for (const request of target.setup(show)) await this.demand(request);
    if (Object.keys(faults).length > 0) await this.breakOnPurpose(faults);
    for (const index of warm.standingCues) {
      const cue = scenario.cues[index];
      const offered = cue.kind === 'drop' && cue.units !== null ? warm.offeredUnits[cue.product] : cue.units;
      // Prices stand as they are in force: a later cue may have changed that of this one.
      const request = this.request({ ...cue, units: offered, priceMinor: null });
      if (request) await this.demand(request);
    }
  }

  /** Switches the faults of this run off again: the next one may be of somebody else. Never throws. */
  async mend(): Promise<void> {
    if (!this.broke) return;
    const result = await this.http.send(this.target.faults({}), HOST_TIMEOUT_MS);
    if (!('answer' in result) || result.answer.status >= 300) {
      this.log.warn({ result }, 'the faults of this run could not be switched off');
    }
  }

  /** Faults of the scenario and of the command line. Those that the backend was started with stay when there are none. */
  private async breakOnPurpose(faults: Readonly<Record<string, number | null>>): Promise<void> {
    if (!this.target.abilities.faults) {
      throw new FlashcrowdError(
        'TARGET_REFUSED',
        `${this.target.name} cannot be made to break: faults are for the bundled shop.`,
      );
    }
    await this.demand(this.target.faults(faults));
    this.broke = true;
  }

  /**
   * Gives every cue of the window at its moment, by the event's clock, and never before the backend has answered the one
   * before: two cues of one moment must not overtake each other. Tells `given` when one has been answered. Resolves after the
   * last, or soon after `stop`.
   */
  async play(clock: EventClock, given: (entry: CueLogEntry) => void): Promise<void> {
    for (const entry of this.cues) {
      const { atMs } = this.scenario.cues[entry.index];
      // Timers may fire a little early: look again.
      while (!this.stopped && clock.now() < atMs) await this.sleep(atMs - clock.now());
      if (this.stopped) return;
      entry.freeMs = Math.max(atMs, this.freeMs);
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

  /** True when the backend answers as a healthy one does. */
  async isHealthy(): Promise<boolean> {
    const result = await this.http.send(this.target.health(), 2000);
    return 'answer' in result && result.answer.status < 300;
  }

  /** Null when they cannot be read. `timeoutMs` bounds each request. */
  async books(timeoutMs: number): Promise<Books | null> {
    if (!this.target.abilities.books) return null;
    const answers = [];
    for (const request of this.target.audit()) {
      const result = await this.http.send(request, timeoutMs);
      if (!('answer' in result) || result.answer.status >= 300) {
        this.log.warn({ path: request.path, result }, 'the books could not be read');
        return null;
      }
      answers.push(result.answer);
    }
    try {
      return this.target.readBooks(answers);
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'the books are not as expected');
      return null;
    }
  }

  async close(): Promise<void> {
    this.stop();
    await this.http.destroy();
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.timer = setTimeout(resolve, Math.ceil(ms));
    });
  }

  private async give(entry: CueLogEntry, clock: EventClock): Promise<void> {
    const cue = this.scenario.cues[entry.index];
    const request = this.request(cue);
    entry.sentMs = clock.now();
    const result = request ? await this.http.send(request, HOST_TIMEOUT_MS) : null;
    entry.answeredMs = clock.now();
    const failed = result !== null && (!('answer' in result) || result.answer.status >= 300);
    entry.status = failed ? 'failed' : 'done';
    entry.refused = failed && 'answer' in result && result.answer.status < 500;
    if (failed) this.log.warn({ cue: cue.id, result }, 'the backend did not take a cue');
    else this.log.info({ cue: cue.id, sentMs: entry.sentMs, plannedMs: cue.atMs }, 'cue given');
  }

  private async demand(request: HttpRequest): Promise<void> {
    const result = await this.http.send(request, HOST_TIMEOUT_MS);
    if ('answer' in result && result.answer.status < 300) return;
    if (!('answer' in result)) {
      throw new FlashcrowdError(
        'TARGET_UNREACHABLE',
        `${this.target.name} at ${this.target.baseUrl} stopped answering.`,
      );
    }
    const why = `${result.answer.status} ${result.answer.body.slice(0, 200)}`;
    throw new FlashcrowdError('TARGET_REFUSED', `${request.method} ${this.target.baseUrl}${request.path}: ${why}`);
  }

  /** Null for what is no action of the host: a raid is people who come. */
  private request(cue: CompiledCue): HttpRequest | null {
    if (!this.target.abilities.hostActions || cue.kind === 'raid') return null;
    const roomId = cue.room === -1 ? EVERY_ROOM : this.scenario.rooms[cue.room].id;
    const base = { id: cue.id, roomId };
    const productId = this.scenario.products[cue.product]?.id ?? '';
    return this.target.cue(hostCue(cue, base, productId));
  }
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
