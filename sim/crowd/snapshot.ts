import type { Rows } from './rows.ts';
import { SLOT, SLOTS } from './state.ts';
import { NEVER, type TimingWheel } from './wheel.ts';

/**
 * The viewers who are present at one moment, with what each plans next: enough to go on from there. Traits are not kept, they
 * follow from (source, index) and the seed. A viewer on the way through a purchase begins it again with the product page, at
 * the moment of the next step: its cart is on a shelf of a backend that this moment's world did not have.
 */
export interface CrowdSnapshot {
  readonly atMs: number;
  readonly count: number;
  readonly source: Uint16Array;
  readonly index: Int32Array;
  readonly leaveAtMs: Int32Array;
  readonly chatAtMs: Int32Array;
  readonly likeAtMs: Int32Array;
  readonly giftAtMs: Int32Array;
  readonly chatCount: Uint16Array;
  readonly likeCount: Uint16Array;
  readonly giftCount: Uint16Array;
  readonly lastCue: Int32Array;
  /** The cue that set off the purchase under way, and when it goes on; NEVER when there is none. */
  readonly shopCue: Int32Array;
  readonly shopAtMs: Int32Array;
  /** The call that will be answered, and when; NEVER when there is none. */
  readonly callCue: Int32Array;
  readonly callAtMs: Int32Array;
}

export function takeSnapshot(rows: Rows, wheel: TimingWheel, atMs: number): CrowdSnapshot {
  const present = new Int32Array(rows.present);
  let count = 0;
  for (let row = 0; row < rows.used; row++) if (rows.alive[row] === 1) present[count++] = row;
  const timersOf = (slot: number): Int32Array =>
    present.map((row) => (wheel.isSet(row * SLOTS + slot) ? wheel.dueOf(row * SLOTS + slot) : NEVER));
  return {
    atMs,
    count,
    source: gather(rows.source, present, new Uint16Array(count)),
    index: gather(rows.index, present, new Int32Array(count)),
    leaveAtMs: gather(rows.leaveAtMs, present, new Int32Array(count)),
    chatAtMs: gather(rows.chatAtMs, present, new Int32Array(count)),
    likeAtMs: gather(rows.likeAtMs, present, new Int32Array(count)),
    giftAtMs: gather(rows.giftAtMs, present, new Int32Array(count)),
    chatCount: gather(rows.chatCount, present, new Uint16Array(count)),
    likeCount: gather(rows.likeCount, present, new Uint16Array(count)),
    giftCount: gather(rows.giftCount, present, new Uint16Array(count)),
    lastCue: gather(rows.lastCue, present, new Int32Array(count)),
    shopCue: gather(rows.shopCue, present, new Int32Array(count)),
    shopAtMs: timersOf(SLOT.shop),
    callCue: gather(rows.callCue, present, new Int32Array(count)),
    callAtMs: timersOf(SLOT.call),
  };
}

function gather<T extends Int32Array | Uint16Array>(column: T, present: Int32Array, into: T): T {
  for (let i = 0; i < present.length; i++) into[i] = column[present[i]];
  return into;
}
