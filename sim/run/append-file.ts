import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** A new file that grows by whole lines, also on a disk that is full. Never throws. */
export class AppendFile {
  private readonly fd: number | null;
  /** Of whole lines, on disk. */
  private sizeBytes = 0;

  constructor(file: string) {
    this.fd = open(file);
  }

  /** All of these lines, or none of them: then false. */
  append(text: string): boolean {
    const lines = Buffer.from(text);
    if (this.fd === null || !writeAll(this.fd, lines, this.sizeBytes)) return false;
    this.sizeBytes += lines.length;
    return true;
  }

  /** False when the disk kept nothing: one on a network may say so only now. */
  close(): boolean {
    if (this.fd === null) return true;
    try {
      closeSync(this.fd);
      return true;
    } catch {
      return false;
    }
  }
}

function open(file: string): number | null {
  try {
    return openSync(file, 'w');
  } catch {
    return null;
  }
}

function writeAll(fd: number, bytes: Buffer, from: number): boolean {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at, from + at);
    return true;
  } catch {
    cutTo(fd, from);
    return false;
  }
}

/** A full disk takes a part of a line. */
function cutTo(fd: number, bytes: number): void {
  try {
    ftruncateSync(fd, bytes);
  } catch {
    // No file of a disk.
  }
}
