import type { CompiledChat, CompiledRoom } from './compiled.ts';
import { draw, hashId, keyA, keyB, PURPOSE } from './rng.ts';
import { quantile } from './quantile.ts';
import { NEVER } from './wheel.ts';

/**
 * When a room talks. The chat of a room is a Poisson cluster process (Neyman-Scott, seen as a Cox process): a steady part
 * of 1 - q, and bursts that carry the share q. A burst has a drawn size and dies away exponentially. Bursts are drawn from
 * the seed alone, so they do not depend on the network or on the number of workers; each viewer follows the
 * room's intensity by time change, with a weight of its own.
 *
 * For exponential burst sizes of mean m and decay d, the Fano factor of counts in windows of T is (Cox and Isham 1980)
 *     F(T) = 1 + 2 q m [1 - (1 - exp(-T/d)) d / T]
 * which is 1.9 at 1 s and 7.1 at 10 s for q = .65, m = 11, d = 8 s.
 */
export class ChatClock {
  private readonly binMs: number;
  /** Expected messages of a viewer of weight 1 up to the start of bin i. */
  private readonly cumulative: Float64Array;
  private readonly exponential: Float64Array;

  constructor(room: CompiledRoom, chat: CompiledChat, tables: readonly Float64Array[], seedLo: number, seedHi: number) {
    this.binMs = room.chatBinMs;
    this.exponential = tables[chat.exponentialTable];
    const boost = burstFactors(room, chat, tables, seedLo, seedHi);
    const bins = room.chatPerViewerMs.length;
    this.cumulative = new Float64Array(bins + 1);
    for (let i = 0; i < bins; i++) {
      this.cumulative[i + 1] = this.cumulative[i] + room.chatPerViewerMs[i] * this.binMs * boost[i];
    }
  }

  /**
   * When a viewer chats next, at least a millisecond after `fromMs`; event time in ms, or NEVER. The weight is read from its
   * column: a number that is handed over is boxed.
   */
  nextAfter(fromMs: number, weights: Float32Array, row: number, bits: number): number {
    const weight = weights[row];
    if (weight <= 0) return NEVER;
    const { cumulative, binMs } = this;
    const last = cumulative.length - 1;
    const at = Math.max(0, fromMs) / binMs;
    const bin = Math.min(at | 0, last);
    const rest = bin < last ? (cumulative[bin + 1] - cumulative[bin]) * (at - bin) : 0;
    const goal = cumulative[bin] + rest + quantile(this.exponential, bits) / weight;
    if (goal >= cumulative[last]) return NEVER;
    let low = bin;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] <= goal) low = middle;
      else high = middle;
    }
    const share = (goal - cumulative[low]) / (cumulative[low + 1] - cumulative[low]);
    return Math.max(fromMs + 1, Math.floor((low + share) * binMs));
  }
}

/** How much livelier than its mean the room is in each bin; mean 1. */
function burstFactors(
  room: CompiledRoom,
  chat: CompiledChat,
  tables: readonly Float64Array[],
  seedLo: number,
  seedHi: number,
): Float64Array {
  const { chatRoomPerMs, chatBinMs, burstKeepPerBin } = room;
  const roomKey = hashId(room.id);
  const a = keyA(seedLo, roomKey, -2);
  const b = keyB(seedHi, roomKey, -2);
  const exponential = tables[chat.exponentialTable];
  const sizes = tables[chat.burstSizeTable];
  const boost = new Float64Array(chatRoomPerMs.length);
  let n = 0;
  let untilNext = quantile(exponential, draw(a, b, PURPOSE.burstGap, 0));
  let glow = 0;
  for (let i = 0; i < boost.length; i++) {
    const expected = chatRoomPerMs[i] * chatBinMs;
    let bursts = chat.burstSizeMean > 0 ? (chat.burstShare * expected) / chat.burstSizeMean : 0;
    while (bursts >= untilNext) {
      bursts -= untilNext;
      glow += quantile(sizes, draw(a, b, PURPOSE.burstSize, n));
      n++;
      untilNext = quantile(exponential, draw(a, b, PURPOSE.burstGap, n));
    }
    untilNext -= bursts;
    const emitted = glow * (1 - burstKeepPerBin);
    glow *= burstKeepPerBin;
    boost[i] = expected > 0 ? 1 - chat.burstShare + emitted / expected : 1;
  }
  return boost;
}
