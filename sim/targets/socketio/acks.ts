import { condition } from '../mapping/condition.ts';
import { isRecord } from '../mapping/shape.ts';
import type { OutcomeCode } from '../target.ts';
import type { SocketioOptions } from './options.ts';

/** What an acknowledgement says, by its arguments. */
export type AckReader = (args: readonly unknown[]) => { readonly ok: boolean; readonly code: OutcomeCode };

/** Every server has its own way to say no; without rules, these are the usual ones. Throws Error for rules that cannot be read. */
export function ackReader({ ok, throttled }: Exclude<NonNullable<SocketioOptions['acks']>, false>): AckReader {
  const isOk = ok === undefined ? isUsualYes : condition(ok);
  const isThrottled = throttled === undefined ? isUsualHaste : condition(throttled);
  return (args) => {
    const value = { data: args[0], args };
    if (isOk(value)) return { ok: true, code: 'ok' };
    return { ok: false, code: isThrottled(value) ? 'throttled' : 'refused' };
  };
}

function isUsualYes({ data }: { readonly data: unknown }): boolean {
  if (!isRecord(data)) return data !== false;
  return data.ok !== false && data.status !== 'error' && (data.error === undefined || data.error === null);
}

function isUsualHaste({ data }: { readonly data: unknown }): boolean {
  return isRecord(data) && (data.code === 429 || data.code === 'throttled');
}
