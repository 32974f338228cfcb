import { decodeUtf8 } from '../mapping/utf8.ts';

/**
 * What a NATS server says (https://docs.nats.io/reference/reference-protocols/nats-protocol): lines, and behind some of them a payload of
 * the length they name. A frame holds any number of them.
 */
export type ServerLine =
  /** `payload` is good as long as the frame; headers are left out. */
  | { readonly kind: 'msg'; readonly subject: string; readonly payload: Uint8Array }
  | { readonly kind: 'ping' | 'pong' | 'ok' | 'info' }
  | { readonly kind: 'err'; readonly text: string };

/** Of a line without its payload. INFO of a large cluster names all its servers. */
const MAX_LINE_BYTES = 256 * 1024;
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** Where the parts of one unit are. */
interface Unit {
  readonly kind: string;
  /** What stands behind the first word, without the line break. */
  readonly argsFrom: number;
  readonly argsTo: number;
  /** Headers are before it. */
  readonly payloadFrom: number;
  readonly payloadTo: number;
  /** Behind the last line break. */
  readonly end: number;
}

/** Bytes of `bytes` that are whole lines with their payloads. Throws when a line cannot begin so, or is too long. */
export function wholeLines(bytes: Uint8Array): number {
  let whole = 0;
  while (whole < bytes.length) {
    const unit = unitAt(bytes, whole);
    if (!unit) break;
    whole = unit.end;
  }
  return whole;
}

/** Calls `take` for each. Throws when one is malformed, or the last is not whole. */
export function readLines(bytes: Uint8Array, take: (line: ServerLine) => void): void {
  let at = 0;
  while (at < bytes.length) {
    const unit = unitAt(bytes, at);
    if (!unit) throw new Error('NATS: a line that ends too soon');
    take(lineOf(bytes, unit));
    at = unit.end;
  }
}

function lineOf(bytes: Uint8Array, { kind, argsFrom, argsTo, payloadFrom, payloadTo }: Unit): ServerLine {
  switch (kind) {
    case 'MSG':
    case 'HMSG': {
      const [subject] = wordsOf(decodeUtf8(bytes, argsFrom, argsTo));
      return { kind: 'msg', subject, payload: bytes.subarray(payloadFrom, payloadTo) };
    }
    case '-ERR':
      return { kind: 'err', text: decodeUtf8(bytes, argsFrom, argsTo).trim().replace(/^'|'$/g, '') };
    case 'PING':
      return { kind: 'ping' };
    case 'PONG':
      return { kind: 'pong' };
    case 'INFO':
      return { kind: 'info' };
    default:
      return { kind: 'ok' };
  }
}

/** Words that a line begins with. They may come in small letters too. */
const KINDS = ['MSG', 'HMSG', 'PING', 'PONG', 'INFO', '+OK', '-ERR'];

/** The unit that begins at `start`; `null`: it is not whole yet. */
function unitAt(bytes: Uint8Array, start: number): Unit | null {
  const wordTo = wordEnd(bytes, start);
  const word = decodeUtf8(bytes, start, wordTo).toUpperCase();
  if (wordTo === bytes.length) {
    if (KINDS.some((kind) => kind.startsWith(word))) return null;
    throw strange(word);
  }
  if (!KINDS.includes(word)) throw strange(word);
  const lineTo = bytes.indexOf(LF, wordTo);
  if ((lineTo < 0 ? bytes.length : lineTo) - start > MAX_LINE_BYTES)
    throw new Error(`NATS: a line of more than ${MAX_LINE_BYTES} bytes`);
  if (lineTo < 0) return null;
  const argsTo = lineTo > wordTo && bytes[lineTo - 1] === CR ? lineTo - 1 : lineTo;
  const line = { kind: word, argsFrom: wordTo, argsTo };
  if (word !== 'MSG' && word !== 'HMSG') return { ...line, payloadFrom: lineTo, payloadTo: lineTo, end: lineTo + 1 };
  const { headerBytes, totalBytes } = sizesOf(word, decodeUtf8(bytes, wordTo, argsTo));
  const payloadFrom = lineTo + 1 + headerBytes;
  const payloadTo = lineTo + 1 + totalBytes;
  if (bytes.length < payloadTo + 2) return null;
  if (bytes[payloadTo] !== CR || bytes[payloadTo + 1] !== LF)
    throw new Error('NATS: a payload that is longer than its line says');
  return { ...line, payloadFrom, payloadTo, end: payloadTo + 2 };
}

/** The first word ends before a blank or a line break, and is no longer than the longest there is. */
function wordEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  const limit = Math.min(bytes.length, start + 6);
  while (at < limit && bytes[at] > 0x20) at++;
  return at;
}

/** `MSG subject sid [reply] total` and `HMSG subject sid [reply] headers total`. */
function sizesOf(kind: 'MSG' | 'HMSG', args: string): { readonly headerBytes: number; readonly totalBytes: number } {
  const words = wordsOf(args);
  const sizes = kind === 'MSG' ? 1 : 2;
  if (words.length < 2 + sizes || words.length > 3 + sizes) throw new Error(`NATS: ${kind} with ${words.length} words`);
  const totalBytes = sizeOf(words[words.length - 1]);
  const headerBytes = kind === 'MSG' ? 0 : sizeOf(words[words.length - 2]);
  if (headerBytes > totalBytes) throw new Error('NATS: headers longer than their message');
  return { headerBytes, totalBytes };
}

function sizeOf(word: string): number {
  const bytes = /^\d{1,9}$/.test(word) ? Number(word) : NaN;
  if (!(bytes <= MAX_PAYLOAD_BYTES)) throw new Error(`NATS: "${word}" is no length of a payload`);
  return bytes;
}

function wordsOf(args: string): string[] {
  return args.split(/[ \t]+/).filter((word) => word !== '');
}

function strange(word: string): Error {
  return new Error(`NATS: a server says nothing that begins with ${JSON.stringify(word)}`);
}
