/** Texts of an export as numbers and times. An empty cell is the caller's to judge. */

export type Parsed =
  | {
      readonly ok: true;
      readonly value: number;
      /** A time that does not say its zone. */
      readonly zoneless?: boolean;
    }
  | { readonly ok: false; readonly expected: string; readonly hint?: string };

/** `left` may be below zero in a shop that oversold, a movement takes units away. */
export function parseUnits(text: string, sign: 'positive' | 'signed'): Parsed {
  const value = /^[+-]?\d+(\.0+)?$/.test(text) ? Number(text) : Number.NaN;
  const isFit = Number.isSafeInteger(value) && (sign === 'signed' || value >= 0);
  return isFit
    ? { ok: true, value }
    : { ok: false, expected: sign === 'signed' ? 'a whole number' : 'a whole number of units' };
}

export function parseMinor(text: string): Parsed {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return { ok: true, value };
  const expected = 'a whole number of the minor unit (cents)';
  return /^\d+[.,]\d+$/.test(text)
    ? { ok: false, expected, hint: '--money major reads amounts such as 12.50' }
    : { ok: false, expected };
}

/** Exact: digit by digit. @param digits of the minor unit: 2 for cents, 0 for yen */
export function parseMajor(text: string, digits: number): Parsed {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const kept = fraction.slice(0, digits).padEnd(digits, '0');
  const value = whole !== undefined && /^0*$/.test(fraction.slice(digits)) ? Number(whole + kept) : Number.NaN;
  if (Number.isSafeInteger(value)) return { ok: true, value };
  const example = digits === 0 ? '1250' : `12.${'50'.padEnd(digits, '0').slice(0, digits)}`;
  return { ok: false, expected: `an amount such as ${example}, without currency or thousands separator` };
}

/** Later than any time in seconds, earlier than any in ms: 1e11 is the year 5138 in s, and 1973 in ms. */
const MS_FROM = 1e11;
const MS_UNTIL = 1e14;
const ISO =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|([+-])(\d\d)(?::?(\d\d))?)?$/i;

/** Epoch s, epoch ms or ISO 8601, as epoch ms. A time without a zone is UTC. */
export function parseTime(text: string): Parsed {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text);
    if (value < MS_UNTIL) return { ok: true, value: value < MS_FROM ? Math.round(value * 1000) : Math.round(value) };
  }
  const match = ISO.exec(text);
  if (match) {
    const [, day, minute, second = '00', fraction = '0', zone, sign, hours = '0', minutes = '0'] = match;
    const utcMs = Date.parse(`${day}T${minute}:${second}Z`);
    const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
    // The 31st of a short month is read as the 1st of the next.
    if (new Date(utcMs).getUTCDate() === Number(day.slice(8))) {
      const value = utcMs + Math.round(Number(`0.${fraction}`) * 1000) - offsetMs;
      return { ok: true, value, zoneless: zone === undefined };
    }
  }
  return { ok: false, expected: 'a time: epoch seconds, epoch milliseconds, or ISO 8601 such as 2026-11-27T20:00:05Z' };
}

/** What databases write for nothing. */
export function isEmpty(text: string): boolean {
  return text === '' || text === '\\N' || text === 'NULL' || text === 'null';
}
