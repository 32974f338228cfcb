/** Options of `use: http`, as they are written in a target file. */

import { z } from 'zod';
import { conditions, headersOf, jsonPath, report, template, VIEWER_NAMES } from '../mapping/checks.ts';
import { CUE_KINDS, jwtOptions } from '../mapping/options.ts';
import { hasOneBody, requestShape, stepsOf } from '../mapping/step-options.ts';

const SESSION = [...VIEWER_NAMES, 'session.*'];
const BOUGHT = [...SESSION, 'product', 'key'];
const HOST_NAMES = ['session.*', 'now', 'currency'];
const SETUP_NAMES = [...HOST_NAMES, 'room', 'product', 'title', 'stock', 'priceMinor', 'price', 'perBuyer', 'open'];
const CUE_NAMES = [...HOST_NAMES, 'cue.id', 'room', 'product', 'units', 'priceMinor', 'price', 'seconds', 'text'];
const BOOK_NAMES = ['session.*', 'now', 'since', 'sinceIso', 'next', 'page'];

const purchaseSteps = z.strictObject({
  view: stepsOf([...SESSION, 'product'])
    .describe('Somebody looks at the product.')
    .optional(),
  cart: stepsOf([...BOUGHT, 'units', 'coupon'])
    .describe('It goes into the cart.')
    .optional(),
  checkout: stepsOf(BOUGHT).describe('The cart becomes an order.').optional(),
  pay: stepsOf([...BOUGHT, 'card']).describe('The order is paid.'),
  refund: stepsOf(BOUGHT).describe('The buyer gives the order back.').optional(),
});

const setupStep = z
  .strictObject({
    ...requestShape(SETUP_NAMES),
    forEach: z
      .enum(['products', 'rooms'])
      .describe('The request is made for each product, or each room, of the show.')
      .optional(),
    ok: conditions(true).describe('When it worked. Default: any status of 2xx.').optional(),
  })
  .refine(hasOneBody, 'one of `json`, `form` and `body`, and none with GET and HEAD');
export type SetupStep = z.infer<typeof setupStep>;

const cueSteps = stepsOf(CUE_NAMES);
const host = z.strictObject({
  setup: z.array(setupStep).describe('Makes the show ready: products, prices, stock.').optional(),
  cues: z
    .partialRecord(z.enum(CUE_KINDS), cueSteps)
    .describe('What is done for each kind of cue. One that is not named is left to a person.')
    .optional(),
});
export type HostOptions = z.infer<typeof host>;

/** A table of the books: the request, where its rows are, and how to go on. */
const listShape = {
  ...requestShape(BOOK_NAMES),
  each: jsonPath.describe('The rows: $.orders[*].'),
  next: jsonPath
    .describe(
      'Path, URL or cursor of the next page; a request that names `{{next}}` is made again with it, else it is the next request. Until it is null, empty or missing.',
    )
    .optional(),
  nextOptional: z
    .boolean()
    .describe(
      'A list of one page may have nothing at `next`. Default false: then that is an error, for the path may be misspelt.',
    )
    .optional(),
};
const time = jsonPath
  .describe('When: epoch ms, epoch s, or a date by ISO 8601, in UTC where it names no zone.')
  .optional();

const orders = z
  .strictObject({
    ...listShape,
    columns: z.strictObject({
      id: jsonPath.describe('Id, as buyers were told: `orderId` of a result.'),
      buyer: jsonPath.describe('Id of the viewer: where a step has sent `{{viewer.id}}`.'),
      product: jsonPath.describe('Product, by the name it has there.'),
      units: jsonPath.describe('How many.'),
      amount: jsonPath.describe('Of the whole order, as the buyer was told.'),
      status: jsonPath.describe('Its status, where that is pending, paid, refunded or cancelled.').optional(),
      at: time,
    }),
    buyerPattern: z
      .string()
      .superRefine((text, ctx) => {
        if (!isPattern(text)) report(ctx, 'it is no regular expression with a group', 'such as ^(.+)@shop\\.test$');
      })
      .describe('Finds the id of the viewer in the column `buyer`: the first group. Default: all of it.')
      .optional(),
    pending: conditions(false).describe('When an order is not paid yet.').optional(),
    paid: conditions(false).describe('When an order is paid: { $.status: [PAID, SHIPPED] }.').optional(),
    refunded: conditions(false).describe('When an order was given back.').optional(),
    cancelled: conditions(false).describe('When an order will not be paid.').optional(),
  })
  .refine(hasOneBody, 'one of `json`, `form` and `body`, and none with GET and HEAD');
