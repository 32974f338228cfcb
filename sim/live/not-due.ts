import type { Link } from './link.ts';
import type { Numbering } from './numbering.ts';

/** What was on its way when a viewer came has arrived by then, or never does. */
const SETTLES_AFTER_MS = 10_000;

interface Newcomer {
  readonly link: Link;
  readonly room: number;
}

/**
 * A room without numbers does not say where a viewer begins: what was sent before it was let in, and had not reached any other viewer by
 * then, may have been published before it came. Nor is due what it said itself, where nobody hears that.
 */
export class NotDue {
  private readonly numberings: readonly Numbering[];
  private readonly shard: number;
  /** In order of coming. */
  private newcomers: Newcomer[] = [];

  /** `numberings`: by room; none where the room numbers its messages. `shard`: of this worker. */
  constructor(numberings: readonly Numbering[], shard: number) {
    this.numberings = numberings;
    this.shard = shard;
  }

  came(link: Link, room: number): void {
    if (this.numberings.length > 0) this.newcomers.push({ link, room });
  }

  /** Call now and then: settles the beginnings of visits before it is forgotten when their first messages were sent. */
  tick(nowEpochMs: number): void {
    const { newcomers } = this;
    let settled = 0;
    while (settled < newcomers.length && newcomers[settled].link.dueFromMs < nowEpochMs - SETTLES_AFTER_MS) {
      const { link, room } = newcomers[settled++];
      if (link.state === 'open') this.forgive(link, room, link.delivery.last);
    }
    if (settled > 0) this.newcomers = newcomers.slice(settled);
  }

  /** Forgives what was not due up to message `dueSeq`: it counts as received. */
  forgive(link: Link, room: number, dueSeq: number): void {
    if (this.numberings.length === 0) return;
    const numbering = this.numberings[room];
    const own = new Set(link.saidItself.map((n) => numbering.seqOf(this.shard, n)));
    const gaps = [...link.delivery.gaps(dueSeq)];
    // What is forgotten was sent long after a visit whose beginning is settled.
    const isEarly = (seq: number): boolean => (numbering.sentAtMs(seq) ?? Infinity) < link.dueFromMs;
    for (const seq of gaps) {
      if (!isEarly(seq) && !own.has(seq)) continue;
      link.delivery.forgive(seq);
      link.forgiven++;
    }
  }
}
