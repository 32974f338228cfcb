const LATE_MS = 2500;

interface Kept {
  readonly frame: Buffer;
  /** Frames that are late together have one number. null: it only waits behind others. */
  readonly group: number | null;
}

/** Frames that are kept back for some viewers. What comes after a kept frame waits behind it, so their order stays. */
export class LateFrames<T> {
  private readonly keptFor = new Map<T, Kept[]>();
  private groups = 0;

  /** For how many viewers something is kept. */
  get size(): number {
    return this.keptFor.size;
  }

  /** Begins a delay. When it is over, what was kept in it, and what waits behind that, goes to `write`. */
  begin(write: (member: T, frame: Buffer) => void): void {
    const group = ++this.groups;
    // Nobody waits for a late frame when the process wants to end.
    setTimeout(() => this.end(group, write), LATE_MS).unref();
  }

  /** @returns false when the frame can go at once: it is not late, and nothing is kept for this viewer. */
  keep(member: T, frame: Buffer, isLate: boolean): boolean {
    const kept = this.keptFor.get(member);
    if (kept === undefined && !isLate) return false;
    const entry: Kept = { frame, group: isLate ? this.groups : null };
    if (kept === undefined) this.keptFor.set(member, [entry]);
    else kept.push(entry);
    return true;
  }

  forget(member: T): void {
    this.keptFor.delete(member);
  }

  private end(group: number, write: (member: T, frame: Buffer) => void): void {
    for (const [member, kept] of this.keptFor) {
      const stillKept = kept.findIndex((entry) => entry.group !== null && entry.group > group);
      const over = kept.splice(0, stillKept < 0 ? kept.length : stillKept);
      if (kept.length === 0) this.keptFor.delete(member);
      for (const { frame } of over) write(member, frame);
    }
  }
}
