/** What the ledger found, put in the order in which people read it. Terminal and page show the same. */

import { EVIDENCE_AT_MOST, type InvariantResult, type RunResult } from '../sim/result.ts';
import { ABSENT, eventClock } from './format.ts';

export type IncidentResult = RunResult['incidents'][number];
export type EvidenceCase = InvariantResult['cases'][number];

export interface Ledger {
  readonly invariants: readonly InvariantResult[];
  readonly incidents: readonly IncidentResult[];
}

export interface SortedChecks {
  readonly failed: readonly InvariantResult[];
  /** Those that are unknown for the same reason stand together: books that cannot be read leave a dozen. */
  readonly unknown: readonly UnknownChecks[];
  readonly passed: readonly InvariantResult[];
}

export interface UnknownChecks {
  /** Why they could not be checked. */
  readonly detail: string;
  readonly checks: readonly InvariantResult[];
}

export function sortChecks(invariants: readonly InvariantResult[]): SortedChecks {
  const withStatus = (status: InvariantResult['status']) => invariants.filter((one) => one.status === status);
  const byDetail = new Map<string, InvariantResult[]>();
  for (const check of withStatus('unknown')) {
    byDetail.set(check.detail, [...(byDetail.get(check.detail) ?? []), check]);
  }
  return {
    failed: withStatus('fail'),
    unknown: [...byDetail].map(([detail, checks]) => ({ detail, checks })),
    passed: withStatus('pass'),
  };
}

export interface SortedIncidents {
  readonly seen: readonly IncidentResult[];
  readonly notSeen: readonly IncidentResult[];
  /** The history cannot say. */
  readonly unknown: readonly IncidentResult[];
}

export function sortIncidents(incidents: readonly IncidentResult[]): SortedIncidents {
  return {
    seen: incidents.filter(({ count }) => count !== null && count > 0),
    notSeen: incidents.filter(({ count }) => count === 0),
    unknown: incidents.filter(({ count }) => count === null),
  };
}

type Moment = EvidenceCase['timeline'][number];

/** Who speaks in a line of a timeline: a viewer who asks, the backend that answers, or its books. */
export type Voice = 'asks' | 'answer' | 'books' | 'other';

/** By the words that `sim/ledger/evidence.ts` writes; a line in other words is shown all the same, without a mark of its own. */
export function voiceOf({ text }: Moment): Voice {
  if (text.startsWith('books:')) return 'books';
  const verb = /^\S+ (sends|is told|never hears)\b/.exec(text)?.[1];
  if (verb === 'sends') return 'asks';
  return verb === undefined ? 'other' : 'answer';
}

/** A moment of the event to the millisecond: `0:15:01.203`. */
export function exactClock(atMs: number | null): string {
  if (atMs === null) return ABSENT;
  // Rounded first, so that 999.7 ms do not read as 1,000 of them.
  const wholeMs = Math.round(atMs);
  const restMs = String(Math.abs(wholeMs) % 1000).padStart(3, '0');
  const sign = wholeMs < 0 && wholeMs > -1000 ? '-' : '';
  return `${sign}${eventClock(wholeMs)}.${restMs}`;
}

/** `3`, or `the first 20` where a result may hold no more lines. */
export function evidenceCount(lines: readonly string[]): string {
  return lines.length < EVIDENCE_AT_MOST ? `${lines.length}` : `the first ${lines.length}`;
}
