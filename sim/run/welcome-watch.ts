import type { Link } from './link.ts';

/** A room that does not welcome a viewer within this has not let it in. */
const WELCOME_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 250;

/** Cuts the lines of viewers whom their room does not welcome in time. One timer for all: a timer each is memory that idles. */
export class WelcomeWatch {
  /** In the order in which they came, which is that of their time-outs. */
  private links: Link[] = [];
  private sinceMs: number[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.timer = setInterval(() => this.look(performance.now()), LOOK_EVERY_MS);
    this.timer.unref();
  }

  expect(link: Link): void {
    this.links.push(link);
    this.sinceMs.push(performance.now());
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(nowMs: number): void {
    let late = 0;
    while (late < this.links.length && nowMs - this.sinceMs[late] >= WELCOME_TIMEOUT_MS) late++;
    const overdue = this.links.slice(0, late).filter((link) => link.state === 'connecting');
    // Whoever is in, or gone, is not kept.
    const rest = this.links.flatMap((link, i) => (i >= late && link.state === 'connecting' ? [i] : []));
    this.sinceMs = rest.map((i) => this.sinceMs[i]);
    this.links = rest.map((i) => this.links[i]);
    for (const link of overdue) link.refuse();
  }
}
