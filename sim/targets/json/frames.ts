/**
 * The messages of a frame of text: one JSON value, or one a line. An array is as many messages as it has elements.
 * Throws SyntaxError when a line is not JSON; then none of them counts.
 */
export function valuesOf(text: string): readonly unknown[] {
  const values = documentsOf(text);
  return values.some(Array.isArray) ? values.flat() : values;
}

/** As `valuesOf`, but an array is one value: for rules that say themselves where the messages are. */
export function documentsOf(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length === 1) throw error;
    return lines.map((line) => JSON.parse(line) as unknown);
  }
}
