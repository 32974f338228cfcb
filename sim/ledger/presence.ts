import type { Checker, CheckResult, EvidenceCase } from './check.ts';
import { caseOf, counted, lostHistory, unknown } from './evidence.ts';
import type { History, Visit, VisitEnd } from './history.ts';

/** Helpers of the checks of what reached the viewers who were there. */

type EndedVisit = Visit & { readonly end: VisitEnd };

export function isEnded(visit: Visit): visit is EndedVisit {
  return visit.end !== null;
}

/** Of the chat that was due. */
export interface ChatDue {
  readonly visits: readonly EndedVisit[];
  readonly messages: number;
  readonly received: number;
}

/**
 * What a check of chat numbers has to go by. A result instead of it when it cannot or need not look: `unknown` for a backend
 * without numbers, `null` when no message was due to anybody.
 */
export function chatDue(checker: Checker, history: History, acceptable: string): ChatDue | CheckResult | null {
  if (history.visits.length === 0 && history.gaps.length === 0) return null;
  const { chatNumbers } = history.target;
  if (chatNumbers === 'no_chat') return null;
  if (chatNumbers === 'none') return unknown(checker, acceptable, NO_NUMBERS);
  const visits = history.visits.filter(isEnded);
  const messages = visits.reduce((sum, visit) => sum + dueTo(visit), 0);
  const received = visits.reduce((sum, { end }) => sum + end.received, 0);
  const missing = unseen(history);
  if (messages + received > 0) return { visits, messages, received };
  return missing === null ? null : unknown(checker, acceptable, missing);
}

/** Why the chat of some backends cannot be checked. */
export const NO_NUMBERS = 'The backend does not number its messages: what each viewer got cannot be told.';

/** Messages that were due to it. */
export function dueTo({ firstSeq, end }: EndedVisit): number {
  return Math.max(0, end.lastSeq - firstSeq);
}

/** Why "pass" cannot be said of all visits; `null`: each is known to its end. */
export function unseen(history: History): string | null {
  const lost = lostHistory(history);
  if (lost !== null) return lost;
  const open = history.visits.filter((visit) => !isEnded(visit)).length;
  return open === 0 ? null : `The history of ${counted(open, 'visit')} ends before the visit did.`;
}

export function visitWords({ viewerId, roomId, enteredMs, end }: EndedVisit): string {
  return `${viewerId} in ${roomId}, ${at(enteredMs)} to ${at(end.atMs)}`;
}

/** A visit, with what happened in it. */
export function visitCase(history: History, visit: EndedVisit, moments: EvidenceCase['timeline']): EvidenceCase {
  const { viewerId, roomId, enteredMs, firstSeq, end } = visit;
  const came = `${viewerId} enters ${roomId} after message ${firstSeq}`;
  const ways = {
    left: 'leaves',
    lost: 'loses the connection',
    end: 'is there to the end of the run',
    cut: 'is there when the history of its worker ends',
  };
  const got = `due up to message ${end.lastSeq}, ${counted(end.received, 'message')} received`;
  return caseOf(history, null, `${viewerId} in ${roomId}`, {
    moments: [
      { atMs: enteredMs, text: came },
      ...moments,
      { atMs: end.atMs, text: `${viewerId} ${ways[end.how]}: ${got}` },
    ],
  });
}

function at(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
