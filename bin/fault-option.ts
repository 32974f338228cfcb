import { InvalidArgumentError, Option } from 'commander';
import { FAULT_NAMES } from '../server-stub/faults/catalog.ts';
import { didYouMean } from '../sim/scenario/suggest.ts';
import { parseShare } from '../sim/scenario/units.ts';

/** A fault and its rate, above 0 to 1; null: its default rate. */
export type FaultChoice = readonly [string, number | null];

/** `--fault name[=rate]`, which may be given many times: `chat_dropped=0.5%`, `chat_dropped=0.005`, `stock_race`. */
export function faultOption(): Option {
  const names = FAULT_NAMES.join(', ');
  return new Option(
    '--fault <name[=rate]>',
    `make the bundled shop break, such as stock_race or chat_dropped=0.5%; can be given many times. Faults: ${names}`,
  )
    .argParser(collectFault)
    .default([], 'none');
}

/** @throws InvalidArgumentError, which commander turns into a usage error that names the option */
function collectFault(text: string, before: readonly FaultChoice[]): readonly FaultChoice[] {
  const [name, ...rate] = text.split('=');
  if (!FAULT_NAMES.some((known) => known === name)) {
    const meant = didYouMean(name, FAULT_NAMES);
    throw new InvalidArgumentError(
      `There is no fault "${name}"${meant ? `; ${meant}` : `: ${FAULT_NAMES.join(', ')}.`}`,
    );
  }
  return [...before, [name, rate.length === 0 ? null : rateOf(rate.join('='))]];
}

function rateOf(text: string): number {
  const parsed = parseShare(/^[\d.]+$/.test(text) ? Number(text) : text);
  if (parsed.ok && parsed.value > 0) return parsed.value;
  throw new InvalidArgumentError('Expected a rate above 0 and at most 1, such as 0.5% or 0.005.');
}
