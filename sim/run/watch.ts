import type { EventClock } from '../live/clock.ts';
import type { Host } from '../live/host.ts';

const ASK_EVERY_MS = 500;
/** So many bad answers in a row: one may be a hiccup of a loaded backend. */
const LOST_AFTER = 4;

/** Asks the target again and again how it is. Calls `lost` once, with the time of the first of the bad answers. */
export function watchTarget(host: Host, clock: EventClock, lost: (atMs: number) => void): { stop(): void } {
  let bad = 0;
  let firstBadAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const ask = async (): Promise<void> => {
    const askedAtMs = clock.now();
    const healthy = await host.isHealthy();
    if (stopped) return;
    if (healthy) bad = 0;
    else if (bad++ === 0) firstBadAtMs = askedAtMs;
    if (bad >= LOST_AFTER) return lost(firstBadAtMs);
    timer = setTimeout(() => void ask(), ASK_EVERY_MS);
  };
  void ask();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
