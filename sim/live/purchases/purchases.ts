import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Crowd } from '../../crowd/crowd.ts';
import { ANSWER, INTENT, type AnswerKind, type IntentKind } from '../../crowd/intents.ts';
import { doubleTaps, twoDevices } from '../../crowd/viewer.ts';
import type { HttpRequest, ShopOutcome, ShopTarget, TargetViewer } from '../../targets/target.ts';
import type { EventClock } from '../clock.ts';
import type { HistorySink } from '../history/sink.ts';
import { PurchaseLog } from '../history/purchase-log.ts';
import { converse, type Conversed } from '../converse.ts';
import type { HttpResult, HttpSender } from '../http.ts';
import type { Recorder } from '../recorder.ts';
import { PurchaseBook } from './purchase-book.ts';
import { clientNumber, makeStep, type Step, type StepRequest } from './step.ts';

export interface PurchaseParts {
  readonly scenario: CompiledScenario;
  /** `null`: nobody sells; whoever wants to buy is told so. */
  readonly shop: ShopTarget | null;
  readonly crowd: () => Crowd;
  /** Call when the crowd has been told something: what follows may be due soon. */
  readonly nudge: () => void;
  readonly clock: EventClock;
  readonly recorder: Recorder;
  readonly http: HttpSender;
  readonly history: HistorySink;
  readonly runId: string;
}

/** An attempt that ended without a definite answer, until the viewer tries again. */
interface Unsettled {
  readonly step: Step;
  readonly outcome: ShopOutcome;
}

/** `neverLeft`: the request found no way to the backend. */
type Ended = (step: Step, outcome: ShopOutcome, nowMs: number, neverLeft: boolean) => void;

/** On a second device the buyer goes straight on. */
const NEXT: Partial<Record<IntentKind, IntentKind>> = {
  [INTENT.cart]: INTENT.checkout,
  [INTENT.checkout]: INTENT.pay,
};

/** Carries out the shop's intents over HTTP and says how they ended: to the crowd, the metrics, the funnel and the history. */
export class Purchases {
  private readonly parts: PurchaseParts;
  private readonly book: PurchaseBook;
  private readonly log: PurchaseLog;
  /** By row. */
  private readonly unsettled = new Map<number, Unsettled>();
  /** By row: the purchase that it is at, or was at last. */
  private readonly buying = new Map<number, { readonly cue: number; readonly viewer: TargetViewer }>();
  private cutting = false;

  constructor(parts: PurchaseParts) {
    this.parts = parts;
    this.book = new PurchaseBook(parts.recorder);
    this.log = new PurchaseLog(parts.history);
  }

  begin(kind: IntentKind, row: number, viewer: TargetViewer, dueMs: number, product: number, attempt: number): void {
    const { shop, clock } = this.parts;
    if (shop === null) return this.turnAway(kind, row, clock.now());
    const request: StepRequest = { kind, row, viewer: this.buyer(row, viewer), dueMs, product, attempt };
    const before = attempt > 0 ? (this.take(row)?.outcome ?? null) : null;
    const step = makeStep(this.parts, request, clock.now(), { before });
    if (kind === INTENT.view && attempt === 0) this.book.clicked(product);
    this.send(step, (ended, outcome, nowMs, neverLeft) => this.answered(ended, outcome, nowMs, neverLeft));
    if (attempt === 0) this.sendBesides(step, request);
  }

