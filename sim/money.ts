/** Amounts in and out of the minor unit of their currency: cents, yen. */

/** Decimals of the minor unit: 2 for USD, 0 for JPY, 3 for KWD; 2 for a code that is none. */
export function minorDigits(currency: string): number {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Without its currency: `formatAmount(156600, 'USD')` is `1,566.00`. */
export function formatAmount(minor: number, currency: string): string {
  return formatOf(currency).format(minor / 10 ** minorDigits(currency));
}

/** Making one takes longer than all that is done with it. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string): Intl.NumberFormat {
  let format = formats.get(currency);
  if (format === undefined) {
    const digits = digitsOf(currency);
    format = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(currency, format);
  }
  return format;
}

function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return 2;
  }
}
