import { rejected } from './refusals.ts';
import type { ShopOrder } from './shop-queries.ts';
import type { ShopOutcome, TargetViewer } from '../target.ts';

/** What a buyer is told of an order at each step. Amounts are those of the goods: a cart promises a price before it knows where the parcel goes. */

export function cartOf(order: ShopOrder, variant: string, { session }: TargetViewer): ShopOutcome {
  const line = order.lines.find(({ productVariant }) => productVariant.id === variant);
  if (line === undefined || line.quantity === 0) return rejected('sold_out');
  session.order = order.code;
  const listed = order.lines.reduce((sum, { quantity, unitPriceWithTax }) => sum + quantity * unitPriceWithTax, 0);
  return {
    status: 'ok',
    code: 'ok',
    cartId: order.code,
    units: line.quantity,
    priceMinor: line.unitPriceWithTax,
    discountMinor: listed - order.subTotalWithTax,
  };
}

export function dueOf(order: ShopOrder, { session }: TargetViewer): ShopOutcome {
  session.order = order.code;
  return {
    status: 'ok',
    code: 'ok',
    orderId: order.code,
    units: unitsOf(order),
    amountMinor: order.subTotalWithTax,
  };
}

export function paidOf(order: ShopOrder): ShopOutcome {
  const taken = (order.payments ?? []).filter(({ state }) => state === 'Settled' || state === 'Authorized');
  const charged = taken.reduce((sum, { amount }) => sum + amount, 0);
  return {
    status: 'ok',
    code: 'ok',
    orderId: order.code,
    units: unitsOf(order),
    amountMinor: charged - order.shippingWithTax,
    ...(taken.length > 0 ? { paymentId: taken[taken.length - 1].id } : {}),
  };
}

function unitsOf({ lines }: ShopOrder): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}
