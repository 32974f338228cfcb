/** In place of k6's own module: keeps what it is told. */

type Tags = Readonly<Record<string, string>>;

class Told<V> {
  readonly told: { readonly value: V; readonly tags: Tags }[] = [];
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  add(value: V, tags: Tags): void {
    this.told.push({ value, tags });
  }
}

export class Counter extends Told<number> {}
export class Gauge extends Told<number> {}
export class Rate extends Told<boolean> {}
export class Trend extends Told<number> {}
