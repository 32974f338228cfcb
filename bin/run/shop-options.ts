import { Option, type Command } from 'commander';
import { faultOption, type FaultChoice } from '../fault-option.ts';
import { wholeNumber } from '../options.ts';

/** How a run is judged, and the bundled shop that is started for it. */
export interface ShopOptions {
  readonly allowInvalid?: boolean;
  readonly stubProcesses: number;
  /** Faults of the bundled shop, with their rates; null: the default. */
  readonly fault: readonly FaultChoice[];
}

export function addShopOptions(command: Command): Command {
  return addAllowInvalid(command)
    .addOption(
      new Option('--stub-processes <n>', 'processes of the bundled shop').argParser(wholeNumber(1, 64)).default(1),
    )
    .addOption(faultOption());
}

export function addAllowInvalid(command: Command): Command {
  return command.option('--allow-invalid', 'judge the thresholds of an invalid run all the same; it never passes');
}
