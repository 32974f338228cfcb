import type { Crowd } from '../../crowd/crowd.ts';
import type { CompiledScenario } from '../../crowd/compiled.ts';
import { INTENT, INTENT_NAMES, type IntentKind } from '../../crowd/intents.ts';
import { drawCardDeclined, drawsCoupon, drawUnits } from '../../crowd/viewer.ts';
import type { StepKind } from '../../ledger/history.ts';
import type { ShopIntent, ShopOutcome, TargetViewer } from '../../targets/target.ts';
import type { RequestId } from '../history/purchase-log.ts';

/** One request of a purchase, from the intent to its outcome. */
export interface Step {
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
  readonly id: RequestId;
  /** Who asks, for the connections; a second device, or a second tap, has its own. */
  readonly client: number;
  /** How the attempt before this one ended. */
  readonly before: ShopOutcome | null;
}

/** What a step is made of. */
export interface StepRequest {
  readonly kind: IntentKind;
  readonly row: number;
  readonly viewer: TargetViewer;
  readonly dueMs: number;
  readonly product: number;
  readonly attempt: number;
}

/** Behind the number of a purchase on a buyer's second device. */
const SECOND_DEVICE = 'b';

export interface StepMaker {
  readonly scenario: CompiledScenario;
  readonly crowd: () => Crowd;
  readonly runId: string;
}

/** Words and numbers of one request. `sentMs`: event time. */
export function makeStep(
  { scenario, crowd, runId }: StepMaker,
  { kind, row, viewer, dueMs, product, attempt }: StepRequest,
  sentMs: number,
  { isSecond = false, before = null }: { isSecond?: boolean; before?: ShopOutcome | null } = {},
): Step {
  const { rows } = crowd();
  const persona = scenario.personas[rows.persona[row]];
  const { [row]: cue } = rows.shopCue;
  const { [row]: generation } = rows.generation;
  const { id: productId, coupon } = scenario.products[product];
  const units = drawUnits(rows, row, persona, cue);
  const purchaseId = `${viewer.id}/${cue}${isSecond ? SECOND_DEVICE : ''}`;
  const step = INTENT_NAMES[kind] as StepKind;
  const idempotencyKey = `${runId}/${purchaseId}/${step}`;
  const intent = ((): ShopIntent => {
    switch (kind) {
      case INTENT.cart: {
        const entersCoupon = coupon !== null && drawsCoupon(rows, row, persona, cue);
        return { kind: 'cart', productId, units, idempotencyKey, ...(entersCoupon ? { coupon: coupon.code } : {}) };
      }
      case INTENT.checkout:
        return { kind: 'checkout', productId, idempotencyKey };
      case INTENT.pay: {
        const card = drawCardDeclined(rows, row, persona, cue) ? 'declined' : 'good';
        return { kind: 'pay', productId, idempotencyKey, card };
      }
      case INTENT.refund:
        return { kind: 'refund', productId, idempotencyKey };
      default:
        return { kind: 'view', productId };
    }
  })();
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
    sentMs,
    viewer,
    intent,
    id: { purchaseId, step, attempt },
    client: clientNumber(row, generation, isSecond),
    before,
  };
}

/** A row serves one viewer after another. Exact for two million of them. */
export function clientNumber(row: number, generation: number, isSecond: boolean): number {
  return (generation * 2 ** 31 + row) * 2 + (isSecond ? 1 : 0);
}
