import { decodeUtf8 } from '../mapping/utf8.ts';

/** More than four bytes of seven bits are no length. */
const MAX_LENGTH_BYTES = 4;

/** A variable byte integer at `at`; `null`: it does not end in the bytes. Throws when it is too long. */
export function varint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let k = 0; k < MAX_LENGTH_BYTES; k++) {
    if (at + k >= bytes.length) return null;
    const byte = bytes[at + k];
    value |= (byte & 0x7f) << (7 * k);
    if (byte < 0x80) return { value, next: at + k + 1 };
  }
  throw new Error('MQTT: a length of more than four bytes');
}

/** Reads one packet's fields in turn; throws when they are longer than the packet. */
export class Fields {
  private readonly bytes: Uint8Array;
  private at: number;
  private readonly end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  get left(): number {
    return this.end - this.at;
  }

  byte(): number {
    return this.bytes[this.take(1)];
  }

  uint16(): number {
    const at = this.take(2);
    return (this.bytes[at] << 8) | this.bytes[at + 1];
  }

  varint(): number {
    const found = varint(this.bytes, this.at);
    if (!found) throw new Error('MQTT: a packet that ends too soon');
    this.take(found.next - this.at);
    return found.value;
  }

  /** UTF-8 behind its length. */
  text(): string {
    const length = this.uint16();
    const at = this.take(length);
    return decodeUtf8(this.bytes, at, at + length);
  }

  skip(length: number): void {
    this.take(length);
  }

  /** The rest, a number each; at least one. */
  codes(): number[] {
    const codes = [this.byte()];
    while (this.left > 0) codes.push(this.byte());
    return codes;
  }

  /** The rest, as bytes of the packet. */
  rest(): Uint8Array {
    const at = this.take(this.left);
    return this.bytes.subarray(at, this.end);
  }

  /** Fields of so many bytes that are next. */
  part(length: number): Fields {
    const at = this.take(length);
    return new Fields(this.bytes, at, at + length);
  }

  private take(length: number): number {
    if (length > this.left) throw new Error('MQTT: a packet that ends too soon');
    this.at += length;
    return this.at - length;
  }
}

/** How the value of each property is written (MQTT 5, section 2.2.2.2). */
const BYTE = [0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2a];
const TWO_BYTES = [0x21, 0x22, 0x23];
const FOUR_BYTES = [0x02, 0x11, 0x18, 0x27];
const TEXT = [0x03, 0x08, 0x12, 0x15, 0x1a, 0x1c];
/** Binary data is written like text. */
const BINARY = [0x09, 0x16];
const SUBSCRIPTION_IDENTIFIER = 0x0b;
const SERVER_KEEP_ALIVE = 0x13;
const REASON_STRING = 0x1f;
const USER_PROPERTY = 0x26;

/** What a viewer wants to know of the properties. */
interface Properties {
  readonly reason: string | null;
  readonly serverKeepAliveSec: number | null;
}

/** Of a packet that ends before them too: that means none. Throws for a property that there is not. */
export function readProperties(fields: Fields): Properties {
  let reason: string | null = null;
  let serverKeepAliveSec: number | null = null;
  const properties = fields.left === 0 ? fields : fields.part(fields.varint());
  while (properties.left > 0) {
    const id = properties.byte();
    if (id === REASON_STRING) reason = properties.text();
    else if (id === SERVER_KEEP_ALIVE) serverKeepAliveSec = properties.uint16();
    else skipProperty(id, properties);
  }
  return { reason, serverKeepAliveSec };
}

function skipProperty(id: number, properties: Fields): void {
  if (BYTE.includes(id)) return properties.skip(1);
  if (TWO_BYTES.includes(id)) return properties.skip(2);
  if (FOUR_BYTES.includes(id)) return properties.skip(4);
  if (TEXT.includes(id) || BINARY.includes(id)) return properties.skip(properties.uint16());
  if (id === SUBSCRIPTION_IDENTIFIER) return void properties.varint();
  if (id !== USER_PROPERTY) throw new Error(`MQTT: there is no property 0x${id.toString(16)}`);
  properties.skip(properties.uint16());
  properties.skip(properties.uint16());
}
