/** A value as people write it: a currency, a number, a unit; each but the number may be missing. */
interface Written {
  readonly before: string;
  readonly number: number;
  readonly after: string;
}

const FACTORS: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, m: 1e6, M: 1e6 };

/**
 * `points` values from one end to the other, evenly, in the unit of both; `null` when the ends are no numbers of one unit. Each is a
 * list of texts to try: the exact value, then the nearest one with fewer digits, for what comes in whole units or cents.
 */
export function rangeValues(from: string, to: string, points: number): string[][] | null {
  const [low, high] = [read(from), read(to)];
  if (!low || !high || low.before !== high.before || low.after !== high.after || low.number === high.number)
    return null;
  return Array.from({ length: points }, (_, i) => {
    const value = low.number + ((high.number - low.number) * i) / (points - 1);
    const texts = [plain(value), ...[2, 1, 0].map((digits) => plain(Number(value.toFixed(digits))))];
    return [...new Set(texts)].map((text) => `${low.before}${text}${low.after}`);
  });
}

/** Thousands and millions become plain numbers, so that `10k..1M` is a range, and charts can draw it; a unit of time stays. */
function read(text: string): Written | null {
  const match = /^"?([A-Z]{3}\s*)?(\d+(?:\.\d+)?)\s*([^\d"]*)"?$/.exec(text);
  if (!match) return null;
  const [, before = '', number, after] = match;
  // `m` alone is minutes or millions: in a range of both ends alike it does not matter which.
  const factor = after === 'm' ? undefined : FACTORS[after];
  if (factor !== undefined) return { before, number: Number(number) * factor, after: '' };
  return { before, number: Number(number), after };
}

/** Without the noise of binary fractions, and never as 1e21. */
function plain(value: number): string {
  return Number(value.toPrecision(12)).toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 9 });
}
