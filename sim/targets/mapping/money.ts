/** Amounts and counts as backends write them, as the whole numbers that we count in. */

/** How a backend writes money: in its minor unit (cents), or in the major one with so many digits behind the point. */
export interface MoneyOptions {
  readonly money?: 'minor' | 'major';
  readonly minorDigits?: number;
}

/** Minor units of an amount; undefined: nothing is there. Throws Error for what is no amount. */
export function minorReader({
  money = 'minor',
  minorDigits = 2,
}: MoneyOptions): (value: unknown) => number | undefined {
  const factor = money === 'minor' ? 1 : 10 ** minorDigits;
  return (value) => {
    const number = numberIn(value);
    if (number === undefined) return undefined;
    const minor = number * factor;
    if (money === 'minor' && !Number.isInteger(minor))
      throw new Error(
        `${show(value)} is no whole number of the minor unit; \`money: major\` reads amounts such as 12.50`,
      );
    return Math.round(minor);
  };
}

/** For `{{price}}`: an amount as the backend writes it. */
export function amountWriter({ money = 'minor', minorDigits = 2 }: MoneyOptions): (amountMinor: number) => number {
  const factor = money === 'minor' ? 1 : 10 ** minorDigits;
  return (amountMinor) => amountMinor / factor;
}

/** A whole number; undefined: nothing is there. Throws Error for anything else. */
export function wholeIn(value: unknown): number | undefined {
  const number = numberIn(value);
  if (number !== undefined && !Number.isSafeInteger(number)) throw new Error(`${show(value)} is no whole number`);
  return number;
}

function numberIn(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new Error(`${show(value)} is no number`);
  return number;
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 100);
}
