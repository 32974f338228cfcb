import { refuse, type Result } from '../store.ts';

interface Entry {
  readonly fingerprint: string;
  /** null while the first request with this key is still under way. */
  result: Result<unknown> | null;
}

export type Operation = 'cart' | 'checkout' | 'payment' | 'refund';

/** Remembers what every idempotency key was answered, for as long as the show lasts. */
export class KeyBook {
  private readonly entries = new Map<string, Entry>();

  /** What to answer if the key was seen before: the first result, `in_progress` or `key_reused`. Else undefined. */
  recall<T>(operation: Operation, key: string, fingerprint: string): Result<T> | undefined {
    const entry = this.entries.get(`${operation}:${key}`);
    if (entry === undefined) return undefined;
    if (entry.fingerprint !== fingerprint) {
      return refuse('key_reused', 'this idempotency key was used for another request');
    }
    return (entry.result as Result<T> | null) ?? refuse('in_progress', 'the first request with this key is under way');
  }

  begin(operation: Operation, key: string, fingerprint: string): void {
    this.entries.set(`${operation}:${key}`, { fingerprint, result: null });
  }

  /** Keeps the result, and returns it. A key that was never begun (the show was replaced meanwhile) is not kept. */
  finish<T>(operation: Operation, key: string, result: Result<T>): Result<T> {
    const entry = this.entries.get(`${operation}:${key}`);
    if (entry !== undefined) entry.result = result;
    return result;
  }

  /** The request came to nothing, and may be sent again. */
  forget(operation: Operation, key: string): void {
    this.entries.delete(`${operation}:${key}`);
  }

  /**
   * Runs `work` unless the key was seen before. `in_progress` is no final answer, so its key stays free.
   * Without a key every call runs.
   */
  once<T>(operation: Operation, key: string | undefined, fingerprint: string, work: () => Result<T>): Result<T> {
    if (key === undefined) return work();
    const known = this.recall<T>(operation, key, fingerprint);
    if (known !== undefined) return known;
    const result = work();
    if (!result.ok && result.error === 'in_progress') return result;
    this.begin(operation, key, fingerprint);
    return this.finish(operation, key, result);
  }
}
