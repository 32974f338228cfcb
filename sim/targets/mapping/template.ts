/**
 * Texts and JSON values with placeholders: `{{room}}`, `{{viewer.id}}`, `{{text | json}}`. A value that is not there becomes nothing: an
 * empty text, or in JSON, where a placeholder stands alone, its key is left out. Names are checked when a target file is loaded.
 */

/** Nested: `{ viewer: { id }, account: { token }, room }`. */
export type Values = { readonly [name: string]: unknown };

type Render = (values: Values) => unknown;

/** What may stand behind the `|`. */
const FILTERS = {
  /** As JSON, with the quotes of a text. */
  json: (value: unknown): unknown => JSON.stringify(value ?? null),
  /** For a part of a URL. */
  url: (value: unknown): unknown => encodeURIComponent(textOf(value)),
  /** As a text as it is: keeps a URL from being encoded, and a number in JSON from being a number. */
  text: (value: unknown): unknown => textOf(value),
  /** What is kept from an answer is text; in JSON this makes a number of it again. */
  number: (value: unknown): unknown => numberOf(value),
} as const;
type Filter = keyof typeof FILTERS;

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const INSIDE = /^\s*([\w-]+(?:\.[\w-]+)*)\s*(?:\|\s*(\w+)\s*)?$/;

interface Placeholder {
  readonly name: string;
  readonly filter: Filter | null;
}

/** A text. `usual`: the filter of placeholders that name none, such as `url` for a URL. Throws Error for a template that cannot be read. */
export function textTemplate(text: string, usual: Filter = 'text'): (values: Values) => string {
  const { literals, placeholders } = parse(text);
  if (placeholders.length === 0) return () => text;
  const renders = placeholders.map(({ name, filter }) => renderer(name, filter ?? usual));
  return (values) => {
    let out = literals[0];
    for (let i = 0; i < renders.length; i++) out += textOf(renders[i](values)) + literals[i + 1];
    return out;
  };
}

/** A JSON value with placeholders in its texts; a text that is one placeholder and nothing else becomes the value itself. */
export function jsonTemplate(value: unknown): (values: Values) => unknown {
  if (typeof value === 'string') return stringTemplate(value);
  if (Array.isArray(value)) {
    const items = value.map(jsonTemplate);
    return (values) => items.map((item) => item(values) ?? null);
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => [key, jsonTemplate(each)] as const);
    return (values) => objectOf(entries, values);
  }
  return () => value;
}

/** Names of all placeholders in a text, or in the texts of a JSON value; each once. Throws Error for a template that cannot be read. */
export function namesIn(value: unknown): string[] {
  const names = new Set<string>();
  collect(value, names);
  return [...names];
}

/** What a name such as `viewer.id` stands for; undefined: there is no such value. */
export function valueOf(name: string): Render {
  const [first, second, ...more] = name.split('.');
  if (second === undefined) return (values) => values[first];
  return (values) => {
    let found: unknown = memberOf(values[first], second);
    for (const key of more) found = memberOf(found, key);
    return found;
  };
}

function objectOf(entries: readonly (readonly [string, Render])[], values: Values): unknown {
  const made: Record<string, unknown> = {};
  for (const [key, render] of entries) {
    const value = render(values);
    if (value !== undefined) made[key] = value;
  }
  return made;
}

function stringTemplate(text: string): Render {
  const { literals, placeholders } = parse(text);
  const alone = placeholders.length === 1 && literals[0] === '' && literals[1] === '';
  if (!alone) return textTemplate(text);
  const [{ name, filter }] = placeholders;
  return renderer(name, filter);
}

function renderer(name: string, filter: Filter | null): Render {
  const value = valueOf(name);
  if (filter === null) return value;
  const change = FILTERS[filter];
  return (values) => {
    const found = value(values);
    return found === undefined && filter !== 'json' ? undefined : change(found);
  };
}

function parse(text: string): { literals: string[]; placeholders: Placeholder[] } {
  const literals: string[] = [];
  const placeholders: Placeholder[] = [];
  let from = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    literals.push(text.slice(from, match.index));
    placeholders.push(placeholderOf(match[0], match[1]));
    from = match.index + match[0].length;
  }
  literals.push(text.slice(from));
  if (literals.some((literal) => literal.includes('{{')))
    throw new Error(`"${text}" opens a placeholder with {{ that it does not close with }}`);
  return { literals, placeholders };
}

function placeholderOf(written: string, inside: string): Placeholder {
  const found = INSIDE.exec(inside);
  if (!found)
    throw new Error(`${written} is no placeholder: it takes a name, such as {{viewer.id}} or {{text | json}}`);
  const [, name, filter] = found as unknown as [string, string, string | undefined];
  if (filter === undefined) return { name, filter: null };
  if (!isFilter(filter))
    throw new Error(`${written}: there is no filter "${filter}"; there are ${Object.keys(FILTERS).join(', ')}`);
  return { name, filter };
}

function isFilter(name: string): name is Filter {
  return Object.hasOwn(FILTERS, name);
}

function collect(value: unknown, names: Set<string>): void {
  if (typeof value === 'string') for (const { name } of parse(value).placeholders) names.add(name);
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) collect(each, names);
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function numberOf(value: unknown): unknown {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : value;
}
