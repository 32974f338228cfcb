/** A request by its templates. */

import type { HttpRequest } from '../target.ts';
import type { RequestOptions } from './step-options.ts';
import { jsonTemplate, textTemplate, type Values } from './template.ts';

/**
 * `usual`: headers of all requests of the part; those of the request itself come first. `origin`: that of the part. The request throws Error when a
 * path comes out as the URL of another server, because nobody said that it may be loaded.
 */
export function requestTemplate(
  options: RequestOptions,
  usual: Readonly<Record<string, string>> | undefined,
  origin: string,
): (values: Values) => HttpRequest {
  const space = options.request.indexOf(' ');
  const method = options.request.slice(0, space) as HttpRequest['method'];
  const path = textTemplate(options.request.slice(space + 1).trim(), 'url');
  const body = bodyTemplate(options);
  const headers = headerTemplates({ ...body?.headers, ...usual, ...options.headers });
  const at = options.origin === undefined ? {} : { origin: options.origin };
  return (values) => ({
    method,
    path: pathFrom(path(values), options.origin ?? origin),
    ...at,
    headers: headers(values),
    ...(body ? { body: body.text(values) } : {}),
  });
}

/** Headers by templates, their names in lower case. One whose value comes out empty is left out: no account, no token. */
export function headerTemplates(headers: Readonly<Record<string, string>>): (values: Values) => Record<string, string> {
  const entries = Object.entries(headers).map(([name, text]) => [name.toLowerCase(), textTemplate(text)] as const);
  return (values) => {
    const made: Record<string, string> = {};
    for (const [name, text] of entries) {
      const value = text(values);
      if (value !== '') made[name] = value;
    }
    return made;
  };
}

interface BodyTemplate {
  readonly headers: Readonly<Record<string, string>>;
  text(values: Values): string;
}

function bodyTemplate({ json, form, body }: RequestOptions): BodyTemplate | null {
  if (json !== undefined) {
    const value = jsonTemplate(json);
    return { headers: { 'content-type': 'application/json' }, text: (values) => JSON.stringify(value(values) ?? null) };
  }
  if (form !== undefined) {
    const fields = jsonTemplate(form);
    const type = 'application/x-www-form-urlencoded';
    return { headers: { 'content-type': type }, text: (values) => formText(fields(values) as object) };
  }
  return body === undefined ? null : { headers: {}, text: textTemplate(body) };
}

function formText(fields: object): string {
  return Object.entries(fields)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
}

/** What a backend names as the next URL is often absolute. */
function pathFrom(rendered: string, origin: string): string {
  if (rendered.startsWith('/') && !rendered.startsWith('//')) return rendered;
  if (rendered === origin) return '/';
  if (rendered.startsWith(`${origin}/`)) return rendered.slice(origin.length);
  throw new Error(`"${rendered}" is no path of ${origin}`);
}
