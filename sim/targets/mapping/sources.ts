/** Where a value of an answer is: `$.cart.id`, `header:x-token`, `cookie:sid`, `/name="csrf" value="(.*?)"/` in the text, or `{{session.order}}`. */

import type { HttpAnswer } from '../target.ts';
import { cookiesSetBy } from './cookies.ts';
import { pathOf } from './path.ts';
import { jsonTemplate, type Values } from './template.ts';

/** An answer, with its body read once. */
export interface AnswerRead {
  readonly answer: HttpAnswer;
  /** The JSON of the body, or its text where it is none. */
  readonly value: unknown;
  readonly values: Values;
}

export interface Source {
  get(read: AnswerRead): unknown;
  /** Whether it must be there: what is read from the body must, headers and cookies are not in every answer. */
  readonly fromBody: boolean;
}

/** Throws Error for a text that is none of them. */
export function sourceOf(text: string): Source {
  const [, kind, name] = /^(header|cookie):\s*(\S+)$/.exec(text) ?? [];
  if (kind === 'header')
    return { get: ({ answer }) => answer.header(name.toLowerCase()) ?? undefined, fromBody: false };
  if (kind === 'cookie') return { get: ({ answer }) => cookiesSetBy(answer).get(name)?.value, fromBody: false };
  const pattern = /^\/(.+)\/([imsu]*)$/.exec(text);
  if (pattern) return patternSource(new RegExp(pattern[1], pattern[2]));
  if (text.includes('{{')) {
    const value = jsonTemplate(text);
    return { get: ({ values }) => value(values), fromBody: false };
  }
  const path = pathOf(text);
  return { get: ({ value }) => path(value), fromBody: true };
}

function patternSource(pattern: RegExp): Source {
  return {
    get: ({ answer }) => {
      const found = pattern.exec(answer.body);
      return found?.[1] ?? found?.[0];
    },
    fromBody: true,
  };
}
