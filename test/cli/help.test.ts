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
  return [...lines].map(([, line]) => line.replace(/\s+[#|>].*$/, '').split(/\s+/));
}

describe.each(COMMANDS.map((create) => [create().name()]))('flashcrowd %s --help', (name) => {
  const command = createProgram().commands.find((candidate) => candidate.name() === name)!;
  const examples = examplesOf(command);

  it('says what it does and shows an example', () => {
    expect(command.description()).not.toBe('');
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.every(([first]) => first === name)).toBe(true);
  });

  it.each(examples.map((words) => [words.join(' ')]))('shows an example that parses: %s', async (line) => {
    const program = createProgram();
    let acted = false;
    for (const each of program.commands) each.action(() => void (acted = true));
    await program.parseAsync(line.split(' '), { from: 'user' });
    expect(acted).toBe(true);
    const paths = line.split(' ').filter((word) => word.startsWith('scenarios/'));
    expect(paths.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });
});
