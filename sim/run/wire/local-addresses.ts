import { isIP } from 'node:net';

/**
 * The addresses of this machine that connections are made from, in turn: to one backend, one address has as many connections as the
 * system has ephemeral ports (28,232 on a Linux that nobody has told otherwise).
 */
export class LocalAddresses {
  private readonly addresses: readonly string[];
  private turn = 0;

  /** None: the system chooses. */
  constructor(addresses: readonly string[] = []) {
    this.addresses = addresses;
  }

  /** How many connections to try before it is known that no address has a port left. */
  get tries(): number {
    return Math.max(1, this.addresses.length);
  }

  /** Undefined: the system chooses. */
  next(): string | undefined {
    if (this.addresses.length === 0) return undefined;
    this.turn = (this.turn + 1) % this.addresses.length;
    return this.addresses[this.turn];
  }

  /**
   * The next of this family (0: of any) that is not among those `tried`: many connections take their turns together, so the next in turn may
   * be one that this connection has had. Null: there is none.
   */
  untried(tried: readonly (string | undefined)[], family: number): string | undefined | null {
    for (let i = 0; i < this.tries; i++) {
      const local = this.next();
      if (local === undefined || ((family === 0 || isIP(local) === family) && !tried.includes(local))) return local;
    }
    return null;
  }
}
