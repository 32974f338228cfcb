/**
 * The present viewers as a struct of arrays with a free list. A row is a viewer while it is present; `generation` tells
 * a late answer that its row has been given to someone else.
 */
export class Rows {
  capacity: number;
  /** Rows in use. */
  present = 0;
  /** Rows 0..used-1 have been handed out at least once. */
  used = 0;
  private free: Int32Array;
  private freeCount = 0;

  alive: Uint8Array;
  generation: Int32Array;
  source: Uint16Array;
  index: Int32Array;
  keyA: Int32Array;
  keyB: Int32Array;
  persona: Uint8Array;
  room: Uint16Array;
  rttMs: Uint16Array;
  chatWeight: Float32Array;
  leaveAtMs: Int32Array;
  chatAtMs: Int32Array;
  likeAtMs: Int32Array;
  giftAtMs: Int32Array;
  chatCount: Uint16Array;
  likeCount: Uint16Array;
  giftCount: Uint16Array;
  linkAttempt: Uint8Array;
  lastCue: Int32Array;
  callCue: Int32Array;
  shopStage: Uint8Array;
  shopCue: Int32Array;
  shopAttempt: Uint8Array;
  tapsLeft: Uint8Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.free = new Int32Array(capacity);
    this.alive = new Uint8Array(capacity);
    this.generation = new Int32Array(capacity);
    this.source = new Uint16Array(capacity);
    this.index = new Int32Array(capacity);
    this.keyA = new Int32Array(capacity);
    this.keyB = new Int32Array(capacity);
    this.persona = new Uint8Array(capacity);
    this.room = new Uint16Array(capacity);
    this.rttMs = new Uint16Array(capacity);
    this.chatWeight = new Float32Array(capacity);
    this.leaveAtMs = new Int32Array(capacity);
    this.chatAtMs = new Int32Array(capacity);
    this.likeAtMs = new Int32Array(capacity);
    this.giftAtMs = new Int32Array(capacity);
    this.chatCount = new Uint16Array(capacity);
    this.likeCount = new Uint16Array(capacity);
    this.giftCount = new Uint16Array(capacity);
    this.linkAttempt = new Uint8Array(capacity);
    this.lastCue = new Int32Array(capacity);
    this.callCue = new Int32Array(capacity);
    this.shopStage = new Uint8Array(capacity);
    this.shopCue = new Int32Array(capacity);
    this.shopAttempt = new Uint8Array(capacity);
    this.tapsLeft = new Uint8Array(capacity);
  }

  /** A row for a new viewer, its state cleared. Call `grow` first when `isFull`. */
  take(): number {
    const row = this.freeCount > 0 ? this.free[--this.freeCount] : this.used++;
    this.present++;
    this.alive[row] = 1;
    this.chatCount[row] = this.likeCount[row] = this.giftCount[row] = 0;
    this.linkAttempt[row] = 0;
    this.lastCue[row] = this.callCue[row] = this.shopCue[row] = -1;
    this.shopStage[row] = this.shopAttempt[row] = this.tapsLeft[row] = 0;
    return row;
  }

  give(row: number): void {
    this.alive[row] = 0;
    this.generation[row]++;
    this.present--;
    this.free[this.freeCount++] = row;
  }

  get isFull(): boolean {
    return this.freeCount === 0 && this.used === this.capacity;
  }

  /** Doubles the room. The only call that allocates. */
  grow(): void {
    const bigger = new Rows(this.capacity * 2);
    for (const [name, column] of Object.entries(this)) {
      if (ArrayBuffer.isView(column)) (bigger as unknown as Record<string, Uint8Array>)[name].set(column as Uint8Array);
    }
    const { present, used, freeCount } = this;
    Object.assign(this, bigger, { present, used, freeCount });
  }
}
