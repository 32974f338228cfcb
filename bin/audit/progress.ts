/** Short files need no line, long ones few. */
const FIRST_MS = 2000;
const EVERY_MS = 5000;

/** Says on a stream how far the reading has come. */
export class ReadingProgress {
  private readonly say: (line: string) => void;
  private readonly nowMs: () => number;
  private nextMs: number;

  /** @param nowMs any origin */
  constructor(say: (line: string) => void, nowMs: () => number) {
    this.say = say;
    this.nowMs = nowMs;
    this.nextMs = nowMs() + FIRST_MS;
  }

  update(file: string, bytesRead: number, bytes: number): void {
    if (this.nowMs() < this.nextMs) return;
    this.nextMs = this.nowMs() + EVERY_MS;
    const share = bytes > 0 ? Math.min(1, bytesRead / bytes) : 1;
    this.say(`reading ${file}: ${Math.floor(share * 100)} % of ${Math.ceil(bytes / 1e6)} MB`);
  }
}
