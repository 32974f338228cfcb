import type { Rows } from './rows.ts';

/**
 * The viewers who are present at one moment, with what each plans next: enough to go on from there. Traits are not kept, they follow
 * from (source, index) and the seed. A viewer in the middle of a purchase is back to watching: its cart is on a shelf of
 * a backend that this moment's world did not have.
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
  readonly lastCue: Int16Array;
}

export function takeSnapshot(rows: Rows, atMs: number): CrowdSnapshot {
  const present = new Int32Array(rows.present);
  let count = 0;
  for (let row = 0; row < rows.used; row++) if (rows.alive[row] === 1) present[count++] = row;
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
    lastCue: gather(rows.lastCue, present, new Int16Array(count)),
  };
}

function gather<T extends Int32Array | Uint16Array | Int16Array>(column: T, present: Int32Array, into: T): T {
  for (let i = 0; i < present.length; i++) into[i] = column[present[i]];
  return into;
}
