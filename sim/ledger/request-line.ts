import { bytesOf } from './bytes.ts';
import type { SentEvent, ToldEvent } from './events.ts';

/** What a line holds: numbers and texts by place. Absent numbers are NaN. */
export const AT = 0;
export const ATTEMPT = 1;
export const UNITS = 2;
export const HTTP = 3;
export const UNSENT = 4;
export const PRICE = 5;
export const OFF = 6;
export const AMOUNT = 7;
/** Of visits. */
export const SEQ = 8;
export const RECEIVED = 9;
export const DUPLICATES = 10;
export const REORDERED = 11;
export const LATE = 12;
/** Of chat. */
export const REF = 13;
const NUMBERS = 14;

export const PURCHASE = 0;
export const STEP = 1;
export const VIEWER = 2;
export const PRODUCT = 3;
export const KEY = 4;
export const OUTCOME = 5;
export const CODE = 6;
export const CART = 7;
export const ORDER = 8;
export const PAYMENT = 9;
/** Of visits; the cues are a list in JSON. */
export const ROOM = 10;
export const HOW = 11;
export const CUES = 12;
/** Of carts. */
export const COUPON = 13;
const TEXTS = 14;

/** What a line can be. */
export type LineEvent = 'sent' | 'told' | 'enter' | 'leave' | 'chat';

/**
 * One `sent`, `told`, `enter`, `leave` or `chat` as it stands in a file: of its texts it only knows where they are, so that no string is made of what is known
 * already. There is one for all lines of a file: what is to be kept is taken out before the next one is read.
 */
export class RequestLine {
  bytes: Uint8Array = new Uint8Array(0);
  readonly numbers = new Float64Array(NUMBERS);
  /** Where each text begins in `bytes`; -1: it is absent. */
  readonly from = new Int32Array(TEXTS);
  readonly until = new Int32Array(TEXTS);

  clear(bytes: Uint8Array): this {
    this.bytes = bytes;
    const { numbers, from } = this;
    for (let i = 0; i < NUMBERS; i++) numbers[i] = NaN;
    for (let i = 0; i < TEXTS; i++) from[i] = -1;
    return this;
  }

  has(text: number): boolean {
    return this.from[text] >= 0;
  }

  length(text: number): number {
    return this.until[text] - this.from[text];
  }

  setSent({ at, v, p, s, a, x, k, u, cp }: SentEvent): this {
    const texts = new Array<string | undefined>(TEXTS).fill(undefined);
    texts.splice(PURCHASE, CART - PURCHASE, p, s, v, x, k, undefined, undefined);
    texts[COUPON] = cp;
    return this.set([at, a, u], texts);
  }

  setTold({ at, p, s, a, o, c, h, un, cart, order, pay, u, price, off, amount }: ToldEvent): this {
    const none = undefined;
    return this.set([at, a, u, h, un, price, off, amount], [p, s, none, none, none, o, c, cart, order, pay]);
  }

  /** In the order of the places above. */
  private set(numbers: readonly (number | undefined)[], texts: readonly (string | undefined)[]): this {
    // What a backend names with a number is kept as its text.
    const all = texts.map((text) => (text == null ? null : bytesOf(`${text}`)));
    this.clear(new Uint8Array(all.reduce((sum, one) => sum + (one?.length ?? 0), 0)));
    numbers.forEach((value, i) => (this.numbers[i] = value ?? NaN));
    let end = 0;
    all.forEach((one, i) => {
      if (one === null) return;
      this.bytes.set(one, end);
      this.from[i] = end;
      this.until[i] = end += one.length;
    });
    return this;
  }
}
