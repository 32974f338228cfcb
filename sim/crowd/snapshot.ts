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
