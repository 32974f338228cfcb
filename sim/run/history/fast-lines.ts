import type { HistoryEvent, SentEvent, ToldEvent } from '../../ledger/events.ts';

/**
 * Parses the lines that there are millions of, requests and answers, in a third of the time of JSON.parse: it knows their fields.
 * Whatever looks unusual (a field that it does not know, a backslash, a number with an exponent) is left to JSON.parse.
 */

type Open<T> = { -readonly [K in keyof T]: T[K] };

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const BACKSLASH = 92;
const CLOSE = 125;
const SENT = bytesOf('{"e":"sent",');
const TOLD = bytesOf('{"e":"told",');
/** Up to here a name is exact as a number, and so is a number without its dot. */
const NAME_AT_MOST_BYTES = 6;
const DIGITS_AT_MOST = 15;

const [AT, A, U, H, PRICE, OFF, AMOUNT] = ['at', 'a', 'u', 'h', 'price', 'off', 'amount'].map(nameOf);
const [V, P, S, X, K, O, C, CART, ORDER, PAY] = ['v', 'p', 's', 'x', 'k', 'o', 'c', 'cart', 'order', 'pay'].map(nameOf);

export class FastLines {
  private readonly bytes: Uint8Array;
  private readonly text: string;
  /** Text at i is byte i plus this. */
  private readonly offset: number;
  /** Where the name or value that was read last ends. */
  private end = 0;

  /** `text`: the same as the bytes from `offset` on, a character a byte. */
  constructor(bytes: Uint8Array, text: string, offset: number) {
    this.bytes = bytes;
    this.text = text;
    this.offset = offset;
  }

  /** The event between two bytes; `null`: ask JSON.parse. Its texts may be parts of `text`: who keeps one copies it. */
  parse(from: number, until: number): HistoryEvent | null {
    if (this.begins(from, SENT)) return this.sent(from + SENT.length, until);
    if (this.begins(from, TOLD)) return this.told(from + TOLD.length, until);
    return null;
  }

  private sent(from: number, until: number): SentEvent | null {
    const event: Open<SentEvent> = {
      e: 'sent',
      at: -1,
      v: '',
      p: '',
      s: 'view',
      a: 0,
      x: '',
      k: undefined,
      u: undefined,
    };
    for (let at = from; at < until; at = this.end + 1) {
      const name = this.name(at);
      if (this.bytes[this.end] !== QUOTE) {
        const value = this.number(this.end);
        if (name === AT) event.at = value;
        else if (name === A) event.a = value;
        else if (name === U) event.u = value;
        else return null;
      } else if (name === P) event.p = this.string();
      else if (name === K) event.k = this.string();
      else if (name === V) event.v = this.string();
      else if (name === S) event.s = this.string() as SentEvent['s'];
      else if (name === X) event.x = this.string();
      else return null;
      if (!this.isFieldEnd(until)) return null;
    }
    return event;
  }

  private told(from: number, until: number): ToldEvent | null {
    const event = blankTold();
    for (let at = from; at < until; at = this.end + 1) {
      const name = this.name(at);
      const isKnown = this.bytes[this.end] === QUOTE ? this.toldText(event, name) : this.toldNumber(event, name);
      if (!isKnown || !this.isFieldEnd(until)) return null;
    }
    return event;
  }

  private toldText(event: Open<ToldEvent>, name: number): boolean {
    if (name === P) event.p = this.string();
    else if (name === S) event.s = this.string() as ToldEvent['s'];
    else if (name === O) event.o = this.string() as ToldEvent['o'];
    else if (name === C) event.c = this.string();
    else if (name === ORDER) event.order = this.string();
    else if (name === CART) event.cart = this.string();
    else if (name === PAY) event.pay = this.string();
    else return false;
    return true;
  }

  private toldNumber(event: Open<ToldEvent>, name: number): boolean {
    const value = this.number(this.end);
    if (name === AT) event.at = value;
    else if (name === A) event.a = value;
    else if (name === H) event.h = value;
    else if (name === U) event.u = value;
    else if (name === PRICE) event.price = value;
    else if (name === OFF) event.off = value;
    else if (name === AMOUNT) event.amount = value;
    else return false;
    return true;
  }

  private begins(from: number, with_: Uint8Array): boolean {
    for (let i = 0; i < with_.length; i++) if (this.bytes[from + i] !== with_[i]) return false;
    return true;
  }

  /** The name in quotes at `from`, as a number; then `end` is where its value begins. -1: there is none that is known here. */
  private name(from: number): number {
    const { bytes } = this;
    if (bytes[from] !== QUOTE) return -1;
    let name = 0;
    let at = from + 1;
    for (; bytes[at] !== QUOTE; at++) {
      if (at - from > NAME_AT_MOST_BYTES) return -1;
      name = name * 256 + bytes[at];
    }
    this.end = at + 2;
    return bytes[at + 1] === COLON ? name : -1;
  }

  /** The text whose opening quote is at `end`. */
  private string(): string {
    const { bytes } = this;
    const from = this.end + 1;
    let at = from;
    // There is a newline behind every line, and none in a text.
    while (bytes[at] !== QUOTE && bytes[at] !== BACKSLASH && bytes[at] >= 32) at++;
    // A backslash is no end of a field.
    this.end = bytes[at] === QUOTE ? at + 1 : at;
    return this.text.slice(from - this.offset, at - this.offset);
  }

  /** A decimal number. Exact: an integer of at most 15 digits, divided by a power of ten once. */
  private number(from: number): number {
    const { bytes } = this;
    const isNegative = bytes[from] === MINUS;
    const first = isNegative ? from + 1 : from;
    let whole = 0;
    let scale = 0;
    let at = first;
    for (; at - first <= DIGITS_AT_MOST; at++) {
      const digit = bytes[at] - ZERO;
      if (digit >= 0 && digit <= 9) {
        whole = whole * 10 + digit;
        scale *= 10;
      } else if (digit === DOT - ZERO && scale === 0) scale = 1;
      else break;
    }
    // Too long, or no number at all: its first byte is no end of a field.
    this.end = at === first || at - first > DIGITS_AT_MOST ? from : at;
    const size = scale > 1 ? whole / scale : whole;
    return isNegative ? -size : size;
  }

  /** Whether a field ends where the last value does, and the line with the last of them. */
  private isFieldEnd(until: number): boolean {
    const byte = this.bytes[this.end];
    return byte === COMMA ? this.end + 1 < until : byte === CLOSE && this.end + 1 === until;
  }
}

/** All of one shape, whatever a line says. */
function blankTold(): Open<ToldEvent> {
  return {
    e: 'told',
    at: -1,
    p: '',
    s: 'view',
    a: 0,
    o: 'unknown',
    c: '',
    h: undefined,
    un: undefined,
    cart: undefined,
    order: undefined,
    pay: undefined,
    u: undefined,
    price: undefined,
    off: undefined,
    amount: undefined,
  };
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function nameOf(name: string): number {
  return bytesOf(name).reduce((sum, byte) => sum * 256 + byte, 0);
}
