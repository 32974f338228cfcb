/**
 * What goes over the pipe between the main process and a front: records, one after the other.
 *
 *     bytes of payload (u32) | kind (u8) | number of a viewer or a room (u32) | payload
 *
 * Viewers are numbered by the front that holds them, rooms by the main process. The pipe keeps the order: whatever the main
 * process tells of a room after JOIN reaches the viewer, and nothing from before.
 */

/** From the main process to a front. */
export const TO_FRONT = {
  /** The viewer is in a room from here on; payload: its number (u32). */
  join: 1,
  /** One frame for one viewer. */
  tell: 2,
  /** One frame for all viewers of a room that are here. */
  broadcast: 3,
  /** Send the viewer away; payload: close code (u16), then the reason. */
  close: 4,
  /** The show is over: take nobody in, and end when the last line is closed. */
  end: 5,
} as const;

/** From a front to the main process. */
export const TO_MAIN = {
  /** Somebody has connected; payload: a `Wish` in JSON. */
  enter: 1,
  /** A message of a viewer, as it came. */
  said: 2,
  /** The viewer has too much waiting; nothing is sent to them any more. */
  fellBehind: 3,
  /** The connection is gone. */
  left: 4,
} as const;

const HEADER_BYTES = 9;
const KIND_AT = 4;
const NUMBER_AT = 5;

export function recordHeader(kind: number, number: number, payloadBytes: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32LE(payloadBytes, 0);
  header[KIND_AT] = kind;
  header.writeUInt32LE(number, NUMBER_AT);
  return header;
}

/** Finds records in what arrives, however it was cut. A payload is good until its memory is let go: it is not copied. */
export class RecordReader {
  private readonly take: (kind: number, number: number, payload: Buffer) => void;
  private parts: Buffer[] = [];
  private partsBytes = 0;
  private wantedBytes = HEADER_BYTES;

  constructor(take: (kind: number, number: number, payload: Buffer) => void) {
    this.take = take;
  }

  read(chunk: Buffer): void {
    this.parts.push(chunk);
    this.partsBytes += chunk.length;
    if (this.partsBytes < this.wantedBytes) return;
    const bytes = this.parts.length === 1 ? chunk : Buffer.concat(this.parts);
    let at = 0;
    this.wantedBytes = HEADER_BYTES;
    while (bytes.length - at >= HEADER_BYTES) {
      const endsAt = at + HEADER_BYTES + bytes.readUInt32LE(at);
      this.wantedBytes = endsAt - at;
      if (endsAt > bytes.length) break;
      this.take(bytes[at + KIND_AT], bytes.readUInt32LE(at + NUMBER_AT), bytes.subarray(at + HEADER_BYTES, endsAt));
      at = endsAt;
      this.wantedBytes = HEADER_BYTES;
    }
    this.partsBytes = bytes.length - at;
    this.parts = this.partsBytes > 0 ? [bytes.subarray(at)] : [];
  }
}
