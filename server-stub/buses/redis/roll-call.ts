/** Which instances have said that they have opened the rooms of a show. */
export class RollCall {
  private epoch = 0;
  private seen = new Set<string>();
  private wake = (): void => {};

  /** Of the newest show that anybody has spoken of; what is said of others is of no interest. */
  hear(epoch: number, instance: string): void {
    if (epoch < this.epoch) return;
    if (epoch > this.epoch) this.seen = new Set();
    this.epoch = epoch;
    this.seen.add(instance);
    this.wake();
  }

  /** Waits until all have spoken, or `withinMs` are over. @returns those who have not. */
  async missing(epoch: number, instances: readonly string[], withinMs: number): Promise<string[]> {
    const left = (): string[] => instances.filter((each) => this.epoch === epoch && !this.seen.has(each));
    const absent = (): string[] => (this.epoch < epoch ? [...instances] : left());
    if (absent().length === 0) return [];
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
      this.wake = () => absent().length === 0 && resolve();
    });
    clearTimeout(timer);
    this.wake = () => {};
    return absent();
  }
}
