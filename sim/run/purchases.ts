import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Crowd } from '../crowd/crowd.ts';
import { ANSWER, INTENT, type AnswerKind, type IntentKind } from '../crowd/intents.ts';
import { drawCardDeclined, drawUnits } from '../crowd/viewer.ts';
import { COUNTER } from '../metrics/series.ts';
import type { ShopIntent, ShopOutcome, Target, TargetViewer } from '../targets/target.ts';
import type { EventClock } from './clock.ts';
import type { HttpClient, HttpResult } from './http.ts';
import type { FunnelField } from './messages.ts';
import type { Recorder } from './recorder.ts';

export interface PurchaseParts {
  readonly scenario: CompiledScenario;
  readonly target: Target;
  readonly crowd: () => Crowd;
  /** Call when the crowd has been told something: what follows may be due soon. */
  readonly nudge: () => void;
  readonly clock: EventClock;
  readonly recorder: Recorder;
  readonly http: HttpClient;
  readonly runId: string;
}

/** One request of a purchase, from the intent to its outcome. */
interface Step {
  readonly kind: IntentKind;
  readonly row: number;
  readonly generation: number;
  readonly room: number;
  readonly persona: number;
  readonly product: number;
  readonly units: number;
  /** -1: an extra tap, which leads nowhere. */
  readonly attempt: number;
  readonly dueMs: number;
  readonly sentMs: number;
  readonly viewer: TargetViewer;
  readonly intent: ShopIntent;
  /** How the attempt before this one ended. */
  readonly before: ShopOutcome | null;
}

/** An attempt that ended without a definite answer, until the viewer tries again. */
interface Unsettled {
  readonly step: Step;
  readonly outcome: ShopOutcome;
}

const DURATION = {
  [INTENT.view]: 'product_view_duration',
  [INTENT.cart]: 'cart_duration',
  [INTENT.checkout]: 'checkout_duration',
  [INTENT.pay]: 'payment_duration',
} as const;

const SERIES = {
  [INTENT.view]: COUNTER.views,
  [INTENT.cart]: COUNTER.carts,
  [INTENT.checkout]: COUNTER.checkouts,
} as const;
const REACHED: Partial<Record<IntentKind, FunnelField>> = {
  [INTENT.cart]: 'carted',
  [INTENT.checkout]: 'checkedOut',
  [INTENT.pay]: 'paid',
};

/** Carries out the shop's intents over HTTP and says how they ended: to the crowd, the metrics and the funnel. */
export class Purchases {
  private readonly parts: PurchaseParts;
  /** By row. */
  private readonly unsettled = new Map<number, Unsettled>();
  private cutting = false;

  constructor(parts: PurchaseParts) {
    this.parts = parts;
  }

  begin(kind: IntentKind, row: number, viewer: TargetViewer, dueMs: number, product: number, attempt: number): void {
    const { target, http, recorder, clock, scenario } = this.parts;
    const step = this.step(kind, row, viewer, dueMs, product, attempt);
    recorder.set.counter('http_requests').add(1, this.tags(step));
    recorder.series.add(COUNTER.httpRequests, 1);
    if (kind === INTENT.view && attempt === 0) recorder.funnelAdd(product, 'clicked');
    const { timeoutMs } = scenario.personas[step.persona];
    void http
      .send(target.encodeShop(step.intent, viewer), timeoutMs, viewerNumber(row, step.generation))
      .then((result) => this.answered({ ...step, sentMs: step.sentMs + result.queuedMs }, result, clock.now()));
  }

  /** The viewer leaves: what it meant to try again stays as it is. */
  left(row: number): void {
    this.parts.http.left(viewerNumber(row, this.parts.crowd().rows.generation[row]));
    const open = this.take(row);
    if (open) this.settle(open.step, open.outcome);
  }

  /** From now on requests end because we cut them: their outcomes are unknown, and say nothing about the backend. */
  cut(): void {
    this.cutting = true;
  }

  /** The run is over for everybody. */
  end(): void {
    for (const row of this.unsettled.keys()) this.left(row);
  }

  private take(row: number): Unsettled | undefined {
    const open = this.unsettled.get(row);
    this.unsettled.delete(row);
    return open;
  }

  private step(
    kind: IntentKind,
    row: number,
    viewer: TargetViewer,
    dueMs: number,
    product: number,
    attempt: number,
  ): Step {
    const { scenario, clock } = this.parts;
    const { rows } = this.parts.crowd();
    const persona = scenario.personas[rows.persona[row]];
    const cue = rows.shopCue[row];
    const units = drawUnits(rows, row, persona, cue);
    const productId = scenario.products[product].id;
    const key = (step: string): string => `${this.parts.runId}/${viewer.id}/${cue}/${step}`;
    const intent = ((): ShopIntent => {
      switch (kind) {
        case INTENT.cart:
          return { kind: 'cart', productId, units, idempotencyKey: key('cart') };
        case INTENT.checkout:
          return { kind: 'checkout', productId, idempotencyKey: key('checkout') };
        case INTENT.pay:
          return {
            kind: 'pay',
            productId,
            idempotencyKey: key('pay'),
            card: drawCardDeclined(rows, row, persona, cue) ? 'declined' : 'good',
          };
        default:
          return { kind: 'view', productId };
      }
    })();
    const { [row]: generation } = rows.generation;
    const before = attempt > 0 ? (this.take(row)?.outcome ?? null) : null;
    return {
      kind,
      row,
      generation,
      room: rows.room[row],
      persona: rows.persona[row],
      product,
      units,
      attempt,
      dueMs,
      sentMs: clock.now(),
      viewer,
      intent,
      before,
    };
  }

