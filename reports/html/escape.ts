/** The only two ways by which text of others (titles, URLs, reasons, evidence) gets into the page. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Tab, line feed and carriage return are the only control characters that HTML allows. */
const FORBIDDEN = /(?![\t\n\r])\p{Cc}/gu;

/** Text for element content and for quoted attributes. Control characters become U+FFFD. */
export function escapeHtml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (char) => ENTITIES[char]);
}

/**
 * JSON for a `<script type="application/json">`. `<` is escaped so that no text can end the element, U+2028 and U+2029
 * so that it would also be valid JavaScript. NaN and Infinity become `null`, as JSON.stringify does.
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A piece of HTML that is safe already. Made by `html` and `raw` alone, so that plain strings are always escaped. */
export interface Html {
  readonly html: string;
}

type Insert = Html | string | number | readonly Html[] | null;

/** Markup that this program wrote itself: assets and numbers, never text of others. */
export function raw(markup: string): Html {
  return { html: markup };
}

/** A template of markup. What is inserted is escaped, unless it is Html already. `null` inserts nothing. */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  let markup = strings[0];
  inserts.forEach((insert, index) => {
    markup += insertion(insert) + strings[index + 1];
  });
  return { html: markup };
}

function insertion(insert: Insert): string {
  if (insert === null) return '';
  if (typeof insert === 'string') return escapeHtml(insert);
  if (typeof insert === 'number') return String(insert);
  if ('html' in insert) return insert.html;
  return insert.map((piece) => piece.html).join('');
}
