import type { Logger } from 'pino';
import type { Hub } from '../rooms/hub.ts';
import type { Channel } from './channel.ts';
import { Front, type FrontSettings } from './front.ts';
import type { SharedPort } from './shared-port.ts';

/** What is wrong when a front ends at once will not be better at once. */
const RESTART_AFTER_MS = 500;
const WATCH_EVERY_MS = 1000;
/** A front that was told to end and still runs after its grace is ended. */
const KILL_AFTER_MS = 400;

/** All fronts of a stub. One that dies is replaced; its viewers are gone. */
export class Fronts {
  private readonly settings: FrontSettings;
  private readonly hub: Hub;
  private readonly port: SharedPort;
  private readonly logger: Logger;
  /** Shared with the rooms. */
  private readonly channels: Set<Channel>;
  private readonly fronts = new Set<Front>();
  private readonly restarts = new Set<NodeJS.Timeout>();
  private readonly watch = setInterval(() => this.endStuck(), WATCH_EVERY_MS);
  private closing = false;

  constructor(settings: FrontSettings, hub: Hub, channels: Set<Channel>, port: SharedPort, logger: Logger) {
    this.settings = settings;
    this.hub = hub;
    this.channels = channels;
    this.port = port;
    this.logger = logger;
  }

  /** @throws Error with `code` when they cannot listen. */
  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.startOne()));
  }

  /** Resolves when all have ended. Viewers who were sent away before still get to read so. */
  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.watch);
    for (const restart of this.restarts) clearTimeout(restart);
    const fronts = [...this.fronts];
    for (const front of fronts) front.end();
    const cut = setTimeout(() => {
      for (const front of fronts) front.kill();
    }, this.settings.graceMs + KILL_AFTER_MS);
    await Promise.all(fronts.map((front) => front.ended));
    clearTimeout(cut);
  }

  private async startOne(): Promise<void> {
    const front = new Front(this.settings, this.hub);
    this.fronts.add(front);
    this.channels.add(front.channel);
    void front.ended.then((how) => this.died(front, how));
    await front.listen(this.port);
  }

  private died(front: Front, how: string): void {
    this.fronts.delete(front);
    this.channels.delete(front.channel);
    front.forgetVisits();
    if (this.closing) return;
    this.logger.warn({ how }, 'a front ended; its viewers are gone, another is started');
    const restart = setTimeout(() => {
      this.restarts.delete(restart);
      // One that does not get to listen ends, and comes back here.
      this.startOne().catch((error: Error) => this.logger.warn({ err: error }, 'a front did not start'));
    }, RESTART_AFTER_MS);
    this.restarts.add(restart);
  }

  private endStuck(): void {
    for (const front of this.fronts) if (front.isStuck) front.kill();
  }
}
