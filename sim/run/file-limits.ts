import { readFileSync } from 'node:fs';

export interface FileLimits {
  readonly soft: number;
  /** What the soft limit can be raised to; Node does so by itself when it starts. */
  readonly hard: number;
}

/** Reads the text of /proc/PID/limits. `Infinity` where it says unlimited, `null` when the line is not there. */
export function parseFileLimits(text: string): FileLimits | null {
  const line = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(text);
  if (!line) return null;
  const [soft, hard] = line.slice(1).map((word) => (word === 'unlimited' ? Infinity : Number(word)));
  return { soft, hard };
}

/** Those of this process; `null` where the system has no such file. */
export function ownFileLimits(): FileLimits | null {
  try {
    return parseFileLimits(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    // Only Linux has this file.
    return null;
  }
}
