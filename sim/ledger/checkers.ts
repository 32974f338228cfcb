import type { Books } from './books.ts';
import type { Checker, CheckResult, IncidentResult, IncidentWatch } from './check.ts';
import { buyerLimitKept } from './checks/buyer-limit-kept.ts';
import { chatDelivered } from './checks/chat-delivered.ts';
import { chatInOrder } from './checks/chat-in-order.ts';
import { chatOnce } from './checks/chat-once.ts';
import { cuesDelivered } from './checks/cues-delivered.ts';
import { holdsResolved } from './checks/holds-resolved.ts';
import { keysKept } from './checks/keys-kept.ts';
import { moneyBalances } from './checks/money-balances.ts';
import { noDoubleCharge } from './checks/no-double-charge.ts';
import { noGhostOrders } from './checks/no-ghost-orders.ts';
import { noLostOrders } from './checks/no-lost-orders.ts';
import { noOversell } from './checks/no-oversell.ts';
import { noUndersell } from './checks/no-undersell.ts';
import { ordersPrivate } from './checks/orders-private.ts';
import { priceKept } from './checks/price-kept.ts';
import { refundsKept } from './checks/refunds-kept.ts';
import { stockConserved } from './checks/stock-conserved.ts';
import { stockNeverRises } from './checks/stock-never-rises.ts';
import { unknown } from './evidence.ts';
import type { History } from './history.ts';
import { lostAnswers } from './incidents/lost-answers.ts';
import { maskedRefusals } from './incidents/masked-refusals.ts';
import { massDisconnect } from './incidents/mass-disconnect.ts';
import { serverErrors } from './incidents/server-errors.ts';
import { slowAnswers } from './incidents/slow-answers.ts';
import { unevenChat } from './incidents/uneven-chat.ts';

/** Every invariant, in the order of the reports: stock, money, orders, then what viewers received. */
export const CHECKERS: readonly Checker[] = [
  noOversell,
  noUndersell,
  stockConserved,
  stockNeverRises,
  holdsResolved,
  noDoubleCharge,
  noLostOrders,
  noGhostOrders,
  priceKept,
  moneyBalances,
  refundsKept,
  buyerLimitKept,
  keysKept,
  ordersPrivate,
  chatDelivered,
  chatOnce,
  chatInOrder,
  cuesDelivered,
];

export const INCIDENTS: readonly IncidentWatch[] = [
  serverErrors,
  slowAnswers,
  lostAnswers,
  maskedRefusals,
  massDisconnect,
  unevenChat,
];

/**
 * Checks everything. What this event has nothing to check of is left out. Never throws: a checker that fails is a verdict that
 * nobody knows.
 */
export function checkAll(
  history: History,
  books: Books | null,
  checkers: readonly Checker[] = CHECKERS,
  incidents: readonly IncidentWatch[] = INCIDENTS,
): { invariants: CheckResult[]; incidents: IncidentResult[] } {
  return {
    invariants: checkers.flatMap((checker) => checkOne(checker, history, books) ?? []),
    incidents: incidents.map((incident) => watchOne(incident, history, books)),
  };
}

function checkOne(checker: Checker, history: History, books: Books | null): CheckResult | null {
  try {
    return checker.check(history, books);
  } catch (error) {
    return unknown(checker, '', `The check itself failed: ${message(error)}`);
  }
}

function watchOne(incident: IncidentWatch, history: History, books: Books | null): IncidentResult {
  const { id, title } = incident;
  try {
    return incident.watch(history, books);
  } catch (error) {
    return { id, title, count: null, detail: `The search itself failed: ${message(error)}`, evidence: [] };
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
