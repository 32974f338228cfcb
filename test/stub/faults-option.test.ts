import { Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { faultOption } from '../../bin/fault-option.ts';
import { FAULT_NAMES } from '../../server-stub/faults/catalog.ts';

function parse(...args: string[]): unknown {
  const command = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .addOption(faultOption());
  return command
    .parse(
      args.flatMap((arg) => ['--fault', arg]),
      { from: 'user' },
    )
    .opts().fault;
}

test('takes many faults, with a percentage, a share or no rate', () => {
  expect(parse()).toEqual([]);
  expect(parse('stock_race', 'chat_dropped=0.5%', 'cue_missed=0.005', 'wrong_price=1')).toEqual([
    ['stock_race', null],
    ['chat_dropped', 0.005],
    ['cue_missed', 0.005],
    ['wrong_price', 1],
  ]);
});

test.each(['0', '0%', '101%', '2', '-1', 'often', '', '1=1'])('refuses the rate "%s"', (rate) => {
  expect(() => parse(`stock_race=${rate}`)).toThrow(/above 0 and at most 1, such as 0\.5% or 0\.005/);
});

test('an unknown name is told the nearest, or all that there are', () => {
  expect(() => parse('stock-race')).toThrow(/no fault "stock-race"; did you mean "stock_race"\?/);
  expect(() => parse('nothing of the kind')).toThrow(new RegExp(FAULT_NAMES.join(', ')));
  expect(() => parse('')).toThrow(CommanderError);
});

test('the help names every fault', () => {
  for (const name of FAULT_NAMES) expect(faultOption().description).toContain(name);
});
