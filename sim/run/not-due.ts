import type { Link } from './link.ts';
import type { Numbering } from './numbering.ts';

/**
 * A room without numbers does not say where a viewer begins: what was sent before it was let in, and had not reached any other viewer by
 * then, may have been published before it came. Nor is due what it said itself, where nobody hears that. Forgives both up to message
 * `dueSeq`, and answers how many messages that are. `shard`: of this worker.
 */
export function forgiveNotDue(
  { delivery, welcomedAtMs, saidItself }: Link,
  numbering: Numbering,
  shard: number,
  dueSeq: number,
): number {
  const own = new Set(saidItself.map((n) => numbering.seqOf(shard, n)));
  const notDue = [...delivery.gaps(dueSeq)].filter(
    (seq) => own.has(seq) || (numbering.sentAtMs(seq) ?? 0) < welcomedAtMs,
  );
  for (const seq of notDue) delivery.forgive(seq);
  return notDue.length;
}