  private answered(step: Step, result: HttpResult, nowMs: number): void {
    const outcome = this.read(step, result);
    if (!this.cutting) this.measure(step, outcome, nowMs);
    this.parts.recorder.lateStart(Math.max(0, step.sentMs - step.dueMs), this.tags(step));
    if (step.attempt < 0) return;
    const answer = answerOf(outcome);
    // What an earlier attempt may have done, a later one without a definite answer does not undo.
    const known = answer === ANSWER.unsure && step.before?.status === 'unknown' ? step.before : outcome;
    if (answer === ANSWER.unsure && this.triesAgain(step)) this.unsettled.set(step.row, { step, outcome: known });
    else this.settle(step, known);
    this.parts.crowd().answer(step.row, step.generation, step.kind, answer, Math.floor(nowMs));
    this.parts.nudge();
  }

  private triesAgain({ row, generation, attempt, persona }: Step): boolean {
    const { rows } = this.parts.crowd();
    const isPresent = rows.alive[row] === 1 && rows.generation[row] === generation;
    return isPresent && attempt < this.parts.scenario.personas[persona].retryAttempts;
  }

  private read(step: Step, result: HttpResult): ShopOutcome {
    if ('failure' in result)
      return { status: result.failure === 'refused' ? 'rejected' : 'unknown', code: result.failure };
    try {
      return this.parts.target.outcome(step.intent, result.answer, step.viewer);
    } catch {
      // An answer that the adapter cannot read says nothing about what the backend did.
      return { status: 'unknown', code: 'broken' };
    }
  }

  private measure(step: Step, outcome: ShopOutcome, nowMs: number): void {
    const { recorder } = this.parts;
    const tags = this.tags(step);
    const failed = outcome.status === 'unknown' || outcome.code === 'refused';
    recorder.set.rate('http_failed').add(failed ? 1 : 0, 1, tags);
    if (failed) recorder.series.add(COUNTER.httpErrors, 1);
    recorder.set.trend('http_duration').record(nowMs - step.sentMs, tags);
    recorder.set.trend(DURATION[step.kind as keyof typeof DURATION]).record(nowMs - step.dueMs, tags);
    if (step.kind === INTENT.checkout) recorder.series.checkout.record(nowMs - step.dueMs);
  }

  /** Books the definite end of a step: how far the viewer came, or where it was lost. */
  private settle(step: Step, outcome: ShopOutcome): void {
    const { recorder } = this.parts;
    const { product, kind } = step;
    if (outcome.status === 'ok') {
      if (kind in SERIES) recorder.series.add(SERIES[kind as keyof typeof SERIES], 1);
      const reached = REACHED[kind];
      if (reached) recorder.funnelAdd(product, reached);
      if (kind === INTENT.pay) this.sold(step, outcome);
      return;
    }
    recorder.funnelAdd(product, lossOf(outcome));
    const tags = this.tags(step);
    if (outcome.code === 'sold_out') recorder.set.counter('sold_out_seen').add(1, tags);
    if (outcome.status === 'rejected' && kind !== INTENT.view) {
      recorder.set.counter('orders_rejected').add(1, tags);
      recorder.series.add(COUNTER.ordersRejected, 1);
    }
    if (outcome.status === 'unknown' && kind === INTENT.pay) {
      recorder.set.counter('orders_unknown').add(1, tags);
      recorder.series.add(COUNTER.ordersUnknown, 1);
      recorder.funnelAdd(product, 'unitsUnknown', step.units);
    }
  }

  private sold(step: Step, outcome: ShopOutcome): void {
    const { recorder } = this.parts;
    const amountMinor = outcome.amountMinor ?? 0;
    recorder.set.counter('orders').add(1, this.tags(step));
    recorder.set.counter('gmv').add(amountMinor, this.tags(step));
    recorder.series.add(COUNTER.orders, 1);
    recorder.funnelAdd(step.product, 'unitsPaid', outcome.units ?? step.units);
    recorder.funnelAdd(step.product, 'gmvMinor', amountMinor);
  }

  private tags(step: Step) {
    return this.parts.recorder.tagsOf(step.room, step.persona, step.product, step.dueMs);
  }
}

/** A row serves one viewer after another. Exact for four million of them. */
function viewerNumber(row: number, generation: number): number {
  return generation * 2 ** 31 + row;
}

/** Whatever is not a definite answer is tried again. */
function answerOf({ status, code }: ShopOutcome): AnswerKind {
  if (status === 'ok') return ANSWER.ok;
  if (status === 'unknown' || code === 'throttled' || code === 'refused') return ANSWER.unsure;
  return ANSWER.no;
}

function lossOf({ status, code }: ShopOutcome): FunnelField {
  if (status === 'unknown') return 'lostUnknown';
  if (code === 'sold_out' || code === 'not_open') return 'lostSoldOut';
  return code === 'card_declined' ? 'lostDeclined' : 'lostFailed';
}
