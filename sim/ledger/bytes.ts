/** Texts as the bytes of UTF-8, without the help of a platform: an id is read from a file, compared and kept without a string of its own. */

export const ASCII_BELOW = 128;
/** A call takes so many arguments safely. */
const CHUNK_BYTES = 4096;

export function textOf(bytes: Uint8Array, from: number, until: number): string {
  if (until - from > CHUNK_BYTES) return decoded(latin(bytes, from, until));
  const codes = new Array<number>(until - from);
  let all = 0;
  for (let at = from; at < until; at++) all |= codes[at - from] = bytes[at];
  const text = String.fromCharCode.apply(null, codes);
  return all < ASCII_BELOW ? text : decoded(text);
}

/** Throws URIError for a text with half a surrogate pair. */
export function bytesOf(text: string): Uint8Array {
  let isAscii = true;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    bytes[at] = text.charCodeAt(at);
    isAscii &&= text.charCodeAt(at) < ASCII_BELOW;
  }
  if (isAscii) return bytes;
  const escaped = encodeURIComponent(text).match(/%..|[^%]/g) ?? [];
  return Uint8Array.from(escaped, (one) => (one.length === 1 ? one.charCodeAt(0) : parseInt(one.slice(1), 16)));
}

/** Whether two stretches of the same length are equal. */
export function areEqual(a: Uint8Array, fromA: number, b: Uint8Array, fromB: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[fromA + i] !== b[fromB + i]) return false;
  return true;
}

/** A longer copy of a column; what is new is 0. */
export function grown<T extends Uint8Array | Uint16Array | Int16Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function latin(bytes: Uint8Array, from: number, until: number): string {
  let text = '';
  for (let at = from; at < until; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/** `text`: a byte of UTF-8 a character. */
function decoded(text: string): string {
  return decodeURIComponent(text.replace(/[^]/g, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`));
}
