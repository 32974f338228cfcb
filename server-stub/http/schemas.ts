/** JSON Schema of every body and of the headers that matter. Nothing is coerced, filled in or removed. */

const id = { type: 'string', minLength: 1, maxLength: 200 } as const;
const text = { type: 'string', maxLength: 500 } as const;
const moneyMinor = { type: 'integer', minimum: 0, maximum: 1_000_000_000 } as const;
const count = (minimum: number, maximum = 1_000_000_000) => ({ type: 'integer', minimum, maximum }) as const;

function body(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

function keyHeader(required: boolean) {
  return {
    type: 'object',
    // 255 characters, as Stripe allows.
    properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 255 } },
    required: required ? ['idempotency-key'] : [],
  };
}

export const cartSchema = {
  headers: keyHeader(false),
  body: body({ viewer: id, product: id, units: count(1, 1000), coupon: id }, ['coupon']),
};
export const checkoutSchema = { headers: keyHeader(false), body: body({ viewer: id, cart: id }) };
export const paymentSchema = {
  headers: keyHeader(true),
  body: body({ viewer: id, order: id, card: { enum: ['tok_good', 'tok_declined'] } }),
};
export const refundSchema = { headers: keyHeader(true), body: body({ order: id }) };

const product = body(
  {
    id,
    title: text,
    priceMinor: moneyMinor,
    stock: count(0),
    perBuyer: { type: ['integer', 'null'], minimum: 1 },
    open: { type: 'boolean' },
    coupon: body({ code: id, percentOff: { type: 'number', exclusiveMinimum: 0, maximum: 100 } }),
  },
  ['open', 'coupon'],
);
export const showSchema = {
  body: body(
    {
      rooms: { type: 'array', items: id, minItems: 1, uniqueItems: true },
      currency: { type: 'string', pattern: '^[A-Z]{3}$' },
      holdMs: { type: 'number', minimum: 1 },
      products: { type: 'array', items: product },
      force: { type: 'boolean' },
    },
    ['force'],
  ),
};

const cueProperties = {
  id,
  room: id,
  kind: { enum: ['pin', 'countdown', 'drop', 'close', 'price', 'restock', 'call', 'giveaway'] },
  product: id,
  text,
  seconds: { type: 'number', minimum: 0 },
  priceMinor: moneyMinor,
  units: count(1),
};
/** A cue of this kind is about nothing without these. */
function needs(kinds: readonly string[], required: readonly string[]) {
  return { if: { properties: { kind: { enum: kinds } } }, then: { required } };
}
export const cueSchema = {
  body: {
    ...body(cueProperties, ['product', 'text', 'seconds', 'priceMinor', 'units']),
    allOf: [
      needs(['countdown', 'drop', 'close', 'price', 'restock'], ['product']),
      needs(['countdown'], ['seconds']),
      needs(['price'], ['priceMinor']),
      needs(['restock'], ['units']),
    ],
  },
};
