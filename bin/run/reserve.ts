import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';

/** More than a result and its report; on a small disk, a share of what is free. */
const RESERVE_BYTES = 4 * 1024 * 1024;
const OF_FREE_SHARE = 0.1;
const NAME = '.reserve';

/**
 * Keeps a part of the disk for what is written last. Returns how to give it free. Never throws: on a disk that has no room to keep, the
 * run goes on without.
 */
export function reserveDisk(dir: string): () => void {
  const file = path.join(dir, NAME);
  const free = (): void => rmSync(file, { force: true });
  try {
    // That of a run which was killed.
    free();
    const { bavail, bsize } = statfsSync(dir);
    fill(file, Math.min(RESERVE_BYTES, Math.floor(bavail * bsize * OF_FREE_SHARE)));
  } catch {
    free();
  }
  return free;
}

/** With noise: neither a hole nor zeros that a file system packs away would be there when they are needed. */
function fill(file: string, bytes: number): void {
  const noise = randomFillSync(Buffer.allocUnsafe(bytes));
  const fd = openSync(file, 'w');
  try {
    for (let at = 0; at < bytes;) at += writeSync(fd, noise, at);
  } finally {
    closeSync(fd);
  }
}
