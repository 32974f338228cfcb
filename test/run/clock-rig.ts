import type { HttpSender } from '../../sim/live/http.ts';
import { ClockProbe, type ProbeTime } from '../../sim/run/clock-probe.ts';
import { askOver } from '../../sim/run/date-header.ts';

/** Time that passes when all wait for it. Epoch ms. */
export class WaitedTime implements ProbeTime {
  private nowMs: number;
  private readonly waiting: { readonly atMs: number; readonly wake: () => void }[] = [];

  constructor(nowMs = 1_795_000_000_000.4) {
    this.nowMs = nowMs;
  }

  now(): number {
    return this.nowMs;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.waiting.push({ atMs: this.nowMs + ms, wake }));
  }

  /** Lets time pass for as long as it takes. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return done;
      this.waiting.sort((a, b) => a.atMs - b.atMs);
      const next = this.waiting.shift();
      if (next === undefined) throw new Error('Everybody waits, and for nothing');
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.wake();
    }
  }
}

/** What a server writes into its answers when its clock shows so much; null: it does not answer. */
type Dating = (serverMs: number) => Readonly<Record<string, string>> | null;

export interface FarServer {
  /** Its clock minus ours, at the beginning. */
  readonly offsetMs: number;
  /** What its clock is ahead by more after a second, in millionths of it. */
  readonly driftPpm?: number;
  /** Ways there and back, of each question. */
  readonly thereMs: () => number;
  readonly backMs: () => number;
  readonly dating?: Dating;
}

export const dateText = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toUTCString();

/** As Go: the clock is read for each answer. */
export const fresh: Dating = (serverMs) => ({ date: dateText(serverMs) });

/** As Node: the date of a second is kept until a timer ends it, which comes late. */
export function lateSeconds(lateMs: () => number): Dating {
  let [dateMs, untilMs] = [0, -Infinity];
  return (serverMs) => {
    if (serverMs >= untilMs) {
      dateMs = Math.floor(serverMs / 1000) * 1000;
      untilMs = dateMs + 1000 + lateMs();
    }
    return { date: dateText(dateMs) };
  };
}

/** As Envoy: a timer of its own makes the date, every so often from any moment on. */
export function byTimer(everyMs: number, phaseMs: number, server: string | null): Dating {
  return (serverMs) => ({
    date: dateText(Math.floor((serverMs - phaseMs) / everyMs) * everyMs + phaseMs),
    ...(server === null ? {} : { server }),
  });
}

/** A probe of such a server, and how often it was asked. */
export class FarProbe {
  readonly time = new WaitedTime();
  readonly probe: ClockProbe;
  questions = 0;
  private readonly server: FarServer;
  private readonly beganMs: number;

  constructor(server: FarServer) {
    this.server = server;
    this.beganMs = this.time.now();
    const http = { sendTo: () => this.answer() } as unknown as HttpSender;
    const question = { method: 'GET', path: '/', origin: 'http://shop.test' } as const;
    this.probe = new ClockProbe(askOver(http, question), this.time);
  }

  get offsetMs(): number {
    const { offsetMs, driftPpm = 0 } = this.server;
    return offsetMs + (driftPpm / 1e6) * (this.time.now() - this.beganMs);
  }

  run(stop?: AbortSignal) {
    return this.time.until(this.probe.probe(stop));
  }

  pass(ms: number): Promise<void> {
    return this.time.until(this.time.sleep(ms));
  }

  private async answer() {
    this.questions++;
    await this.time.sleep(this.server.thereMs());
    const headers = (this.server.dating ?? fresh)(this.time.now() + this.offsetMs);
    await this.time.sleep(this.server.backMs());
    if (headers === null) return { failure: 'timeout', queuedMs: 0 };
    return { answer: { status: 200, body: '', header: (name: string) => headers[name] ?? null }, queuedMs: 0 };
  }
}
