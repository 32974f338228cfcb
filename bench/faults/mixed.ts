/** The items of all lists as one list, each list spread evenly over the whole length. */
export function mixed<T>(lists: readonly (readonly T[])[]): T[] {
  const placed = lists.flatMap((list, n) =>
    // Lists of the same length would meet in the same places again and again.
    list.map((item, i) => ({ item, at: (i + (n + 0.5) / lists.length) / list.length })),
  );
  return placed.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
