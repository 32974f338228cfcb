import { maskTokens } from './mask-tokens.ts';

/** The value of a JSON text; undefined: it is none. JSON has no undefined. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const EXCERPT_CHARS = 200;

/** What a body begins with, for messages: without tokens. */
export function excerptOf({ body }: { readonly body: string }): string {
  const excerpt = maskTokens(body.slice(0, EXCERPT_CHARS));
  return body.length <= EXCERPT_CHARS ? excerpt : `${excerpt}…`;
}
