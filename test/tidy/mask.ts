/**
 * Blanks what is not code, so that plain patterns can look for names and imports. No syntax tree: one pass over the
 * characters. All three texts have the length and the lines of the source.
 */
export interface Masked {
  readonly source: string;
  /** Comments blanked. */
  readonly code: string;
  /** Comments, and the insides of strings, templates and regular expressions, blanked. `${...}` stays. */
  readonly bare: string;
}

/** A slash after one of these begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|throw))\s*$/;

interface Span {
  readonly from: number;
  readonly to: number;
  readonly kind: 'comment' | 'literal';
}

export function mask(source: string): Masked {
  const spans = findSpans(source);
  const comments = spans.filter((span) => span.kind === 'comment');
  return { source, code: blank(source, comments), bare: blank(source, spans) };
}

function blank(source: string, spans: readonly Span[]): string {
  let out = '';
  let at = 0;
  for (const { from, to } of spans) {
    out += source.slice(at, from) + source.slice(from, to).replace(/[^\n]/g, ' ');
    at = to;
  }
  return out + source.slice(at);
}

/** All comments, and the insides of all literals (without their quotes), in order. */
function findSpans(source: string): Span[] {
  const spans: Span[] = [];
  // Brace depth at which each open `${` ends; the innermost is the last.
  const templates: number[] = [];
  let depth = 0;
  let codeStart = 0;
  let i = source.startsWith('#!') ? lineEnd(source, 0) : 0;

  const literal = (from: number, to: number): void => {
    spans.push({ from, to, kind: 'literal' });
    i = to + 1;
    codeStart = to;
  };
  const template = (from: number): void => {
    const to = templateEnd(source, from);
    literal(from, to);
    if (source[to] !== '$') return;
    templates.push(depth);
    depth += 1;
    i = to + 2;
  };

  while (i < source.length) {
    const two = source.slice(i, i + 2);
    const c = source[i];
    if (two === '//' || two === '/*') {
      const to = two === '//' ? lineEnd(source, i) : blockEnd(source, i);
      spans.push({ from: i, to, kind: 'comment' });
      i = to;
    } else if (c === "'" || c === '"') {
      literal(i + 1, stringEnd(source, i + 1, c));
    } else if (c === '`') {
      template(i + 1);
    } else if (c === '/' && BEFORE_REGEX.test(source.slice(Math.max(codeStart, i - 80), i))) {
      literal(i + 1, regexEnd(source, i + 1));
    } else if (c === '}' && templates.at(-1) === depth - 1) {
      depth = templates.pop()!;
      template(i + 1);
    } else {
      depth += c === '{' ? 1 : c === '}' ? -1 : 0;
      i += 1;
    }
  }
  return spans;
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

function blockEnd(source: string, from: number): number {
  const end = source.indexOf('*/', from + 2);
  return end < 0 ? source.length : end + 2;
}

function stringEnd(source: string, from: number, quote: string): number {
  let i = from;
  while (i < source.length && source[i] !== quote && source[i] !== '\n') i += source[i] === '\\' ? 2 : 1;
  return Math.min(i, source.length);
}

/** Index of the closing backquote, or of the `$` of the next `${`. */
function templateEnd(source: string, from: number): number {
  let i = from;
  while (i < source.length && source[i] !== '`' && !source.startsWith('${', i)) i += source[i] === '\\' ? 2 : 1;
  return Math.min(i, source.length);
}

function regexEnd(source: string, from: number): number {
  let i = from;
  let inClass = false;
  while (i < source.length && source[i] !== '\n' && (inClass || source[i] !== '/')) {
    if (source[i] === '[') inClass = true;
    if (source[i] === ']') inClass = false;
    i += source[i] === '\\' ? 2 : 1;
  }
  return Math.min(i, source.length);
}

/** 1-based line of a position. */
export function lineOf(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}
