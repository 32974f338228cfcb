import { randomUUID } from 'node:crypto';
import { converse } from '../../sim/live/converse.ts';
import type { HttpClients } from '../../sim/run/http-clients.ts';
import { lineOpener } from '../../sim/run/lines.ts';
import type { Dialer } from '../../sim/run/wire/wire.ts';
import type { Books } from '../../sim/ledger/books.ts';
import type { Target } from '../../sim/targets/combine.ts';
import type { HttpRequest, ShopTarget, ShowSetup, TargetViewer } from '../../sim/targets/target.ts';
import { TIMEOUT_MS, whyNot, type Ask } from './asking.ts';
import { httpExchange, type Exchange } from './exchange.ts';
import { chatStep, joinStep, type RoomFindings } from './room-steps.ts';
import type { Came, StepReport } from './report.ts';
import { booksStep, PURCHASE, shopStep, type Outcomes } from './shop-steps.ts';
import { ViewerLine } from './viewer-line.ts';

export interface WalkOptions {
  readonly roomId: string;
  /** Of the scenario; null: nothing is bought. */
  readonly productId: string | null;
  /** The host prepares a show with that product first. */
  readonly setup: boolean;
  /** Called when a step is over. */
  onStep(step: StepReport): void;
}

export interface WalkParts {
  readonly target: Target;
  readonly http: HttpClients;
  readonly dialer: Dialer;
  /** That lines may go to. */
  readonly hosts: readonly string[];
}

/** What the walk has learnt of the target. */
export interface Findings {
  readonly room: RoomFindings;
  readonly outcomes: Outcomes;
  books: Books | null;
}

/** Walks one viewer through everything that a viewer does, once. */
export class Walk {
  readonly findings: Findings = { room: { heard: new Set(), ownChat: null, ack: null }, outcomes: {}, books: null };
  readonly steps: StepReport[] = [];
  readonly viewer: TargetViewer;
  private readonly parts: WalkParts;
  private readonly options: WalkOptions;
  private exchanges: Exchange[] = [];

  constructor(parts: WalkParts, options: WalkOptions) {
    const account = { ...parts.target.accounts[0] };
    const { roomId } = options;
    this.viewer = {
      id: `check-${randomUUID().slice(0, 8)}`,
      name: 'flashcrowd check',
      roomId,
      number: 0,
      account,
      session: {},
    };
    this.parts = parts;
    this.options = options;
  }

  async run(): Promise<void> {
    const { target } = this.parts;
    await this.step('reach', () => this.reach());
    if (this.failed('reach')) return;
    if (this.options.setup) await this.step('setup', () => this.setup());
    if (target.arrivals.length > 0) await this.step('arrive', () => this.arrive());
    // Who is not signed in has nothing to look for in there.
    if (this.failed('arrive')) return;
    await this.inRoom();
    if (target.shop) await this.buy(target.shop);
    const { books } = target;
    if (books)
      await this.step('books', () =>
        booksStep(books, this.viewer, this.findings.outcomes.pay?.status === 'ok', this.converse, (read) => {
          this.findings.books = read;
        }),
      );
  }

  private async step(name: string, walk: () => Promise<Came> | Came): Promise<void> {
    this.exchanges = [];
    const startMs = performance.now();
    const came = await Promise.resolve()
      .then(walk)
      .catch((error: unknown): Came => broken(error));
    const { status, detail, remedy = null } = came;
    const report = {
      name,
      status,
      detail,
      remedy,
      tookMs: Math.round(performance.now() - startMs),
      exchanges: this.exchanges,
    };
    this.steps.push(report);
    this.options.onStep(report);
  }

  private failed(name: string): boolean {
    return this.steps.some((step) => step.name === name && step.status !== 'ok' && step.status !== 'skipped');
  }

  private readonly tell = (exchange: Exchange): void => void this.exchanges.push(exchange);

  private readonly converse: Ask = (origin, conversation) =>
    converse(this.parts.http, origin, conversation, TIMEOUT_MS, this.viewer.number, (request, result, tookMs) =>
      this.tell(httpExchange(origin, request, result, tookMs)),
    );

