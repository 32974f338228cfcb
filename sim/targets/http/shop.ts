import { mapEnd } from '../mapping/conversation.ts';
import { stepRunner, type StepsContext } from '../mapping/steps.ts';
import type { Values } from '../mapping/template.ts';
import { theirName, withValues } from '../mapping/values.ts';
import type { ShopIntent, ShopTarget, TargetViewer } from '../target.ts';
import type { HttpOptions } from './options.ts';

/** The steps of a purchase, by the steps of the target file. */
export function shopTarget(
  { steps, products, cards }: HttpOptions,
  context: StepsContext,
  values: (viewer: TargetViewer) => Values,
): ShopTarget {
  const toTheirs = theirName(products);
  const runner = (kind: ShopIntent['kind']) => {
    const written = steps[kind];
    return written === undefined ? null : stepRunner(written, context);
  };
  const run = {
    view: runner('view'),
    cart: runner('cart'),
    checkout: runner('checkout'),
    pay: runner('pay'),
    refund: runner('refund'),
  };
  return {
    origin: context.origin,
    refusesInBody: refusesInBody(steps),
    step: (intent, viewer) => {
      const steps = run[intent.kind];
      if (steps === null) return { end: { status: 'ok', code: 'ok' } };
      const known = withValues(values(viewer), {
        ...boughtValues(intent, cards),
        product: toTheirs(intent.productId),
      });
      return mapEnd(steps(known, viewer), ({ status, code, result }) => ({ status, code, ...result }));
    },
  };
}

/** The file says that the truth is in the body: a refusal is told by something else than the status. */
function refusesInBody(steps: HttpOptions['steps']): boolean {
  const written = Object.values(steps).flat();
  return written.some((step) =>
    Object.entries(step?.answers ?? {}).some(
      ([code, rules]) => code !== 'ok' && [rules].flat().some((rule) => !('status' in (rule as object))),
    ),
  );
}

function boughtValues(intent: ShopIntent, cards: HttpOptions['cards']): Values {
  switch (intent.kind) {
    case 'view':
      return {};
    case 'cart':
      return { key: intent.idempotencyKey, units: intent.units, coupon: intent.coupon };
    case 'checkout':
    case 'refund':
      return { key: intent.idempotencyKey };
    case 'pay':
      return { key: intent.idempotencyKey, card: cards?.[intent.card] ?? intent.card };
  }
}
