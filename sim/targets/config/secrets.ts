/** What must not be read in logs, results and reports, and how it is kept out of them. */

/** Shorter values stand in too many innocent words. */
const SHORTEST = 4;
/** Of base64, which has no marks at its ends: shorter pieces of it are found in anything. */
const SHORTEST_BASE64 = 8;

export class Secrets {
  private readonly names = new Map<string, string>();
  private pattern: RegExp | null = null;

  /** Values shorter than four characters are not kept out: there is nothing to find them by. */
  add(value: string, name: string): void {
    if (value.length < SHORTEST) return;
    for (const form of formsOf(value)) if (!this.names.has(form)) this.names.set(form, name);
    this.pattern = null;
  }

  /** The text with `[NAME]` in place of every secret: as it is, URL-encoded, escaped for JSON, and in base64, alone or within more. */
  mask(text: string): string {
    if (this.names.size === 0) return text;
    // The longest first: a secret may begin with another.
    this.pattern ??= new RegExp(
      [...this.names.keys()]
        .toSorted((a, b) => b.length - a.length)
        .map(literally)
        .join('|'),
      'g',
    );
    return text.replaceAll(this.pattern, (form) => `[${this.names.get(form)}]`);
  }

  maskIn<T>(value: T): T {
    return this.names.size === 0 ? value : maskTexts(value, (text) => this.mask(text));
  }
}

/** A copy of plain data with its texts masked, keys too; numbers are left alone. */
export function maskTexts<T>(value: T, mask: (text: string) => string): T {
  const walk = (each: unknown): unknown => {
    if (typeof each === 'string') return mask(each);
    if (Array.isArray(each)) return each.map(walk);
    if (!isPlain(each)) return each;
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [mask(key), walk(inner)]));
  };
  return walk(value) as T;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function formsOf(value: string): Set<string> {
  const url = encodeURIComponent(value);
  const json = escaped(value);
  const forms = [
    value,
    url,
    url.replaceAll('%20', '+'),
    encodeURI(value),
    json,
    escaped(json),
    json.replaceAll('/', '\\/'),
  ];
  const lower = forms.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  return new Set([...forms, ...lower, ...base64Forms(value)]);
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * In base64 three bytes become four characters, so what a secret looks like within more (`user:password`) hangs on where it begins: one of three
 * ways. The characters at its ends that its neighbours have a share in are left out.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    const core = text.slice(first, last);
    if (core.length < SHORTEST_BASE64) return [];
    return [core, core.replaceAll('-', '+').replaceAll('_', '/')];
  });
}

/** A text as a pattern that it alone fits. */
export function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
