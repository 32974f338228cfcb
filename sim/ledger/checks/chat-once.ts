import type { Checker } from '../check.ts';
import { counted, Findings, settle } from '../evidence.ts';
import { chatDue, unseen, visitCase, visitWords } from '../presence.ts';

export const chatOnce: Checker = {
  id: 'chat_once',
  title: 'Chat reached everyone once',
  promise: 'By the numbers of the messages: none came twice over the same connection.',
  check(history) {
    const due = chatDue(chatOnce, history, 'no message received twice');
    if (due === null || 'status' in due) return due;
    const findings = new Findings();
    for (const visit of due.visits) {
      const { duplicates } = visit.end;
      if (duplicates === 0) continue;
      const words = `${counted(duplicates, 'message')} came again`;
      findings.add(
        duplicates,
        () => `${visitWords(visit)}: ${words}`,
        () => visitCase(history, visit, [{ atMs: visit.end.atMs, text: words }]),
      );
    }
    return settle(chatOnce, findings, {
      acceptable: `each of ${counted(due.received, 'message')} received once`,
      detail: `${counted(due.received, 'message')} received in ${counted(due.visits.length, 'visit')}, ${findings.violations} came again.`,
      missing: unseen(history),
    });
  },
};
