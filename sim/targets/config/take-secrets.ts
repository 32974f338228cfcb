/** Which values of a target file are secrets: what the environment gave, what stands at a telling key, and who a URL signs in as. */

import { valueAt } from '../../scenario/schema/walk.ts';
import type { Accounts } from './accounts.ts';
import type { Taken } from './environment.ts';
import { looksSecret } from '../mapping/looks-secret.ts';
import type { Secrets } from './secrets.ts';

/** Keys under which a name such as `account.token` says where something is found, and not what it is. */
const FOUND_THERE = new Set(['capture', 'messages', 'answers', 'result', 'columns', 'when']);
const URL_KEY = /(?:^|[a-z])(?:url|origin)$/i;

const MOST_OF_ACCOUNTS = 1000;

/** A port, a count, a switch: they stand everywhere, and are no secret unless their name says so. */
const PLAIN = /^(?:\d{1,5}|true|false|null|none)$/i;

export function keepSecret(document: unknown, taken: readonly Taken[], secrets: Secrets): void {
  for (const { variable, value, path } of taken) {
    if (PLAIN.test(value) && !looksSecret(variable) && !looksSecret(String(path.at(-1)))) continue;
    if (isAddress(valueAt(document, path), value, String(path.at(-1))) && !looksSecret(variable)) {
      for (const each of parametersOf(value)) secrets.add(each, variable);
    } else secrets.add(value, variable);
  }
  keepWritten(document, '', secrets);
}

/** An address is no secret, nor is its host; who it signs in as is, and is found below. `whole`: the text that the value is in. */
function isAddress(whole: unknown, value: string, key: string): boolean {
  if (!URL_KEY.test(key) || typeof whole !== 'string' || !URL.canParse(whole)) return false;
  return URL.canParse(value) || new URL(whole).host.includes(value.toLowerCase());
}

function parametersOf(value: string): Iterable<string> {
  return URL.canParse(value) ? new URL(value).searchParams.values() : [];
}

/** Of each line what stands in a telling column: a long file by its first lines, for every text is searched for all of them. */
export function keepAccounts(accounts: Accounts, secrets: Secrets): void {
  const columns = Object.keys(accounts[0] ?? {}).filter(looksSecret);
  if (columns.length === 0) return;
  for (const account of accounts.slice(0, Math.floor(MOST_OF_ACCOUNTS / columns.length)))
    for (const column of columns) secrets.add(account[column], `account.${column}`);
}

function keepWritten(value: unknown, key: string, secrets: Secrets): void {
  if (typeof value === 'string') return keepText(value, key, secrets);
  if (typeof value === 'number' && looksSecret(key)) return secrets.add(String(value), key);
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
    secrets.add(decoded(written), name);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
