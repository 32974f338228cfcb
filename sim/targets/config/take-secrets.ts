/** Which values of a target file are secrets: what the environment gave, what stands at a telling key, and who a URL signs in as. */

import type { Taken } from './environment.ts';
import { looksSecret } from './looks-secret.ts';
import type { Secrets } from './secrets.ts';

/** Keys under which a name such as `account.token` says where something is found, and not what it is. */
const FOUND_THERE = new Set(['capture', 'messages', 'answers', 'result', 'columns', 'when']);
const URL_KEY = /(?:^|[a-z])(?:url|origin)$/i;

/** A port, a count, a switch: they stand everywhere, and are no secret unless their name says so. */
const PLAIN = /^(?:\d{1,5}|true|false|null|none)$/i;

export function keepSecret(document: unknown, taken: readonly Taken[], secrets: Secrets): void {
  for (const { variable, value, path } of taken) {
    if (PLAIN.test(value) && !looksSecret(variable) && !looksSecret(String(path.at(-1)))) continue;
    // An address is no secret; who it signs in as is, and is found below.
    const isAddress = URL_KEY.test(String(path.at(-1))) && !looksSecret(variable);
    if (!(isAddress && URL.canParse(value))) secrets.add(value, variable);
    else for (const each of new URL(value).searchParams.values()) secrets.add(each, variable);
  }
  keepWritten(document, '', secrets);
}

function keepWritten(value: unknown, key: string, secrets: Secrets): void {
  if (typeof value === 'string') return keepText(value, key, secrets);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    if (FOUND_THERE.has(name)) continue;
    // `headers: { authorization: ... }`; of a list, each item stands at the key of the list.
    keepWritten(each, Array.isArray(value) ? key : name, secrets);
  }
}

function keepText(text: string, key: string, secrets: Secrets): void {
  if (URL.canParse(text)) keepUserOf(new URL(text), secrets);
  if (text.includes('{{') || !looksSecret(key)) return;
  secrets.add(text, key);
  // `Bearer abc`: the word before it may be missing elsewhere.
  const behind = /^\w+\s+(\S+)$/.exec(text)?.[1];
  if (behind !== undefined) secrets.add(behind, key);
}

function keepUserOf({ username, password }: URL, secrets: Secrets): void {
  for (const [written, name] of [
    [username, 'user'],
    [password, 'password'],
  ]) {
    secrets.add(written, name);
    secrets.add(decodeURIComponent(written), name);
  }
}
