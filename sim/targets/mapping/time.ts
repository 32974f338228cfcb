/** Times as backends write them. The zone of this machine plays no part: two generators must read the same. */

/** Below this a time is in seconds: in milliseconds it would be before March 1973. */
const SECONDS_BELOW = 1e11;

const NUMBER = /^\d+(\.\d+)?$/;
/** ISO 8601, and what databases make of it: a space for the T, a zone of hours alone. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
const ZONE_AT_END = /(?:\b(?:Z|UTC?|GMT|[ECMP][SD]T)|[+-]\d\d:?\d\d|\([^()]*\))$/i;

/** Epoch ms of epoch ms, of epoch s, or of a date by ISO 8601, which is UTC where it names no zone; null: it is none of them. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'string' && !NUMBER.test(value)) return dateOf(value.trim());
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return null;
  return number < SECONDS_BELOW ? number * 1000 : number;
}

function dateOf(text: string): number | null {
  const iso = ISO.exec(text);
  const ms = Date.parse(iso === null ? withZone(text) : isoText(iso));
  return Number.isNaN(ms) ? null : ms;
}

function isoText([, day, minute = '00:00', second = ':00', fraction = '0', zone = 'Z']: RegExpExecArray): string {
  return `${day}T${minute}${second}.${fraction}${zone.length === 3 ? `${zone}:00` : zone.toUpperCase()}`;
}

/** Of other ways to write a date, such as that of HTTP. */
function withZone(text: string): string {
  return ZONE_AT_END.test(text) ? text : `${text} UTC`;
}
