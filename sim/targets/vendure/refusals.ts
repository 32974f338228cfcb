import type { OutcomeCode, ShopOutcome } from '../target.ts';
import type { GraphReply } from './graphql.ts';

/** A result of Vendure that is not what was asked for. */
export interface ErrorResult {
  readonly errorCode: string;
  readonly message: string;
  /** Of INSUFFICIENT_STOCK_ERROR. */
  readonly quantityAvailable?: number;
  /** Of ORDER_STATE_TRANSITION_ERROR. */
  readonly transitionError?: string;
  readonly fromState?: string;
  /** Of INELIGIBLE_PAYMENT_METHOD_ERROR. */
  readonly eligibilityCheckerMessage?: string | null;
}

/** Nobody knows whether it has happened. */
export const BROKEN: ShopOutcome = { status: 'unknown', code: 'broken' };

export function rejected(code: OutcomeCode): ShopOutcome {
  return { status: 'rejected', code };
}

/** Codes of Vendure that mean one thing. The others are a plain refusal. */
const CODES: Readonly<Record<string, OutcomeCode>> = {
  INSUFFICIENT_STOCK_ERROR: 'sold_out',
  ORDER_LIMIT_ERROR: 'limit_reached',
  PAYMENT_DECLINED_ERROR: 'card_declined',
  NO_ACTIVE_ORDER_ERROR: 'expired',
  ORDER_PAYMENT_STATE_ERROR: 'expired',
};

const NO_STOCK = /stock|sold.?out/i;

/**
 * What a refusal means. A shop that is out of stock refuses to arrange the payment, or, where a plugin looks at the stock then, the way
 * to pay; both say why in words only.
 */
export function refusalOf({ errorCode, transitionError, eligibilityCheckerMessage }: ErrorResult): ShopOutcome {
  if (errorCode === 'ORDER_STATE_TRANSITION_ERROR' || errorCode === 'INELIGIBLE_PAYMENT_METHOD_ERROR') {
    const words = transitionError ?? eligibilityCheckerMessage ?? '';
    return rejected(NO_STOCK.test(words) ? 'sold_out' : 'refused');
  }
  return rejected(Object.hasOwn(CODES, errorCode) ? CODES[errorCode] : 'refused');
}

/** What an answer without a result means; `null`: it has one. */
export function failureOf({ status, data, errors }: GraphReply): ShopOutcome | null {
  if (status === 429) return rejected('throttled');
  if (status >= 500) return BROKEN;
  if (errors.length === 0) return status >= 400 || data === null ? rejected('refused') : null;
  // It was done, and could not be read out whole.
  if (Object.values(data ?? {}).some((value) => value !== null)) return BROKEN;
  const code = errors[0].extensions?.code ?? 'INTERNAL_SERVER_ERROR';
  if (code === 'INTERNAL_SERVER_ERROR') return BROKEN;
  // A variant that is there and disabled cannot be found either.
  return rejected(code === 'ENTITY_NOT_FOUND' ? 'not_open' : 'refused');
}
