import type { CompiledBackend } from '../../crowd/compiled.ts';

/**
 * The way of chat to the viewers, as a fluid: every message is as many deliveries as the room has viewers, and they queue in front
 * of a capacity. The lag of a moment is the base lag and the time that the backlog takes.
 */
export class Fanout {
  lagMs: number;
  private readonly fanout: CompiledBackend['fanout'];
  private backlog = 0;

  constructor(fanout: CompiledBackend['fanout']) {
    this.fanout = fanout;
    this.lagMs = fanout.lagMs;
  }

  reset(): void {
    this.backlog = 0;
    this.lagMs = this.fanout.lagMs;
  }

  /** Deliveries of `messages` in a room of `viewers`, in `spanMs`: what the limit per viewer leaves of them. */
  deliveries(messages: number, viewers: number, spanMs: number): number {
    const { perViewerPerSec } = this.fanout;
    const most = perViewerPerSec === null ? messages : Math.min(messages, (perViewerPerSec * spanMs) / 1000);
    return most * viewers;
  }

  /** Takes the deliveries of all rooms in a span, and sets the lag at its end. */
  pass(deliveries: number, spanMs: number): void {
    const { deliveriesPerSec, lagMs } = this.fanout;
    if (deliveriesPerSec === null) return;
    this.backlog = Math.max(0, this.backlog + deliveries - (deliveriesPerSec * spanMs) / 1000);
    this.lagMs = lagMs + (deliveriesPerSec > 0 ? (this.backlog / deliveriesPerSec) * 1000 : 0);
  }
}
