import { InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '../../sim/scenario/units.ts';
import { collectSet, scaleFactor, seedText } from '../scenario-options.ts';

/** Which part of which event is played. */
export interface WindowOptions {
  readonly scale: number;
  /** Parsed to ms. */
  readonly from: number;
  readonly for?: number;
  readonly seed?: string;
  readonly set: readonly string[];
}

export function addWindowOptions(command: Command): Command {
  return command
    .option('--scale <factor>', 'shrink audience and stock together', scaleFactor, 1)
    .option('--from <time>', 'start here in the event, with the crowd that would be there', duration, 0)
    .option('--for <time>', 'play this long; default: to the end of the event', duration)
    .option('--seed <number>', 'another seed than that of the scenario', seedText)
    .option('--set <path=value>', 'change the scenario first; may be given again', collectSet, []);
}

/** A duration such as `45s`, in ms. Throws InvalidArgumentError, which commander turns into a usage error that names the option. */
export function duration(text: string): number {
  const parsed = parseDuration(/^0+$/.test(text) ? 0 : text);
  if (parsed.ok) return parsed.value;
  throw new InvalidArgumentError(`Expected ${parsed.expected}.`);
}
