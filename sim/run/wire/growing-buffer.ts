/** Smaller than this is not worth a second allocation. */
const LEAST_BYTES = 1024;

/** Bytes that come in pieces. Grows by doubling, so that a long message is copied a fixed number of times however many pieces it has. */
export class GrowingBuffer {
  bytes: Buffer = Buffer.alloc(0);
  length = 0;

  /** `expected`: as many bytes as it will hold in the end, if that is known; no more is set aside before they have come. */
  append(source: Buffer, start: number, end: number, expected: number): void {
    const length = this.length + end - start;
    if (length > this.bytes.length) this.grow(Math.max(length, Math.min(expected, Math.max(LEAST_BYTES, 2 * length))));
    source.copy(this.bytes, this.length, start, end);
    this.length = length;
  }

  private grow(capacity: number): void {
    const bytes = Buffer.allocUnsafe(capacity);
    this.bytes.copy(bytes, 0, 0, this.length);
    this.bytes = bytes;
  }
}