  /** The viewer leaves: what it meant to try again stays as it is. */
  left(row: number): void {
    const { [row]: generation } = this.parts.crowd().rows.generation;
    this.parts.http.left(clientNumber(row, generation, false));
    this.parts.http.left(clientNumber(row, generation, true));
    this.buying.delete(row);
    const open = this.take(row);
    if (open) this.book.settle(open.step, open.outcome);
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

  /** The viewer with what it knows of this purchase: nothing yet, when it is another than the last. */
  private buyer(row: number, viewer: TargetViewer): TargetViewer {
    const cue = this.parts.crowd().rows.shopCue[row];
    const last = this.buying.get(row);
    if (last?.cue === cue && last.viewer.id === viewer.id) return last.viewer;
    const buyer = { ...viewer, session: { ...viewer.session } };
    this.buying.set(row, { cue, viewer: buyer });
    return buyer;
  }

  /** Nobody sells here. */
  private turnAway(kind: IntentKind, row: number, nowMs: number): void {
    const { crowd } = this.parts;
    const { [row]: generation } = crowd().rows.generation;
    // Later, as every answer: the crowd is in the middle of a step.
    void Promise.resolve().then(() => crowd().answer(row, generation, kind, ANSWER.no, Math.floor(nowMs)));
  }

  private send(step: Step, ended: Ended): void {
    const { http, scenario } = this.parts;
    this.log.sent(step.id, step.viewer.id, step.intent, step.sentMs);
    const { timeoutMs } = scenario.personas[step.persona];
    const { origin, conversation } = this.conversation(step);
    if ('ask' in conversation) this.book.asked(step, 1);
    const exchanged = (_request: HttpRequest, { queuedMs }: HttpResult, tookMs: number): void => {
      if (!this.cutting) this.book.exchanged(step, tookMs - queuedMs);
    };
    void converse(http, origin, conversation, timeoutMs, step.client, exchanged).then((result) =>
      this.heard(step, result, ended),
    );
  }

  /** What an adapter cannot put into a request ends like an answer that it cannot read. */
  private conversation({ intent, viewer }: Step) {
    const { shop } = this.parts;
    const origin = shop?.origin ?? '';
    try {
      return { origin, conversation: shop!.step(intent, viewer) };
    } catch {
      return { origin, conversation: { end: BROKEN } };
    }
  }

  private heard(step: Step, result: Conversed<ShopOutcome>, ended: Ended): void {
    const nowMs = this.parts.clock.now();
    const outcome = outcomeOf(result);
    this.log.told(step.id, result, outcome, nowMs);
    const left = { ...step, sentMs: step.sentMs + result.queuedMs };
    if (result.requests > 0 && !this.cutting) this.book.measure(left, outcome, nowMs);
    if (result.requests > 1) this.book.asked(step, result.requests - 1);
    this.book.lateStart(left);
    ended(left, outcome, nowMs, 'failure' in result && outcome.status === 'rejected');
  }

  /** What some buyers send at the same moment: the same payment again, or the same purchase on a second device. */
  private sendBesides(step: Step, request: StepRequest): void {
    const { rows } = this.parts.crowd();
    const { row, viewer } = request;
    const persona = this.parts.scenario.personas[step.persona];
    const cue = rows.shopCue[row];
    if (step.kind === INTENT.pay && doubleTaps(rows, row, persona, cue)) {
      const again = { ...step, attempt: -1, id: { ...step.id, attempt: -1 }, client: step.client + 1 };
      this.send(again, () => undefined);
    }
    if (step.kind === INTENT.cart && twoDevices(rows, row, persona, cue)) {
      this.sendSecond({ ...request, viewer: { ...viewer, session: {} } });
    }
  }

  /** One step on the second device; then the next, unless the viewer has left. It does not try again. */
  private sendSecond(request: StepRequest): void {
    const { crowd, clock } = this.parts;
    const step = makeStep(this.parts, request, clock.now(), { isSecond: true });
    this.send(step, (ended, outcome, nowMs) => {
      this.book.settleSecond(ended, outcome);
      const next = NEXT[step.kind];
      const isStillThere = crowd().rows.generation[step.row] === step.generation;
      if (next === undefined || outcome.status !== 'ok' || !isStillThere || this.cutting) return;
      this.sendSecond({ ...request, kind: next, dueMs: nowMs });
    });
  }

  private answered(step: Step, outcome: ShopOutcome, nowMs: number, neverLeft: boolean): void {
    if (step.attempt < 0) return;
    const answer = neverLeft ? ANSWER.unsure : answerOf(outcome);
    // What an earlier attempt may have done, a later one without a definite answer does not undo.
    const known = answer === ANSWER.unsure && step.before?.status === 'unknown' ? step.before : outcome;
    if (answer === ANSWER.unsure && this.triesAgain(step)) this.unsettled.set(step.row, { step, outcome: known });
    else this.book.settle(step, known);
    this.parts.crowd().answer(step.row, step.generation, step.kind, answer, Math.floor(nowMs));
    this.parts.nudge();
  }

  private triesAgain({ row, generation, attempt, persona }: Step): boolean {
    const { rows } = this.parts.crowd();
    const isPresent = rows.alive[row] === 1 && rows.generation[row] === generation;
    return isPresent && attempt < this.parts.scenario.personas[persona].retryAttempts;
  }
}

/** An answer that the adapter cannot read says nothing about what the backend did. */
const BROKEN: ShopOutcome = { status: 'unknown', code: 'broken' };

function outcomeOf(result: Conversed<ShopOutcome>): ShopOutcome {
  if ('end' in result) return result.end;
  // The first request never left: nothing can have been carried out.
  const isRefused = result.failure === 'refused' && result.requests <= 1;
  return {
    status: isRefused ? 'rejected' : 'unknown',
    code: isRefused || result.failure !== 'refused' ? result.failure : 'broken',
  };
}

/** Whatever is not a definite answer is tried again. */
function answerOf({ status, code }: ShopOutcome): AnswerKind {
  if (status === 'ok') return ANSWER.ok;
  if (status === 'unknown' || code === 'throttled') return ANSWER.unsure;
  return ANSWER.no;
}
