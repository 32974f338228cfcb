import type { ErrorResult } from './refusals.ts';

/** What is read of every order. */
export interface ShopOrder {
  readonly type: 'Order';
  readonly code: string;
  readonly state: string;
  /** Of the goods, after every discount. */
  readonly subTotalWithTax: number;
  readonly shippingWithTax: number;
  readonly lines: readonly {
    readonly id: string;
    readonly quantity: number;
    readonly unitPriceWithTax: number;
    readonly productVariant: { readonly id: string };
  }[];
  readonly payments?: readonly { readonly id: string; readonly amount: number; readonly state: string }[] | null;
}

export type OrderResult =
  | ShopOrder
  | (ErrorResult & { readonly type: 'InsufficientStockError'; readonly order: ShopOrder })
  | (ErrorResult & { readonly type: string });

/** States in which the shop has sold. */
export const SOLD = ['PaymentAuthorized', 'PaymentSettled'];

const ORDER = `type: __typename code state subTotalWithTax shippingWithTax
  lines { id quantity unitPriceWithTax productVariant { id } }`;
const PAID_ORDER = `${ORDER} payments { id amount state }`;
const RESULT = `... on Order { ${ORDER} } ... on ErrorResult { type: __typename errorCode message }`;

export interface PageVariant {
  readonly id: string;
  readonly sku: string;
  readonly priceWithTax: number;
}

/** Cheap: the API is there. */
export const PING = '{ __typename }';

export const PAGE = 'query ($slug: String!) { result: product(slug: $slug) { variants { id sku priceWithTax } } }';

export const ADD_ITEM = `mutation ($variant: ID!, $units: Int!) {
  result: addItemToOrder(productVariantId: $variant, quantity: $units) {
    ${RESULT} ... on InsufficientStockError { quantityAvailable order { ${ORDER} } }
  }
}`;

export const ADJUST_LINE = `mutation ($line: ID!, $units: Int!) {
  result: adjustOrderLine(orderLineId: $line, quantity: $units) {
    ${RESULT} ... on InsufficientStockError { quantityAvailable order { ${ORDER} } }
  }
}`;

export const APPLY_COUPON = `mutation ($coupon: String!) {
  result: applyCouponCode(couponCode: $coupon) { ${RESULT} }
}`;

export const ACTIVE_ORDER = `{ result: activeOrder { ${ORDER} } }`;

export const ORDER_BY_CODE = `query ($code: String!) { result: orderByCode(code: $code) { ${PAID_ORDER} } }`;

export const SET_CUSTOMER = `mutation ($customer: CreateCustomerInput!) {
  result: setCustomerForOrder(input: $customer) { ${RESULT} }
}`;

export const SET_ADDRESS = `mutation ($address: CreateAddressInput!) {
  result: setOrderShippingAddress(input: $address) { ${RESULT} }
}`;

export const SHIPPING_METHODS = '{ result: eligibleShippingMethods { id code } }';

export const SET_SHIPPING = `mutation ($method: [ID!]!) {
  result: setOrderShippingMethod(shippingMethodId: $method) { ${RESULT} }
}`;

export const ARRANGE = `mutation {
  result: transitionOrderToState(state: "ArrangingPayment") {
    ${RESULT} ... on OrderStateTransitionError { transitionError fromState }
  }
}`;

export const PAY = `mutation ($payment: PaymentInput!) {
  result: addPaymentToOrder(input: $payment) {
    ... on Order { ${PAID_ORDER} }
    ... on ErrorResult { type: __typename errorCode message }
    ... on IneligiblePaymentMethodError { eligibilityCheckerMessage }
  }
}`;
