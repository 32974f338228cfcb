import type { Checker } from '../check.ts';
import { counted, Findings, settle } from '../evidence.ts';
import { chatDue, unseen, visitCase, visitWords } from '../presence.ts';

export const chatInOrder: Checker = {
  id: 'chat_in_order',
  title: 'Chat reached everyone in order',
  promise:
    'By the numbers of the messages: none came after one with a higher number over the same connection. Where a backend has no numbers: none came after what the same viewer said later.',
  check(history) {
    const due = chatDue(chatInOrder, history, 'no message received after a later one');
    if (due === null || 'status' in due) return due;
    const findings = new Findings();
    for (const visit of due.visits) {
      const { reordered } = visit.end;
      if (reordered === 0) continue;
      const words = `${counted(reordered, 'message')} came after a later one`;
      findings.add(
        reordered,
        () => `${visitWords(visit)}: ${words}`,
        () => visitCase(history, visit, [{ atMs: visit.end.atMs, text: words }]),
      );
    }
    return settle(chatInOrder, findings, {
      acceptable: `each of ${counted(due.received, 'message')} received before those with a higher number`,
      detail: `${counted(due.received, 'message')} received in ${counted(due.visits.length, 'visit')}, ${findings.violations} out of order.`,
      missing: unseen(history),
    });
  },
};
