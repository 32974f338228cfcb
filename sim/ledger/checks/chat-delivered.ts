import type { Checker, CheckResult } from '../check.ts';
import { counted, Findings, settle } from '../evidence.ts';
import type { History, VisitEnd } from '../history.ts';
import { chatDue, dueTo, unseen, visitCase, visitWords, type ChatDue } from '../presence.ts';

export const chatDelivered: Checker = {
  id: 'chat_delivered',
  title: 'Chat reached everyone who was there',
  promise:
    'By the numbers of the messages: each one that was published while a viewer was there, up to 2 s before it left or lost its connection (5 s before its worker was killed), reached that viewer. Where a backend has no numbers, the chat of the crowd carries marks: what one viewer of a worker heard of it was due to all others of that worker who were in when it was sent. A backend that says it samples only has to send something: a viewer to whom 200 messages were due, and who got none, counts.',
  check,
};

/** From so many messages on a sample that holds none of them is no sample. */
const SAMPLED_FROM_MESSAGES = 200;

function check(history: History): CheckResult | null {
  const due = chatDue(chatDelivered, history, 'each message received by everyone who was there');
  if (due === null || 'status' in due) return due;
  return history.target.chatDelivery === 'sampled' ? checkSample(history, due) : checkAll(history, due);
}

function checkAll(history: History, { visits, messages }: ChatDue): CheckResult {
  const findings = new Findings();
  let viewers = 0;
  for (const visit of visits) {
    const { received, missing } = visit.end;
    const lost = Math.max(dueTo(visit) - received, sizeOf(missing));
    if (lost <= 0) continue;
    viewers++;
    const words = `${counted(lost, 'message')} of ${dueTo(visit)} never came${ranges(missing)}`;
    findings.add(
      lost,
      () => `${visitWords(visit)}: ${words}`,
      () => visitCase(history, visit, [{ atMs: visit.end.atMs, text: words }]),
    );
  }
  const came = messages - findings.violations;
  return settle(chatDelivered, findings, {
    acceptable: `all of ${counted(messages, 'message')} due to ${counted(visits.length, 'visit')} received`,
    detail: `${came} of ${messages} messages due were received${viewers > 0 ? `; ${counted(viewers, 'visit')} missed ${findings.violations}` : ''}.`,
    missing: unseen(history),
  });
}

function checkSample(history: History, { visits, messages, received }: ChatDue): CheckResult {
  const findings = new Findings();
  for (const visit of visits) {
    if (visit.end.received > 0 || dueTo(visit) < SAMPLED_FROM_MESSAGES) continue;
    const words = `not one of ${dueTo(visit)} messages came`;
    findings.add(
      1,
      () => `${visitWords(visit)}: ${words}`,
      () => visitCase(history, visit, [{ atMs: visit.end.atMs, text: words }]),
    );
  }
  const none = `${counted(findings.violations, 'visit')} got none of at least ${SAMPLED_FROM_MESSAGES}`;
  return settle(chatDelivered, findings, {
    acceptable: `a sample of ${messages} messages due to ${counted(visits.length, 'visit')}: some for everyone to whom at least ${SAMPLED_FROM_MESSAGES} were due`,
    detail: `The backend samples: ${received} of ${messages} messages due were received; ${none}.`,
    missing: unseen(history),
  });
}

function sizeOf(missing: VisitEnd['missing']): number {
  return missing.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

function ranges(missing: VisitEnd['missing']): string {
  if (missing.length === 0) return '';
  return `: ${missing.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ')}`;
}
