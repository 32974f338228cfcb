/** A cookie jar in one text, as the header `cookie` has it. One server, one jar: domains and paths are not looked at. */

import type { HttpAnswer } from '../target.ts';

interface SetCookie {
  readonly value: string;
  /** Whether the server takes it away. */
  readonly isGone: boolean;
}

/** What an answer sets, by name. `nowMs`: for `Expires`; without it no cookie has expired. */
export function cookiesSetBy(answer: HttpAnswer, nowMs = 0): Map<string, SetCookie> {
  const found = new Map<string, SetCookie>();
  for (const line of answer.header('set-cookie')?.split('\n') ?? []) {
    const [pair, ...attributes] = line.split(';');
    const equals = pair.indexOf('=');
    if (equals <= 0) continue;
    const isGone = attributes.some((attribute) => ends(attribute, nowMs));
    found.set(pair.slice(0, equals).trim(), { value: pair.slice(equals + 1).trim(), isGone });
  }
  return found;
}

/** The jar after an answer. `jar`: `name=value; name2=value2`, or nothing yet. */
export function jarAfter(jar: string | undefined, answer: HttpAnswer, nowMs: number): string {
  const set = cookiesSetBy(answer, nowMs);
  if (set.size === 0) return jar ?? '';
  const kept = new Map((jar ? jar.split('; ') : []).map((pair) => [pair.slice(0, pair.indexOf('=')), pair] as const));
  for (const [name, { value, isGone }] of set) {
    if (isGone) kept.delete(name);
    else kept.set(name, `${name}=${value}`);
  }
  return [...kept.values()].join('; ');
}

/** RFC 6265: `Max-Age` of zero or less, or `Expires` in the past. */
function ends(attribute: string, nowMs: number): boolean {
  const [name, value = ''] = attribute.split('=').map((part) => part.trim());
  if (/^max-age$/i.test(name)) return Number(value) <= 0;
  return /^expires$/i.test(name) && Date.parse(value) <= nowMs;
}
