import { epochMs } from '../live/clock.ts';
import type { DoneMessage, FromShard, SecondMessage, ToShard } from '../live/messages.ts';

export interface FleetEvents {
  /** A line for whoever watches. */
  note(shard: number, text: string): void;
  ramp(connected: number, failed: number, total: number): void;
  second(shard: number, message: SecondMessage): void;
  /** A worker ended without having been told to. `how`: `killed by SIGKILL`, `exit code 1`, or its own words. */
  died(shard: number, how: string): void;
}

/** How one worker is reached. */
export interface Worker {
  /** Of its process; 0: it is elsewhere. */
  readonly pid: number;
  tell(message: ToShard): void;
  /** Ends it at once, and then `Hooks.ended` is called. */
  kill(): void;
}

/** What a worker tells of itself. */
export interface Hooks {
  heard(message: FromShard): void;
  /** It lives, and has nothing to say. */
  isAlive(): void;
  ended(how: string): void;
}

export type Hire = (hooks: Hooks) => Worker;

interface Member {
  worker: Worker | null;
  connected: number;
  failed: number;
  total: number;
  ready: boolean;
  drained: { playedMs: number; lastSeq: Readonly<Record<string, number>> } | null;
  done: DoneMessage | null;
  /** Null while it lives. */
  death: string | null;
  heardAtMs: number;
  hasSpoken: boolean;
}

/** Workers say every second that they live. */
const SILENT_AFTER_MS = 15_000;
const WATCH_EVERY_MS = 1000;

/** The workers of a run, wherever they are. */
export class Fleet {
  private readonly members: Member[];
  private readonly events: FleetEvents;
  private readonly firstWordWithinMs: number;
  private readonly watchdog: NodeJS.Timeout;
  private watchedAtMs = epochMs();
  private waiters: { readonly until: () => boolean; readonly resolve: () => void }[] = [];

  /** `firstWordWithinMs`: default for processes that load their code on cores that many of them share. */
  constructor(hires: readonly Hire[], events: FleetEvents, firstWordWithinMs = 60_000 + 1000 * hires.length) {
    this.firstWordWithinMs = firstWordWithinMs;
    this.events = events;
    this.members = hires.map(newMember);
    hires.forEach((hire, shard) => (this.members[shard].worker = hire(this.hooks(this.members[shard], shard))));
    this.watchdog = setInterval(() => this.endSilent(), WATCH_EVERY_MS);
  }

  get size(): number {
    return this.members.length;
  }

  pid(shard: number): number {
    return this.members[shard].worker?.pid ?? 0;
  }

  death(shard: number): string | null {
    return this.members[shard].death;
  }

  done(shard: number): DoneMessage | null {
    return this.members[shard].done;
  }

  /** Viewers of all shards who connected in the ramp. */
  rampTotals(): { connected: number; failed: number } {
    return {
      connected: this.members.reduce((sum, member) => sum + member.connected, 0),
      failed: this.members.reduce((sum, member) => sum + member.failed, 0),
    };
  }

  /** How far the window came in every shard that can still say. */
  playedMs(): number {
    const played = this.members.flatMap((member) => (member.drained ? [member.drained.playedMs] : []));
    return played.length > 0 ? Math.min(...played) : 0;
  }

  /** The last message of a room that any viewer saw. */
  lastSeq(roomId: string): number {
    return Math.max(0, ...this.members.map((member) => member.drained?.lastSeq[roomId] ?? 0));
  }

  tell(message: ToShard): void {
    for (const { worker, death } of this.members) if (death === null) worker?.tell(message);
  }

  /** Each resolves when all living workers have come so far, also when all are dead. */
  allReady(): Promise<void> {
    return this.when(() => this.members.every((member) => member.ready || member.death !== null));
  }
  allDrained(): Promise<void> {
    return this.when(() => this.members.every((member) => member.drained !== null || member.death !== null));
  }
  allDone(): Promise<void> {
    return this.when(() => this.members.every((member) => member.done !== null || member.death !== null));
  }

  /** Gives up on workers that should have drained by now and did not: they count as dead from here on. */
  dropStuck(): void {
    this.members.forEach((member, shard) => {
      if (member.drained !== null || member.death !== null) return;
      member.worker?.kill();
      this.ended(member, shard, 'it no longer answered');
    });
  }

  /** Ends every process at once, and returns when they have ended. */
  async kill(): Promise<void> {
    clearInterval(this.watchdog);
    for (const member of this.members) if (member.death === null) member.worker?.kill();
    await this.when(() => this.members.every((member) => member.death !== null));
  }

  /** Before its first word a worker loads its code, and many of them share the cores. */
  private silentAfterMs({ hasSpoken }: Member): number {
    return hasSpoken ? SILENT_AFTER_MS : this.firstWordWithinMs;
  }

  /** A worker that says nothing hangs. If we ourselves were held up, everybody has been silent: then wait another round. */
  private endSilent(): void {
    const nowMs = epochMs();
    const wasHeldUp = nowMs - this.watchedAtMs > 2 * WATCH_EVERY_MS;
    this.watchedAtMs = nowMs;
    if (wasHeldUp) return;
    this.members.forEach((member, shard) => {
      if (member.death !== null || member.done !== null || nowMs - member.heardAtMs < this.silentAfterMs(member))
        return;
      member.worker?.kill();
      this.ended(member, shard, `it said nothing for ${this.silentAfterMs(member) / 1000} s`);
    });
  }

  private hooks(member: Member, shard: number): Hooks {
    return {
      heard: (message) => {
        this.alive(member);
        if (message.type === 'note') this.events.note(shard, message.text);
        this.receive(member, shard, message);
      },
      isAlive: () => this.alive(member),
      ended: (how) => this.ended(member, shard, how),
    };
  }

  private alive(member: Member): void {
    member.heardAtMs = epochMs();
    member.hasSpoken = true;
  }

  private receive(member: Member, shard: number, message: FromShard): void {
    if (message.type === 'ramp' || message.type === 'ready') {
      member.connected = message.connected;
      member.failed = message.failed;
      if (message.type === 'ramp') member.total = message.total;
      else member.ready = true;
      this.reportRamp();
    } else if (message.type === 'second') this.events.second(shard, message);
    else if (message.type === 'drained') member.drained = message;
    else if (message.type === 'done') {
      member.done = message;
      this.events.second(shard, message.last);
    }
    this.wake();
  }

  private reportRamp(): void {
    const { connected, failed } = this.rampTotals();
    this.events.ramp(
      connected,
      failed,
      this.members.reduce((sum, member) => sum + member.total, 0),
    );
  }

  private ended(member: Member, shard: number, how: string): void {
    if (member.death !== null) return;
    member.death = how;
    if (member.done === null) this.events.died(shard, how);
    this.wake();
  }

  private when(until: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push({ until, resolve });
      this.wake();
    });
  }

  private wake(): void {
    const ready = this.waiters.filter((waiter) => waiter.until());
    this.waiters = this.waiters.filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) waiter.resolve();
  }
}

function newMember(): Member {
  return {
    worker: null,
    connected: 0,
    failed: 0,
    total: 0,
    ready: false,
    drained: null,
    done: null,
    death: null,
    heardAtMs: epochMs(),
    hasSpoken: false,
  };
}
