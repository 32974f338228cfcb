type Counts = ReadonlyMap<string, number>;

/** How many viewers each instance holds in each room. An instance that has not been heard of for `ttlMs` holds none. */
export class Attendance {
  private readonly ttlMs: number;
  private own = new Map<string, number>();
  private readonly others = new Map<string, { readonly heardAtMs: number; readonly counts: Counts }>();

  constructor(ttlMs: number) {
    this.ttlMs = ttlMs;
  }

  get here(): Counts {
    return this.own;
  }

  clear(): void {
    this.own = new Map();
    this.others.clear();
  }

  setOwn(roomId: string, count: number): void {
    this.own.set(roomId, count);
  }

  /** @returns the rooms whose total may have changed. */
  setOther(instance: string, counts: Record<string, number>, nowMs: number): string[] {
    const before = this.others.get(instance)?.counts.keys() ?? [];
    const entries = new Map(Object.entries(counts));
    this.others.set(instance, { heardAtMs: nowMs, counts: entries });
    return [...new Set([...before, ...entries.keys()])];
  }

  /** Forgets who has not been heard of. @returns the rooms whose total may have changed. */
  expire(nowMs: number): string[] {
    const rooms: string[] = [];
    for (const [instance, { heardAtMs, counts }] of this.others) {
      if (nowMs - heardAtMs < this.ttlMs) continue;
      this.others.delete(instance);
      rooms.push(...counts.keys());
    }
    return rooms;
  }

  total(roomId: string): number {
    let total = this.own.get(roomId) ?? 0;
    for (const { counts } of this.others.values()) total += counts.get(roomId) ?? 0;
    return total;
  }
}
