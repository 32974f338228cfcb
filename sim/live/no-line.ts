import type { Line } from './line.ts';

/** A line to nowhere. */
export class NoLine implements Line {
  isOpen: boolean;
  private isEnded = false;

  /** `event`: in a moment, unless the line was ended before. */
  constructor(isOpen: boolean, event: () => void) {
    this.isOpen = isOpen;
    void Promise.resolve().then(() => (this.isEnded ? undefined : event()));
  }

  send(): boolean {
    return false;
  }

  pause(): void {}

  resume(): void {}

  poll(): boolean {
    return false;
  }

  close(): void {
    this.cut();
  }

  fail(): void {
    this.cut();
  }

  cut(): void {
    this.isOpen = false;
    this.isEnded = true;
  }
}
