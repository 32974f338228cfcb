import type { Books } from '../books.ts';
import { hasNoAnswer } from '../answers.ts';
import { EVIDENCE_AT_MOST, type IncidentWatch } from '../check.ts';
import { counted, eventTime, inSeconds } from '../evidence.ts';
import type { History, Purchase, Step } from '../history.ts';
import { orderOfPay } from '../steps.ts';
import { booksViewOf, isCharge, viewOf } from '../views.ts';

export const lostAnswers: IncidentWatch = {
  id: 'lost_answers',
  title: 'Payments without an answer',
  meaning:
    'Payments that were sent and not answered, though the books have them captured: before the buyer tried again, or at all if nobody tried again. Without the payments of the books nothing can be said.',
  watch(history, books) {
    const { id, title } = this;
    if (books === null || books.payments === null) {
      return { id, title, count: null, detail: 'The backend has no books of payments.', evidence: [] };
    }
    const evidence: string[] = [];
    let count = 0;
    for (const purchase of viewOf(history).survey.answers.lostPays) {
      const lost = lostPay(history, books, purchase);
      if (lost === null) continue;
      count++;
      if (evidence.length < EVIDENCE_AT_MOST) {
        const { step, orderId } = lost;
        evidence.push(
          `${purchase.id}: the payment sent at ${inSeconds(step.sentMs)} is captured for ${orderId}, its answer never came (${step.told?.code ?? 'none'})`,
        );
      }
    }
    const detail =
      count === 0
        ? 'No captured payment went without an answer.'
        : `${counted(count, 'payment')} captured, and not answered.`;
    return { id, title, count, detail, evidence };
  },
};

/** The payment of this purchase that was carried out and not answered. */
function lostPay(history: History, books: Books, purchase: Purchase): { step: Step; orderId: string } | null {
  const pays = purchase.steps.filter(({ kind }) => kind === 'pay');
  // One that nobody was told anything of is where the history ends, and no answer that was lost.
  const first = pays.find((pay) => pay.told !== null && hasNoAnswer(pay));
  const orderId = first === undefined ? null : orderOfPay(purchase.steps, first);
  if (first === undefined || orderId === null) return null;
  // An answered try explains what was captured from then on; another tap of the same moment is no further try.
  const triedAgain = pays.find((pay) => !hasNoAnswer(pay) && pay.attempt > Math.max(0, first.attempt));
  const untilMs = triedAgain?.sentMs ?? Infinity;
  for (const payment of booksViewOf(books).paymentsByOrder.of(orderId)) {
    const atMs = payment.atEpochMs === null ? null : eventTime(history, payment.atEpochMs);
    if (!isCharge(payment) || (atMs ?? Infinity) > untilMs) continue;
    // The last try that was under way by then.
    return { step: pays.findLast((pay) => hasNoAnswer(pay) && pay.sentMs <= (atMs ?? Infinity)) ?? first, orderId };
  }
  return null;
}
