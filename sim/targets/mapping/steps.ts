/** HTTP steps -> a conversation. */

import type { Conversation, HttpAnswer, ShopOutcome } from '../target.ts';
import { meaningReader, type Meaning } from './answers.ts';
import { conditionOnValues } from './condition.ts';
import { jarAfter } from './cookies.ts';
import { excerptOf, jsonOf } from './json.ts';
import { maskTokens } from './mask-tokens.ts';
import { minorReader, wholeIn, type MoneyOptions } from './money.ts';
import { requestTemplate } from './request.ts';
import { sourceOf, type AnswerRead } from './sources.ts';
import type { StepOptions } from './step-options.ts';
import type { Values } from './template.ts';

/** What the requests of a part have in common. */
export interface StepsContext extends MoneyOptions {
  /** `https://shop.example.com`. */
  readonly origin: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Keep the server's cookies in `account.cookie`, and send them. Not those of other origins. */
  readonly cookies: boolean;
  epochMs(): number;
}

/** Where captures are kept. */
export interface Kept {
  readonly session: Record<string, string>;
  readonly account: Record<string, string>;
}

type StepResult = Omit<ShopOutcome, 'status' | 'code'>;
/** How steps ended: with the first answer that is not ok, or with the last. */
interface StepsEnd extends Meaning {
  readonly result: StepResult;
}

/**
 * Throws Error for steps that cannot be read. What is made of them throws only in `then`: for an answer that cannot be read, or after which the next request
 * cannot be made.
 */
export function stepRunner(
  options: readonly StepOptions[],
  context: StepsContext,
): (values: Values, kept: Kept) => Conversation<StepsEnd> {
  const steps = options.map((step) => stepOf(step, context));
  const from = (index: number, values: Values, kept: Kept, result: StepResult): Conversation<StepsEnd> => {
    const step = steps[index];
    if (step === undefined) return { end: { status: 'ok', code: 'ok', result } };
    if (step.isSkipped(values)) return from(index + 1, values, kept, result);
    return {
      ask: step.request(values, kept),
      then: (answer) => {
        const { meaning, result: more } = step.read(answer, values, kept);
        const all = { ...result, ...more };
        return meaning.status === 'ok' ? from(index + 1, values, kept, all) : { end: { ...meaning, result: all } };
      },
    };
  };
  return (values, kept) => {
    try {
      return from(0, values, kept, {});
    } catch {
      // A captured URL that leads to another server. Nothing was sent.
      return { end: { status: 'rejected', code: 'refused', result: {} } };
    }
  };
}

function stepOf(options: StepOptions, context: StepsContext) {
  const request = requestTemplate(options, context.headers, context.origin);
  const isSkipped = options.skip === undefined ? () => false : conditionOnValues(options.skip);
  const meaningOf = meaningReader(options.answers);
  const capture = captureOf(options.capture);
  const resultOf = resultReader(options.result, context);
  const hasJar = context.cookies && (options.origin ?? context.origin) === context.origin;
  return {
    isSkipped,
    request: (values: Values, { account }: Kept) => {
      const made = request(values);
      if (!hasJar || !account.cookie || made.headers?.cookie !== undefined) return made;
      return { ...made, headers: { ...made.headers, cookie: account.cookie } };
    },
    read: (answer: HttpAnswer, values: Values, kept: Kept): { meaning: Meaning; result: StepResult } => {
      if (hasJar) kept.account.cookie = jarAfter(kept.account.cookie, answer, context.epochMs());
      try {
        const read = { answer, values, value: jsonOf(answer.body) ?? answer.body };
        const meaning = meaningOf(answer, read.value);
        if (meaning.status !== 'ok') return { meaning, result: {} };
        capture(read, kept);
        return { meaning, result: resultOf(read) };
      } catch (error) {
        throw new Error(`${options.request}: ${maskTokens((error as Error).message)}`, { cause: error });
      }
    },
  };
}

/** Throws Error, when it is used, for something that the body should have and has not. */
function captureOf(capture: StepOptions['capture']): (read: AnswerRead, kept: Kept) => void {
  const entries = Object.entries<string>(capture ?? {}).map(([name, text]) => {
    const [where, key] = name.split('.') as ['session' | 'account', string];
    return { name, where, key, text, source: sourceOf(text) };
  });
  return (read, kept) => {
    for (const { name, where, key, text, source } of entries) {
      const value = source.get(read);
      if (value !== undefined && value !== null)
        kept[where][key] = typeof value === 'object' ? JSON.stringify(value) : String(value);
      else if (source.fromBody) throw new Error(`no ${text} to keep as ${name} in ${excerptOf(read.answer)}`);
    }
  };
}

const AMOUNTS: readonly string[] = ['priceMinor', 'amountMinor', 'discountMinor'];

/** What is not there is left out; what is there and no number throws Error where a number is wanted. */
function resultReader(result: StepOptions['result'], money: MoneyOptions): (read: AnswerRead) => StepResult {
  const minor = minorReader(money);
  const entries = Object.entries<string>(result ?? {}).map(([name, text]) => {
    const convert = AMOUNTS.includes(name) ? minor : name === 'units' ? wholeIn : idIn;
    return { name, text, source: sourceOf(text), convert };
  });
  return (read) => {
    const found: Record<string, unknown> = {};
    for (const { name, text, source, convert } of entries) {
      try {
        const value = convert(source.get(read));
        if (value !== undefined) found[name] = value;
      } catch (error) {
        throw new Error(`${name} (${text}): ${(error as Error).message}`, { cause: error });
      }
    }
    return found;
  };
}

function idIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}
