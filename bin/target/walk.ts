import { randomUUID } from 'node:crypto';
import { converse, type Conversed } from '../../sim/run/converse.ts';
import type { HttpClients } from '../../sim/run/http-clients.ts';
import { lineOpener } from '../../sim/run/lines.ts';
import type { Dialer } from '../../sim/run/wire/wire.ts';
import type { Books } from '../../sim/ledger/books.ts';
import type { Target } from '../../sim/targets/index.ts';
import type {
  Conversation,
  HttpRequest,
  ShopIntent,
  ShopOutcome,
  ShowSetup,
  TargetViewer,
} from '../../sim/targets/target.ts';
import { httpExchange, type Exchange } from './exchange.ts';
import { chatStep, joinStep, type RoomFindings } from './room-steps.ts';
import type { Came, StepReport, StepStatus } from './report.ts';
import { ViewerLine } from './viewer-line.ts';

const TIMEOUT_MS = 10_000;
/** The books of a shop may be a moment behind it. */
const BOOKS_TRIES = 3;
const BOOKS_WAIT_MS = 500;
const UNITS = 1;

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
}

/** What the walk has learnt of the target. */
export interface Findings {
  readonly room: RoomFindings;
  /** By kind of step. */
  readonly outcomes: Partial<Record<ShopIntent['kind'], ShopOutcome>>;
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
    if (!this.failed('arrive')) await this.inRoom();
    if (target.shop) await this.buy();
    if (target.books) await this.step('books', () => this.audit());
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

  private converse<T>(origin: string, conversation: Conversation<T>): Promise<Conversed<T>> {
    return converse(this.parts.http, origin, conversation, TIMEOUT_MS, this.viewer.number, (request, result, tookMs) =>
      this.tell(httpExchange(origin, request, result, tookMs)),
    );
  }

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
    const { target, http, dialer } = this.parts;
    const { room } = target;
    if (room === null) return;
    const line = new ViewerLine(room, this.viewer, this.tell);
    const open = lineOpener(room, dialer, http);
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

  private async buy(): Promise<void> {
    const { productId } = this.options;
    if (productId === null) {
      await this.step('view', () => ({
        status: 'skipped',
        detail: 'nothing to buy is named',
        remedy: '--product <id>: a product by the name that it has in the scenario',
      }));
      return;
    }
    for (const kind of ['view', 'cart', 'checkout', 'pay'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- each step needs the one before it
      await this.step(kind, () => this.shopStep(this.intent(kind, productId)));
      if (this.failed(kind)) return;
    }
  }

  private intent(kind: 'view' | 'cart' | 'checkout' | 'pay', productId: string): ShopIntent {
    const idempotencyKey = `${this.viewer.id}-${kind}`;
    if (kind === 'view') return { kind, productId };
    if (kind === 'cart') return { kind, productId, units: UNITS, idempotencyKey };
    if (kind === 'checkout') return { kind, productId, idempotencyKey };
    return { kind, productId, idempotencyKey, card: 'good' };
  }

  private async shopStep(intent: ShopIntent): Promise<Came> {
    const { shop } = this.parts.target;
    if (!shop) return { status: 'skipped', detail: 'there is no shop' };
    const result = await this.converse(shop.origin, shop.step(intent, this.viewer));
    if (!('end' in result)) return { status: statusOf(result), detail: whyNot(result) };
    const outcome = result.end;
    this.findings.outcomes[intent.kind] = outcome;
    if (outcome.status === 'ok' && result.requests === 0)
      return { status: 'ok', detail: 'there is no such step there' };
    if (outcome.status === 'ok') return { status: 'ok', detail: wordsOf(outcome) };
    return {
      status: 'failed',
      detail: `${outcome.status}: ${outcome.code}`,
      remedy: `the answer above was read as "${outcome.code}"; if that is wrong, so is what the target file says of its answers`,
    };
  }

  private async audit(): Promise<Came> {
    const { books } = this.parts.target;
    if (!books) return { status: 'skipped', detail: 'there are no books' };
    for (let tries = 1; ; tries++) {
      // oxlint-disable-next-line no-await-in-loop -- asked again until the order is there
      const result = await this.converse(books.origin, books.audit());
      if (!('end' in result)) return { status: 'failed', detail: whyNot(result) };
      this.findings.books = result.end;
      const came = this.inBooks(result.end);
      if (came.status === 'ok' || tries === BOOKS_TRIES) return came;
      // oxlint-disable-next-line no-await-in-loop -- the books may be a moment behind
      await new Promise((resolve) => setTimeout(resolve, BOOKS_WAIT_MS));
    }
  }

  private inBooks({ orders, products }: Books): Came {
    const found = `${orders.length} orders, ${products === null ? 'no stock' : `${products.length} products`}`;
    if (this.findings.outcomes.pay?.status !== 'ok') return { status: 'ok', detail: `read: ${found}` };
    if (orders.some(({ buyerId }) => buyerId === this.viewer.id))
      return { status: 'ok', detail: `read: ${found}; our order is among them` };
    return {
      status: 'failed',
      detail: `read: ${found}; none is of the buyer ${this.viewer.id}, who has paid`,
      remedy: 'the books must name the buyer by the id of the viewer, {{viewer.id}}',
    };
  }
}

function statusOf(result: { readonly failure: string }): StepStatus {
  return result.failure === 'refused' ? 'unreachable' : 'failed';
}

/** Of a conversation that came to no end. */
function whyNot(result: Conversed<unknown>): string {
  if ('end' in result) return '';
  if (result.thrown) return `the answer could not be read: ${result.thrown.message}`;
  return [WORDS[result.failure], result.code].filter(Boolean).join(': ');
}

const WORDS = {
  refused: 'no connection',
  timeout: 'no answer within 10 s',
  broken: 'the connection broke before the answer',
} as const;

function broken(error: unknown): Came {
  return { status: 'failed', detail: `the adapter threw: ${(error as Error).message}` };
}

function namesOf(values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values);
  return names.length === 0 ? 'nothing' : names.map((name) => `account.${name}`).join(', ');
}

const SHOWN = ['priceMinor', 'discountMinor', 'amountMinor', 'units', 'cartId', 'orderId', 'paymentId'] as const;

function wordsOf(outcome: ShopOutcome): string {
  const known = SHOWN.flatMap((key) => (outcome[key] === undefined ? [] : [`${key} ${outcome[key]}`]));
  return known.length === 0 ? 'ok; it says nothing more' : known.join(', ');
}
