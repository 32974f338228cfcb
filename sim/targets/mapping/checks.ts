/** Texts of a target file that mean something: templates, paths, conditions. What cannot be read is a problem of the file. */

import { z } from 'zod';
import { didYouMean } from '../../scenario/suggest.ts';
import { condition, conditionOnValues, type Conditions } from './condition.ts';
import { pathOf } from './path.ts';
import { namesIn } from './template.ts';

/** What the tables of docs/target-reference.md call these texts. */
export const KINDS = {
  template: 'template',
  json: 'JSON template',
  headers: 'headers',
  path: 'path',
  source: 'source',
  condition: 'condition',
  steps: 'steps',
} as const;

/** Known wherever there is a viewer. A `*` stands for any name. */
export const VIEWER_NAMES = ['viewer.id', 'viewer.name', 'viewer.number', 'account.*', 'room', 'now', 'token'];

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const rules = z.record(z.string(), z.union([scalar, z.array(scalar)]));
const anyRules = z.union([rules, z.array(rules).min(1)], { error: 'a condition, such as { $.type: chat }' });

/** A text with placeholders of these names. */
export function template(names: readonly string[]) {
  return z
    .string()
    .superRefine((text, ctx) => checkNames(text, names, ctx))
    .meta({ title: KINDS.template });
}

/** A JSON value with placeholders of these names in its texts. */
export function jsonValue(names: readonly string[]) {
  return z
    .json()
    .superRefine((value, ctx) => checkNames(value, names, ctx))
    .meta({ title: KINDS.json });
}

/** Headers by names in any case; in lower case from here on. */
export function headersOf(names: readonly string[]) {
  return z
    .record(z.string(), template(names))
    .transform((headers) =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    )
    .meta({ title: KINDS.headers });
}

export const jsonPath = z
  .string()
  .superRefine((text, ctx) => {
    const problem = problemOf(() => pathOf(text));
    if (problem !== null) report(ctx, problem, 'a JSONPath, such as $.items[0].id');
  })
  .meta({ title: KINDS.path });

/** On a JSON value: `{ $.type: chat, $.id: exists }`; `statuses`: on the status of an answer as well. */
export function conditions(statuses: boolean) {
  return anyRules
    .superRefine((written, ctx) => {
      const problem = problemOf(() => condition(written as Conditions));
      if (problem !== null) report(ctx, problem, 'paths and what is expected there, such as { $.type: chat }');
      else if (!statuses && keysOf(written).includes('status'))
        report(ctx, 'a frame has no status', 'paths such as $.type');
    })
    .meta({ title: KINDS.condition });
}

/** On values: `{ session.cart: exists }`. */
export function valueConditions(names: readonly string[]) {
  return anyRules
    .superRefine((written, ctx) => {
      const problem = problemOf(() => conditionOnValues(written as Conditions));
      if (problem !== null) report(ctx, problem, 'values and what is expected of them');
      for (const name of keysOf(written)) checkName(name, names, ctx);
    })
    .meta({ title: KINDS.condition });
}

function checkNames(value: unknown, names: readonly string[], ctx: z.core.$RefinementCtx): void {
  let found: readonly string[] = [];
  const problem = problemOf(() => (found = namesIn(value)));
  if (problem !== null) report(ctx, problem, 'placeholders such as {{viewer.id}} or {{text | json}}');
  for (const name of found) checkName(name, names, ctx);
}

function checkName(name: string, names: readonly string[], ctx: z.core.$RefinementCtx): void {
  if (names.some((known) => (known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : known === name))) return;
  const expected = `a value that there is here: ${names.join(', ')}`;
  report(ctx, `there is no value "${name}" here`, expected, didYouMean(name, names));
}

/** An issue as `sim/scenario/issues.ts` words it. */
export function report(ctx: z.core.$RefinementCtx, problem: string, expected: string, hint?: string): void {
  ctx.addIssue({ code: 'custom', message: problem, params: { expected, hint: hint ?? problem, problem } });
}

/** The message of what `read` throws; null: it throws nothing. */
export function problemOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function keysOf(written: z.infer<typeof anyRules>): string[] {
  return (Array.isArray(written) ? written : [written]).flatMap((each) => Object.keys(each));
}
