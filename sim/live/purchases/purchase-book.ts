import { INTENT, type IntentKind } from '../../crowd/intents.ts';
import { COUNTER } from '../../metrics/series.ts';
import type { ShopOutcome } from '../../targets/target.ts';
import type { FunnelField } from '../messages.ts';
import type { Recorder } from '../recorder.ts';
import type { Step } from './step.ts';

const DURATION = {
  [INTENT.view]: 'product_view_duration',
  [INTENT.cart]: 'cart_duration',
  [INTENT.checkout]: 'checkout_duration',
  [INTENT.pay]: 'payment_duration',
  [INTENT.refund]: 'refund_duration',
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

/** Metrics and funnel of what becomes of the requests. */
export class PurchaseBook {
  private readonly recorder: Recorder;

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  /** Requests leave. */
  asked(step: Step, requests: number): void {
    this.recorder.set.counter('http_requests').add(requests, this.tags(step));
    this.recorder.series.add(COUNTER.httpRequests, requests);
  }

  clicked(product: number): void {
    this.recorder.funnelAdd(product, 'clicked');
  }

  lateStart(step: Step): void {
    this.recorder.lateStart(Math.max(0, step.sentMs - step.dueMs), this.tags(step));
  }

  /** One of its requests was answered, or failed. */
  exchanged(step: Step, tookMs: number): void {
    this.recorder.set.trend('http_duration').record(tookMs, this.tags(step));
  }

  /** How long it took, and whether there was a definite answer. */
  measure(step: Step, outcome: ShopOutcome, nowMs: number): void {
    const { recorder } = this;
    const tags = this.tags(step);
    const failed = outcome.status === 'unknown' || outcome.code === 'refused';
    recorder.tried(!failed);
    recorder.set.rate('http_failed').add(failed ? 1 : 0, 1, tags);
    if (failed) recorder.series.add(COUNTER.httpErrors, 1);
    recorder.set.trend(DURATION[step.kind as keyof typeof DURATION]).record(nowMs - step.dueMs, tags);
    if (step.kind === INTENT.checkout) recorder.series.checkout.record(nowMs - step.dueMs);
  }

  /** The definite end of a step: how far the viewer came, or where it was lost. */
  settle(step: Step, outcome: ShopOutcome): void {
    const { recorder } = this;
    const { product, kind } = step;
    if (kind === INTENT.refund) return this.refunded(step, outcome);
    if (outcome.status !== 'ok') {
      recorder.funnelAdd(product, lossOf(outcome));
      return this.lost(step, outcome);
    }
    if (kind in SERIES) recorder.series.add(SERIES[kind as keyof typeof SERIES], 1);
    const reached = REACHED[kind];
    if (reached) recorder.funnelAdd(product, reached);
    if (kind === INTENT.pay) this.sold(step, outcome);
  }

  /** The same on a second device: what it bought counts, but the viewer is no second one. */
  settleSecond(step: Step, outcome: ShopOutcome): void {
    if (outcome.status !== 'ok') this.lost(step, outcome);
    else if (step.kind === INTENT.pay) this.sold(step, outcome);
  }

  private lost(step: Step, outcome: ShopOutcome): void {
    const { recorder } = this;
    const tags = this.tags(step);
    if (outcome.code === 'sold_out') recorder.set.counter('sold_out_seen').add(1, tags);
    if (outcome.status === 'rejected' && step.kind !== INTENT.view) {
      recorder.set.counter('orders_rejected').add(1, tags);
      recorder.series.add(COUNTER.ordersRejected, 1);
    }
    if (outcome.status === 'unknown' && step.kind === INTENT.pay) {
      recorder.set.counter('orders_unknown').add(1, tags);
      recorder.series.add(COUNTER.ordersUnknown, 1);
      recorder.funnelAdd(step.product, 'unitsUnknown', step.units);
    }
  }

  private sold(step: Step, outcome: ShopOutcome): void {
    const { recorder } = this;
    const amountMinor = outcome.amountMinor ?? 0;
    recorder.set.counter('orders').add(1, this.tags(step));
    recorder.set.counter('gmv').add(amountMinor, this.tags(step));
    recorder.series.add(COUNTER.orders, 1);
    recorder.funnelAdd(step.product, 'unitsPaid', outcome.units ?? step.units);
    recorder.funnelAdd(step.product, 'gmvMinor', amountMinor);
  }

  private refunded(step: Step, outcome: ShopOutcome): void {
    if (outcome.status !== 'ok') return;
    this.recorder.set.counter('refunds').add(1, this.tags(step));
    this.recorder.funnelAdd(step.product, 'unitsRefunded', step.units);
  }

  private tags(step: Step) {
    return this.recorder.tagsOf(step.room, step.persona, step.product, step.dueMs);
  }
}

function lossOf({ status, code }: ShopOutcome): FunnelField {
  if (status === 'unknown') return 'lostUnknown';
  if (code === 'sold_out' || code === 'not_open') return 'lostSoldOut';
  return code === 'card_declined' ? 'lostDeclined' : 'lostFailed';
}
