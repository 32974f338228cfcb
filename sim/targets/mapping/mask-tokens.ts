/** What nobody should read in a text that others wrote, such as the body of an answer: found by the name that it stands at. */

import { looksSecret } from './looks-secret.ts';

/** A name and the beginning of its value, in JSON. Within a string of JSON, and deeper, quotes have backslashes before them: the same at each. */
const FIELD = /(?<!\\)(\\*)"([^"\\]{1,80})\1"(\s*:\s*)(?:\1"|(-?\d[\d.eE+-]*))/g;
/** In URLs, forms and cookies. */
const PARAMETER = /(?<![\w.%[\]-])([\w.[\]-]{1,80})=(\{\{[^{}]*\}\}|[^&#;\s"'\\<>]+)/g;
const BEARER = /\b(Bearer\s+)([\w.~+/=-]{16,})/gi;
const JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;
/** What was hidden by its name before, and placeholders. */
const TELLS_NOTHING = /^(?:[A-Za-z]+ )?(?:\[[\w.$-]+\]|\{\{[^{}]*\}\})$/;

/** What stands in the place of a secret of this name. */
type Mask = (name: string) => string;
const HIDDEN: Mask = () => '[hidden]';

/**
 * The text without the values at keys of JSON, fields of forms and parameters of URLs whose names look like a secret, and without bearer tokens. The text
 * may be cut anywhere, and may be a line of JSON that quotes another: what was JSON stays JSON. Lists and objects at such a key are left alone.
 */
export function maskTokens(text: string, mask: Mask = HIDDEN): string {
  return maskFields(text, mask)
    .replaceAll(PARAMETER, (all, name: string, value: string) =>
      looksSecret(name) && !TELLS_NOTHING.test(value) ? `${name}=${mask(name)}` : all,
    )
    .replaceAll(BEARER, (_, word: string) => `${word}${mask('token')}`)
    .replaceAll(JWT, () => mask('token'));
}

function maskFields(text: string, mask: Mask): string {
  const parts: string[] = [];
  let from = 0;
  FIELD.lastIndex = 0;
  for (let found = FIELD.exec(text); found !== null; found = FIELD.exec(text)) {
    const [all, slashes, name, colon, number] = found;
    const startsAt = found.index + all.length;
    // A string that is no secret may be JSON itself: the search goes on within it.
    if (!looksSecret(name)) continue;
    const endsAt = number === undefined ? endOfString(text, startsAt, slashes.length + 1) : startsAt;
    FIELD.lastIndex = endsAt;
    const value = number ?? text.slice(startsAt, endsAt);
    if (value === '' || TELLS_NOTHING.test(value)) continue;
    const quote = `${slashes}"`;
    const hidden = `${quote}${name}${quote}${colon}${quote}${mask(name)}`;
    parts.push(text.slice(from, found.index), number === undefined ? hidden : `${hidden}${quote}`);
    from = endsAt;
  }
  return from === 0 ? text : parts.join('') + text.slice(from);
}

/**
 * Where the string ends that begins at `from`, or where the text around it does. `unit`: how many characters a backslash of this string is written as: 1, and twice
 * as many within each string around it. Its own quotes have an even number of them before them, and are written with `unit - 1` more.
 */
function endOfString(text: string, from: number, unit: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - slashes > from && text[at - slashes - 1] === '\\') slashes++;
    const units = (slashes + 1) / unit;
    // Half a unit: a quote of a string around it, for the text was cut before this one ended.
    if (!Number.isInteger(units)) return at - slashes;
    if (units % 2 === 1) return at - (unit - 1);
  }
  return text.length;
}
