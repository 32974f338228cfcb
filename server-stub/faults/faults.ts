import type { FaultsAnswer } from '../protocol.ts';
import { FAULT_NAMES, FAULTS, type FaultName, type FaultSpec } from './catalog.ts';
import { Draws } from './draw.ts';

/** By name: how often, from above 0 to 1; `null` is the fault's default rate. */
type FaultRates = Readonly<Record<string, number | null>>;

type Place = FaultSpec['where'];

interface Fault {
  readonly rate: number;
  readonly draws: Draws;
  count: number;
}

/** Which faults are on, when it is the turn of each, and how often it has happened. */
export class Faults {
  private readonly seed: number;
  private readonly impossible: Partial<Record<Place, string>>;
  /** For the size of a fault; when it is the turn of one is drawn by itself. */
  private readonly sizes: Draws;
  private on = new Map<FaultName, Fault>();
  private placesOn = new Set<Place>();

  /** `impossible`: in a sentence, why the faults of a place cannot be switched on here. */
  constructor(seed: number, impossible: Partial<Record<Place, string>> = {}) {
    this.seed = seed;
    this.impossible = impossible;
    this.sizes = new Draws(seed, FAULT_NAMES.length);
  }

  /**
   * These are on from now on, and no others. All counts begin anew.
   *
   * @throws RangeError, and changes nothing, on an unknown name, a rate that cannot be, or a fault that is impossible here
   */
  set(rates: FaultRates): void {
    const asked = Object.entries(rates).map(([name, rate]) => this.checked(name, rate));
    const fault = (name: FaultName, rate: number): Fault => ({
      rate,
      draws: new Draws(this.seed, FAULT_NAMES.indexOf(name)),
      count: 0,
    });
    this.on = new Map(asked.map(({ name, rate }) => [name, fault(name, rate)]));
    this.placesOn = new Set(asked.map(({ name }) => FAULTS[name].where));
  }

  isOn(name: FaultName): boolean {
    return this.on.has(name);
  }

  isAnyOn(place: Place): boolean {
    return this.placesOn.has(place);
  }

  /** Whether it is its turn now. Whoever asks then sees whether any harm comes of it, and counts that. */
  isDue(name: FaultName): boolean {
    const fault = this.on.get(name);
    return fault !== undefined && fault.draws.next() < fault.rate;
  }

  /** It has happened. @returns false, and counts nothing, when it has been switched off meanwhile. */
  count(name: FaultName): boolean {
    const fault = this.on.get(name);
    if (fault !== undefined) fault.count++;
    return fault !== undefined;
  }

  /** Whether it is its turn now; if so, it is counted. */
  happens(name: FaultName): boolean {
    return this.isDue(name) && this.count(name);
  }

  /** A number from `from` to below `to`. */
  between(from: number, to: number): number {
    return from + this.sizes.next() * (to - from);
  }

  answer(): FaultsAnswer {
    const faults = FAULT_NAMES.flatMap((name) => {
      const fault = this.on.get(name);
      return fault === undefined ? [] : [{ name, rate: fault.rate, count: fault.count }];
    });
    return { faults };
  }

  private checked(name: string, rate: number | null): { name: FaultName; rate: number } {
    if (!isFaultName(name)) throw new RangeError(`no fault "${name}"; there are: ${FAULT_NAMES.join(', ')}`);
    const { where, defaultRate } = FAULTS[name];
    const why = this.impossible[where];
    if (why !== undefined) throw new RangeError(`${name} cannot be switched on: ${why}`);
    const asked = rate ?? defaultRate;
    if (!(asked > 0 && asked <= 1)) throw new RangeError(`the rate of ${name} must be above 0 and at most 1`);
    return { name, rate: asked };
  }
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}
