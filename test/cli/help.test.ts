import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../bin/commands.ts';
import { createProgram } from '../../bin/program.ts';
import { ROOT } from '../tidy/files.ts';

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

/** The lines of the help that begin with `$ flashcrowd`, as arguments. */
function examplesOf(command: Command): string[][] {
  const lines = helpOf(command).matchAll(/^\s*\$ (?:\w+=\S+ )*flashcrowd (.*)$/gm);
  return [...lines].map(([, line]) => line.replace(/\s+(?:[#|>]|&&).*$/, '').split(/\s+/));
}

/** Of a command and of those below it, as they are typed: `k6`, `k6 build`. */
function namesOf(command: Command, above = ''): string[] {
  const name = `${above}${command.name()}`;
  return [name, ...command.commands.flatMap((below) => namesOf(below, `${name} `))];
}

function named(program: Command, name: string): Command {
  return name.split(' ').reduce((above, word) => above.commands.find((each) => each.name() === word)!, program);
}

function actInstead(command: Command, act: () => void): void {
  if (command.commands.length === 0) command.action(act);
  for (const below of command.commands) actInstead(below, act);
}

describe.each(COMMANDS.flatMap((create) => namesOf(create())).map((name) => [name]))('flashcrowd %s --help', (name) => {
  const command = named(createProgram(), name);
  const examples = examplesOf(command);

  it('says what it does and shows an example', () => {
    expect(command.description()).not.toBe('');
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.every(([first]) => first === name.split(' ')[0])).toBe(true);
  });

  it.each(examples.map((words) => [words.join(' ')]))('shows an example that parses: %s', async (line) => {
    const program = createProgram();
    let acted = false;
    actInstead(program, () => void (acted = true));
    await program.parseAsync(line.split(' '), { from: 'user' });
    expect(acted).toBe(true);
    const paths = line.split(' ').filter((word) => word.startsWith('scenarios/'));
    expect(paths.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });
});
