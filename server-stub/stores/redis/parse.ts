/** Times that scripts hand over as text, because Lua would round them. */
const TIMES = new Set(['at', 'expiresAt', 'orderedAt', 'payingUntil']);

export function parse<T>(json: string): T {
  return JSON.parse(json, (name, value) => (TIMES.has(name) ? Number(value) : value)) as T;
}
