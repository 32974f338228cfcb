import { randomFillSync } from 'node:crypto';

/** One call of the generator for many keys: it costs about the same for 8 KiB as for 4 bytes. */
const pool = Buffer.allocUnsafeSlow(8192);
let used = pool.length;

/** Writes `bytes` random bytes at `at`: masking keys must not be guessed from earlier ones (RFC 6455, section 10.3). */
export function fillRandom(target: Buffer, at: number, bytes: number): void {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  for (let i = 0; i < bytes; i++) target[at + i] = pool[used + i];
  used += bytes;
}
