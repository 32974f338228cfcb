/** HTTP steps as they are written in a target file: requests one after another, and what their answers mean. */

import { z } from 'zod';
import { conditions, headersOf, KINDS, jsonValue, problemOf, report, template, valueConditions } from './checks.ts';
import { sourceOf } from './sources.ts';

const METHODS = 'GET|HEAD|POST|PUT|PATCH|DELETE';

/** What an answer can mean. `retry` and `unknown` are the same outcome: nobody knows, and a buyer tries again. */
export const MEANINGS = [
  'ok',
  'sold_out',
  'not_open',
  'limit_reached',
  'card_declined',
  'expired',
  'throttled',
  'refused',
  'retry',
  'unknown',
] as const;

/** Where a value of an answer is. */
export const source = z
  .string()
  .superRefine((text, ctx) => {
    const problem = problemOf(() => sourceOf(text));
    if (problem !== null)
      report(ctx, problem, '$.path, header:name, cookie:name, /pattern with (a group)/ or {{a value}}');
  })
  .meta({ title: KINDS.source });

const result = z.strictObject({
  priceMinor: source.describe('Price of one unit.').optional(),
  amountMinor: source.describe('Of the whole order: what is due, was charged, or was given back.').optional(),
  discountMinor: source.describe('What is taken off the whole cart.').optional(),
  units: source.describe('How many units.').optional(),
  cartId: source.describe('Id of the cart.').optional(),
  orderId: source.describe('Id of the order, as the books have it.').optional(),
  paymentId: source.describe('Id of the payment, as the books have it.').optional(),
});

const keptName = z
  .string()
  .regex(/^(session|account)\.\w+$/, 'session.name (for this purchase) or account.name (for the viewer)');

/** The request of a step: a shape, for schemas that add to it. `names`: the placeholders that there are. */
export function requestShape(names: readonly string[]) {
  return {
    request: template(names)
      .regex(new RegExp(`^(${METHODS}) (/|\\{\\{)`), 'a method and a path, such as POST /cart')
      .describe('Method and path. Values are encoded for a URL; `{{session.next | text}}` is not.'),
    origin: z
      .string()
      .regex(/^https?:\/\/[^/{}]+$/, 'https://pay.example.com, without a path')
      .describe('Where to, when it is another server than that of `url`.')
      .optional(),
    headers: headersOf(names).describe('Headers. One whose value comes out empty is not sent.').optional(),
    json: jsonValue(names).describe('Body, as JSON.').optional(),
    form: z.record(z.string(), template(names)).describe('Body, as a form.').optional(),
    body: template(names).describe('Body, as it is; say its content-type in `headers`.').optional(),
  };
}

/** One step or a list of steps. */
export function stepsOf(names: readonly string[]) {
  const step = stepOf(names);
  const list = z.union([step.transform((one) => [one]), z.array(step).min(1)], { error: 'a step, or a list of steps' });
  return list.meta({ title: KINDS.steps });
}

/** One step. */
export function stepOf(names: readonly string[]) {
  return z
    .strictObject({
      ...requestShape(names),
      capture: z
        .record(keptName, source)
        .describe('What is kept of an answer that is ok, under `session.name` or `account.name`.')
        .optional(),
      answers: z
        .partialRecord(z.enum(MEANINGS), conditions(true))
        .describe(
          'What answers mean; the first that fits, in the order written. What fits none is judged by its status.',
        )
        .optional(),
      result: result.describe('What the answer says of the order.').optional(),
      skip: valueConditions(names).describe('When the step is left out, such as { session.cart: exists }.').optional(),
    })
    .refine(hasOneBody, 'one of `json`, `form` and `body`, and none with GET and HEAD');
}

export type StepOptions = z.infer<ReturnType<typeof stepsOf>>[number];

/** What a request is made of. */
export interface RequestOptions {
  readonly request: string;
  readonly origin?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function hasOneBody({ request, json, form, body }: RequestOptions): boolean {
  const bodies = [json, form, body].filter((each) => each !== undefined).length;
  return /^(GET|HEAD) /.test(request) ? bodies === 0 : bodies <= 1;
}
