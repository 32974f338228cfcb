import { grown } from './bytes.ts';

const FIRST_CAPACITY = 256;

/** Millions of numbers that the collector need not look at. None is NaN. */
export class Numbers {
  private values = new Float64Array(FIRST_CAPACITY);
  private length = 0;

  add(value: number): void {
    if (this.length === this.values.length) this.values = grown(this.values, new Float64Array(this.length * 2));
    this.values[this.length++] = value;
  }

  /** The one that would stand in the middle if they were in order, the upper one of two; 0: there are none. */
  median(): number {
    const { length } = this;
    return length === 0 ? 0 : nth(this.values.slice(0, length), length >> 1);
  }
}

/** The value at this place of the sorted values, which are moved about. Hoare's selection: on the average three looks at each, where sorting takes twenty. */
function nth(values: Float64Array, place: number): number {
  let from = 0;
  let to = values.length - 1;
  while (from < to) {
    const pivot = values[(from + to) >> 1];
    let low = from;
    let high = to;
    while (low <= high) {
      while (values[low] < pivot) low++;
      while (values[high] > pivot) high--;
      if (low > high) break;
      const value = values[low];
      values[low++] = values[high];
      values[high--] = value;
    }
    if (place <= high) to = high;
    else if (place >= low) from = low;
    else return values[place];
  }
  return values[place];
}
