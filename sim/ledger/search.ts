/** How many of `count` things in order come before the first that is not early. */
export function countEarly(count: number, isEarly: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEarly(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
