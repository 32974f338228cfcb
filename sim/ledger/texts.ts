/** A text that can be kept: one out of a file may be a part of a large one, which it would keep alive. */
export type CopyText = (text: string) => string;

/** Texts by number, each once. */
export class Texts {
  private readonly copy: CopyText;
  private readonly all: string[] = [];
  private readonly rows = new Map<string, number>();

  constructor(copy: CopyText) {
    this.copy = copy;
  }

  row(text: string): number {
    const known = this.rows.get(text);
    if (known !== undefined) return known;
    const row = this.all.push(this.copy(text)) - 1;
    this.rows.set(this.all[row], row);
    return row;
  }

  at(row: number): string {
    return this.all[row];
  }
}
