import type { Visit, VisitEnd } from '../../sim/ledger/history.ts';

/** A visit to `main` from 1 s to 30 s, to which messages 11 to 110 were due, and who got them all. */
export function visit(viewerId: string, end: Partial<VisitEnd> | null = {}, change: Partial<Visit> = {}): Visit {
  const got = { received: 100, duplicates: 0, reordered: 0, missing: [], cueIds: [], lateMessages: 0 };
  return {
    viewerId,
    roomId: 'main',
    enteredMs: 1000,
    firstSeq: 10,
    end: end === null ? null : { atMs: 30_000, how: 'left', lastSeq: 110, ...got, ...end },
    ...change,
  };
}

export function visits(count: number, end: Partial<VisitEnd> = {}, change: Partial<Visit> = {}): Visit[] {
  return Array.from({ length: count }, (_, i) => visit(`viewer-${i}`, end, change));
}
