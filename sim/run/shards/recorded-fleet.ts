import type { DoneMessage, FromShard } from '../../live/messages.ts';
import type { FleetFacts } from '../fleet-facts.ts';

interface Member {
  pid: number;
  connected: number;
  failed: number;
  drained: Extract<FromShard, { type: 'drained' }> | null;
  done: DoneMessage | null;
  death: string | null;
}

/** The workers of all shards, as recordings tell of them. */
export class RecordedFleet implements FleetFacts {
  private readonly members: readonly Member[];
  private lateViewers = 0;

  constructor(workers: number) {
    this.members = Array.from({ length: workers }, () => ({
      pid: 0,
      connected: 0,
      failed: 0,
      drained: null,
      done: null,
      death: null,
    }));
  }

  get size(): number {
    return this.members.length;
  }

  started(worker: number, pid: number): void {
    this.members[worker].pid = pid;
  }

  heard(worker: number, message: FromShard): void {
    const member = this.members[worker];
    if (message.type === 'ramp' || message.type === 'ready') {
      member.connected = message.connected;
      member.failed = message.failed;
    } else if (message.type === 'drained') member.drained = message;
    else if (message.type === 'done') member.done = message;
  }

  died(worker: number, how: string): void {
    this.members[worker].death ??= how;
  }

  /** Viewers of a shard who were not in when its window began. */
  late(viewers: number): void {
    this.lateViewers += viewers;
  }

  pid(worker: number): number {
    return this.members[worker].pid;
  }

  death(worker: number): string | null {
    return this.members[worker].death;
  }

  done(worker: number): DoneMessage | null {
    return this.members[worker].done;
  }

  rampTotals(): { connected: number; failed: number } {
    return {
      connected: this.members.reduce((sum, { connected }) => sum + connected, 0),
      failed: this.members.reduce((sum, { failed }) => sum + failed, this.lateViewers),
    };
  }

  /** The last message of a room that viewers of these workers saw; 0: none. */
  lastSeq(roomId: string, workers: Iterable<number> = this.members.keys()): number {
    return Math.max(0, ...[...workers].map((worker) => this.members[worker].drained?.lastSeq[roomId] ?? 0));
  }
}
