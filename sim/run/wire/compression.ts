/**
 * What a dialer has learnt about its backend. A line that is refused is tried with compression only while nothing speaks against it:
 * ordinary refusals are the backend's answer, not to be asked for twice.
 */
export class Compression {
  /** A line has opened with permessage-deflate, and none without: all others are dialled with it. */
  isNeeded = false;
  /** A line has opened without. */
  private plainWorks = false;
  /** A line was refused with compression, too. */
  private triedInVain = false;

  get isDecided(): boolean {
    return this.isNeeded || this.plainWorks || this.triedInVain;
  }

  /** After a refusal that may be for want of compression. */
  get mayTry(): boolean {
    return this.isNeeded || !this.isDecided;
  }

  plainOpened(): void {
    this.plainWorks = true;
    this.isNeeded = false;
  }

  /** A line has opened through ws; `isCompressed`: with what it was tried for. */
  opened(isCompressed: boolean): void {
    if (isCompressed) this.isNeeded = !this.plainWorks;
    else this.triedInVain = true;
  }

  /** The answers to a plain handshake and to the same one with compression; null: none came. Any other failure says nothing. */
  refused(plainStatus: number | null, status: number | null): void {
    if (status !== null && status === plainStatus) this.triedInVain = true;
  }
}
