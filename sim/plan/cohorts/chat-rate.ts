import type { CompiledChat, CompiledRoom } from '../../crowd/compiled.ts';
import { quantile } from '../../crowd/quantile.ts';
import { BIN_MS, type Bins } from '../bins.ts';
import type { Stream } from '../random.ts';

/** More bursts than this in one bin of the chat are drawn as a sum. */
const ONE_BY_ONE = 8;

/** From so many bins of the chat on, those of one second are taken together. */
const MANY_BINS = 40_000;

/**
 * How many messages a viewer of weight 1 is expected to send in each bin: the room's rate with its bursts, the process of
 * `crowd/chat-clock.ts`. Where bursts are many they are drawn together.
 */
export class ChatRate {
  /** By bin, since the last `play`. */
  readonly perViewer: Float64Array;
  private readonly room: CompiledRoom;
  private readonly chat: CompiledChat;
  private readonly sizes: Float64Array;
  private readonly bins: Bins;
  private readonly untilMs: number;

  constructor(room: CompiledRoom, chat: CompiledChat, tables: readonly Float64Array[], bins: Bins, untilMs: number) {
    this.room = room;
    this.chat = chat;
    this.sizes = tables[chat.burstSizeTable];
    this.bins = bins;
    this.untilMs = untilMs;
    this.perViewer = new Float64Array(bins.count);
  }

  play(stream: Stream): void {
    const { perViewer, bins, untilMs } = this;
    const { chatBinMs, chatPerViewerMs } = this.room;
    const { chatRoomPerMs, burstKeepPerBin } = this.room;
    const { burstShare, burstSizeMean } = this.chat;
    perViewer.fill(0);
    let glow = 0;
    const together = chatPerViewerMs.length > MANY_BINS ? Math.max(1, Math.floor(BIN_MS / chatBinMs)) : 1;
    const spanMs = together * chatBinMs;
    const keep = burstKeepPerBin ** together;
    for (let i = 0; i < chatPerViewerMs.length && i * chatBinMs < untilMs; i += together) {
      const expected = chatRoomPerMs[i] * spanMs;
      const bursts = burstSizeMean > 0 ? (burstShare * expected) / burstSizeMean : 0;
      if (bursts > 0) glow += this.burst(bursts, stream);
      const emitted = glow * (1 - keep);
      glow *= keep;
      const boost = expected > 0 ? 1 - burstShare + emitted / expected : 1;
      const fromMs = i * chatBinMs;
      this.spread(
        chatPerViewerMs[i] * boost,
        fromMs - bins.originMs,
        Math.min(untilMs, fromMs + spanMs) - bins.originMs,
      );
    }
  }

  /** Messages of as many bursts as begin when `bursts` are expected. */
  private burst(bursts: number, stream: Stream): number {
    const { burstSizeMean } = this.chat;
    // Sizes are exponential: their mean square is twice the square of the mean.
    if (bursts > ONE_BY_ONE) return stream.gamma(bursts * burstSizeMean, burstSizeMean * Math.sqrt(2 * bursts));
    let sum = 0;
    for (let k = stream.poisson(bursts); k > 0; k--) sum += quantile(this.sizes, stream.bits());
    return sum;
  }

  private spread(perMs: number, fromMs: number, toMs: number): void {
    const { perViewer } = this;
    for (let atMs = fromMs; atMs < toMs;) {
      const bin = Math.floor(atMs / BIN_MS);
      const nextMs = Math.min(toMs, (bin + 1) * BIN_MS);
      perViewer[bin] += perMs * (nextMs - atMs);
      atMs = nextMs;
    }
  }
}
