import { excerptOf, jsonOf } from '../mapping/json.ts';
import { allOf, pathOf } from '../mapping/path.ts';
import { requestTemplate } from '../mapping/request.ts';
import type { RequestOptions } from '../mapping/step-options.ts';
import { namesIn, type Values } from '../mapping/template.ts';
import { withValues } from '../mapping/values.ts';
import type { Conversation, HttpAnswer, HttpRequest } from '../target.ts';
import type { Staff } from './staff.ts';

export interface ListOptions extends RequestOptions {
  readonly each: string;
  readonly next?: string;
  /** An only page may have no `next`. */
  readonly nextOptional?: boolean;
}

/** Where a list goes on: from there, or with the page of this number. */
interface Place {
  readonly next: string | undefined;
  readonly page: number;
}

/**
 * All rows of a list, page after page. `onAnswer`: for each answer. Throws in `then` for a page that is refused or no JSON, for pages that go in a
 * circle, and for a first page with rows that says nothing of the next one where it should: a `next` that is misspelt would read one page of many.
 */
export function listReader(
  options: ListOptions,
  name: string,
  staff: Staff,
): (values: Values, onAnswer: (answer: HttpAnswer) => void) => Conversation<readonly unknown[]> {
  const rowsOf = allOf(options.each);
  const nextOf = options.next === undefined ? () => undefined : pathOf(options.next);
  const { context } = staff;
  const named = namesIn(Object.values(options));
  const first = requestTemplate(options, context.headers, context.origin);
  const [method] = options.request.split(' ');
  const follow = requestTemplate({ ...options, request: `${method} {{next | text}}` }, context.headers, context.origin);
  const request = (values: Values, { next, page }: Place): HttpRequest => {
    const template = next === undefined || named.includes('next') ? first : follow;
    return staff.withCookies(template(withValues(values, { next, page })));
  };
  const after = (value: unknown, found: number, { page }: Place): Place | null => {
    const next = nextOf(value);
    if (options.next !== undefined && options.nextOptional !== true && next === undefined && page === 1 && found > 0)
      throw new Error(
        `${name}: there is nothing at \`next\` (${options.next}) on the first page: check the path, or say \`nextOptional: true\` if a list of one page has none`,
      );
    if (typeof next === 'string' || typeof next === 'number')
      return next === '' ? null : { next: String(next), page: page + 1 };
    return options.next === undefined && named.includes('page') && found > 0
      ? { next: undefined, page: page + 1 }
      : null;
  };
  return (values, onAnswer) => {
    const rows: unknown[] = [];
    const seen = new Set<string>();
    let before = '';
    const from = (place: Place): Conversation<readonly unknown[]> => ({
      ask: request(values, place),
      then: (answer) => {
        onAnswer(answer);
        const value = jsonOf(answer.body);
        if (answer.status >= 300 || value === undefined)
          throw new Error(`${options.request} (${name}) answered ${answer.status}: ${excerptOf(answer)}`);
        const found = rowsOf(value);
        const written = found.length === 0 ? '' : JSON.stringify(found);
        if (written !== '' && written === before)
          throw new Error(
            `${name}: page ${place.page} has the rows of the page before it: the pages go in a circle, or the shop does not know what the request asks it for`,
          );
        before = written;
        for (const row of found) rows.push(row);
        const next = after(value, found.length, place);
        if (next === null) return { end: rows };
        if (next.next !== undefined && seen.has(next.next))
          throw new Error(`${name}: the pages go in a circle at "${next.next}"`);
        if (next.next !== undefined) seen.add(next.next);
        return from(next);
      },
    });
    return from({ next: undefined, page: 1 });
  };
}
