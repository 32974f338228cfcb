/**
 * UTF-8 by hand: k6 has neither TextEncoder nor TextDecoder. What is not UTF-8 becomes U+FFFD in the places and the numbers that the
 * Encoding Standard says (https://encoding.spec.whatwg.org/#utf-8-decoder). A byte order mark is kept.
 */

const REPLACEMENT = 0xfffd;
/** Arguments of one call of `String.fromCharCode`: engines refuse too many. */
const CHUNK = 4096;

/** Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const { length } = text;
  const ascii = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encodeFrom(text, i, ascii);
    ascii[i] = unit;
  }
  return ascii;
}

/** `text` from unit `from` on, behind the ASCII before it. */
function encodeFrom(text: string, from: number, ascii: Uint8Array): Uint8Array {
  // A unit of UTF-16 takes at most three bytes: those of four bytes are two units.
  const bytes = new Uint8Array(from + (text.length - from) * 3);
  bytes.set(ascii.subarray(0, from));
  let at = from;
  for (let i = from; i < text.length; i++) {
    let point = text.codePointAt(i)!;
    if (point > 0xffff) i++;
    else if (point >= 0xd800 && point <= 0xdfff) point = REPLACEMENT;
    at = putPoint(bytes, at, point);
  }
  return bytes.slice(0, at);
}

function putPoint(bytes: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    bytes[at++] = point;
  } else if (point < 0x800) {
    bytes[at++] = 0xc0 | (point >> 6);
    bytes[at++] = 0x80 | (point & 0x3f);
  } else if (point < 0x10000) {
    bytes[at++] = 0xe0 | (point >> 12);
    bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
    bytes[at++] = 0x80 | (point & 0x3f);
  } else {
    bytes[at++] = 0xf0 | (point >> 18);
    bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
    bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
    bytes[at++] = 0x80 | (point & 0x3f);
  }
  return at;
}

/** The bytes `start` to `end` as text; never throws. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let ascii = start;
  while (ascii < end && bytes[ascii] < 0x80) ascii++;
  if (ascii === end) return fromUnits(bytes, start, end);
  return fromUnits(bytes, start, ascii) + decodeFrom(bytes, ascii, end);
}

function decodeFrom(bytes: Uint8Array, start: number, end: number): string {
  const units = new Uint16Array(end - start);
  let length = 0;
  let at = start;
  while (at < end) {
    const lead = bytes[at++];
    if (lead < 0x80) {
      units[length++] = lead;
      continue;
    }
    const more = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    let point = more === 0 ? 0 : lead & (0x3f >> more);
    let seen = 0;
    while (seen < more && at < end && continues(lead, seen, bytes[at])) {
      point = (point << 6) | (bytes[at++] & 0x3f);
      seen++;
    }
    if (more === 0 || seen < more) {
      units[length++] = REPLACEMENT;
    } else if (point < 0x10000) {
      units[length++] = point;
    } else {
      units[length++] = 0xd7c0 + (point >> 10);
      units[length++] = 0xdc00 | (point & 0x3ff);
    }
  }
  return fromUnits(units, 0, length);
}

/** Whether `byte` may be the next of those behind `lead`. The first of them is narrower: no surrogates, nothing overlong or too large. */
function continues(lead: number, seen: number, byte: number): boolean {
  if (seen > 0) return byte >= 0x80 && byte <= 0xbf;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return byte >= lowest && byte <= highest;
}

function fromUnits(units: Uint8Array | Uint16Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += CHUNK) {
    const chunk = units.subarray(at, Math.min(at + CHUNK, end));
    text += String.fromCharCode.apply(null, chunk as unknown as number[]);
  }
  return text;
}