export type OrdersOptions = z.infer<typeof orders>;

const stock = z
  .strictObject({
    ...listShape,
    columns: z.strictObject({
      product: jsonPath.describe('Product, by the name it has there.'),
      stocked: jsonPath.describe('Units when the run began, and every restock since.').optional(),
      sold: jsonPath.describe('Units in paid orders of this run.').optional(),
      left: jsonPath.describe('Units on the shelf.').optional(),
      held: z
        .union([jsonPath, z.literal(0)], { error: 'a JSONPath, or 0 for a shop that holds nothing' })
        .describe('Units in carts and unpaid orders. 0: stock leaves the shelf only when it is paid.')
        .optional(),
    }),
  })
  .refine(hasOneBody, 'one of `json`, `form` and `body`, and none with GET and HEAD');
export type StockOptions = z.infer<typeof stock>;

const payments = z
  .strictObject({
    ...listShape,
    columns: z.strictObject({
      id: jsonPath.describe('Id of the payment.'),
      order: jsonPath.describe('Id of its order.'),
      amount: jsonPath.describe('What was charged.'),
      status: jsonPath.describe('Its status, where that is captured, declined or refunded.').optional(),
      at: time,
    }),
    captured: conditions(false).describe('When money was taken.').optional(),
    declined: conditions(false).describe('When none was taken.').optional(),
    refunded: conditions(false).describe('When it was given back.').optional(),
  })
  .refine(hasOneBody, 'one of `json`, `form` and `body`, and none with GET and HEAD');
export type PaymentsOptions = z.infer<typeof payments>;

const books = z.strictObject({
  orders: orders.describe('The orders.'),
  stock: stock.describe('What is on the shelf.').optional(),
  payments: payments.describe('The charges.').optional(),
});
export type BooksOptions = z.infer<typeof books>;

const admin = z.strictObject({
  headers: headersOf(['session.*']).describe('Headers of all requests of the host and of the books.').optional(),
  signIn: stepsOf(['session.*', 'now'])
    .describe('Requests before them; what they capture is in `session.name`.')
    .optional(),
});

export const httpOptions = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/[^/{}]+\/?$/, 'https://shop.example.com, without a path')
    .describe('The shop.'),
  headers: headersOf(SESSION).describe('Headers of all requests of viewers.').optional(),
  products: z
    .record(z.string(), z.string())
    .describe('Names of the scenario and what they are called there.')
    .optional(),
  money: z.enum(['minor', 'major']).describe('How the shop writes amounts: 1250 or 12.50. Default minor.').optional(),
  minorDigits: z.int().min(0).max(4).describe('Digits of the minor unit, with `money: major`. Default 2.').optional(),
  cookies: z
    .boolean()
    .describe('Keep the cookies of the shop for each viewer, in `account.cookie`. Default false.')
    .optional(),
  cards: z
    .strictObject({ good: z.string(), declined: z.string() })
    .describe('What `{{card}}` is for a card that is good and for one that is declined. Default: good, declined.')
    .optional(),
  jwt: jwtOptions.describe('Makes `{{token}}` for every viewer.').optional(),
  arrive: stepsOf(SESSION).describe('What a viewer does before it enters the room, such as signing in.').optional(),
  steps: purchaseSteps.describe('The steps of a purchase. One that is not named is done without asking.'),
  health: template([])
    .regex(/^(GET|HEAD) \//, 'GET /healthz')
    .nullable()
    .describe('A cheap request that is answered when the shop is well. Default: GET /. null: there is none.')
    .optional(),
  admin: admin.describe('How the host and the books sign in.').optional(),
  host: z
    .union([z.literal('manual'), host], { error: 'manual, or { setup: [...], cues: {...} }' })
    .describe('What the host does. `manual`: a person drives the show. Default manual.')
    .optional(),
  books: books.describe('The books of the shop, read after the run.').optional(),
});
export type HttpOptions = z.infer<typeof httpOptions>;

function isPattern(text: string): boolean {
  try {
    // With nothing to match, the groups of a pattern are counted by what it finds.
    return (new RegExp(`${text}|`).exec('')?.length ?? 1) > 1;
  } catch {
    return false;
  }
}