  private async reach(): Promise<Came> {
    const { health } = this.parts.target;
    if (health.length === 0)
      return { status: 'skipped', detail: 'the target names no request that asks whether it is well' };
    for (const request of health) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as they are shown
      const { failure, status } = await this.ask(request);
      if (failure !== null) return { status: 'unreachable', detail: `${request.origin} did not answer: ${failure}` };
      if (status >= 400)
        return {
          status: 'unreachable',
          detail: `${request.origin} answered with status ${status}`,
          remedy: 'is it the right URL? A target file may name another request with `health`',
        };
    }
    return { status: 'ok', detail: 'it answers' };
  }

  private async ask(
    request: HttpRequest & { readonly origin: string },
  ): Promise<{ failure: string | null; status: number }> {
    const result = await this.converse(request.origin, {
      ask: request,
      then: ({ status }) => ({ end: status }),
    });
    return 'end' in result ? { failure: null, status: result.end } : { failure: whyNot(result), status: 0 };
  }

  private async setup(): Promise<Came> {
    const { hosts } = this.parts.target;
    if (hosts.length === 0) return { status: 'skipped', detail: 'the target has no actions of a host' };
    for (const host of hosts) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as they are shown
      const result = await this.converse(host.origin, host.setup(this.show()));
      if (!('end' in result)) return { status: 'failed', detail: whyNot(result) };
    }
    return { status: 'ok', detail: 'the show is prepared' };
  }

  private show(): ShowSetup {
    const { productId, roomId } = this.options;
    const product = { title: 'Check', priceMinor: 1000, stock: 10, perBuyer: null, open: true, coupon: null };
    return {
      roomIds: [roomId],
      currency: 'USD',
      holdMs: 120_000,
      products: productId === null ? [] : [{ id: productId, ...product }],
    };
  }

  private async arrive(): Promise<Came> {
    for (const arrival of this.parts.target.arrivals) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as a viewer does
      const result = await this.converse(arrival.origin, arrival.arrive(this.viewer));
      if (!('end' in result)) return { status: 'failed', detail: whyNot(result) };
      if (!result.end.ok) return { status: 'failed', detail: `the viewer is not let in: ${result.end.code}` };
    }
    return { status: 'ok', detail: `signed in; kept ${namesOf(this.viewer.account)}` };
  }

  private async inRoom(): Promise<void> {
    const { target, http, dialer, hosts } = this.parts;
    const { room } = target;
    if (room === null) return;
    const line = new ViewerLine(room, this.viewer, this.tell);
    const open = lineOpener(room, dialer, http, hosts);
    await this.step('join', () => {
      this.tell({
        kind: 'line',
        what: 'dialled',
        text: room.line === 'poll' ? room.origin : room.connect(this.viewer).url,
      });
      line.dial((events) => open(this.viewer, events));
      return joinStep(line, room);
    });
    if (!this.failed('join'))
      await this.step('chat', () =>
        chatStep({
          line,
          room,
          viewer: this.viewer,
          findings: this.findings.room,
          ask: (request) => this.converse(room.origin, { ask: request, then: (answer) => ({ end: answer }) }),
        }),
      );
    for (const heard of line.heard)
      if (heard.kind === 'frame') for (const { kind } of heard.messages) this.findings.room.heard.add(kind);
    line.leave();
  }

  private async buy(shop: ShopTarget): Promise<void> {
    const { productId } = this.options;
    if (productId === null) {
      await this.step('view', () => ({
        status: 'skipped',
        detail: 'nothing to buy is named',
        remedy: '--product <id>: a product by the name that it has in the scenario',
      }));
      return;
    }
    for (const kind of PURCHASE) {
      // oxlint-disable-next-line no-await-in-loop -- each step needs the one before it
      await this.step(kind, () => shopStep(shop, kind, productId, this.viewer, this.findings.outcomes, this.converse));
      if (this.failed(kind)) return;
    }
  }
}

function broken(error: unknown): Came {
  return { status: 'failed', detail: `the adapter threw: ${(error as Error).message}` };
}

function namesOf(values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values);
  return names.length === 0 ? 'nothing' : names.map((name) => `account.${name}`).join(', ');
}
