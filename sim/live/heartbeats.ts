import type { Payload } from '../targets/target.ts';

/** Viewers are served in so many turns, so that not all of them speak at once. */
const TURNS = 16;

/** Sends what a room wants to hear now and then from everybody. */
export class Heartbeats {
  private readonly timer: NodeJS.Timeout | null = null;
  private turn = 0;

  /** `send` is called for each link, by its row. */
  constructor(
    heartbeat: { readonly everyMs: number; readonly payload: Payload } | null | undefined,
    links: () => Iterable<{ readonly row: number; send(payload: Payload): boolean } | undefined>,
  ) {
    if (!heartbeat) return;
    const { everyMs, payload } = heartbeat;
    this.timer = setInterval(() => {
      this.turn = (this.turn + 1) % TURNS;
      for (const link of links()) if (link && link.row % TURNS === this.turn) link.send(payload);
    }, everyMs / TURNS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }
}
