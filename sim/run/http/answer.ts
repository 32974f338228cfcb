import type { HttpAnswer } from '../../targets/target.ts';

/** Its headers are looked up as they came: most answers are never asked for one. */
export class Answer implements HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** Names and values in turn. Out of the reach of logs: there are secrets in them. */
  readonly #headers: readonly Buffer[];

  constructor(status: number, body: string, headers: readonly Buffer[]) {
    this.status = status;
    this.body = body;
    this.#headers = headers;
  }

  header(name: string): string | null {
    return headerOf(this.#headers, name);
  }
}

/** `name`: in lower case. Several of one name are joined by `, `, but for `set-cookie`: by a line break. */
export function headerOf(headers: readonly Buffer[], name: string): string | null {
  let found: string | null = null;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i].length !== name.length || headers[i].toString('latin1').toLowerCase() !== name) continue;
    const value = headers[i + 1].toString('latin1');
    if (found === null) found = value;
    // A date in a cookie has a comma in it.
    else found += (name === 'set-cookie' ? '\n' : ', ') + value;
  }
  return found;
}
