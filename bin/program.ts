import { Command } from 'commander';
import { COMMANDS } from './commands.ts';
import { packageVersion } from './version.ts';

/**
 * The whole command line as a commander program. It never exits by itself: usage errors are thrown as
 * `CommanderError`, and their text is left to the caller to print.
 */
export function createProgram(): Command {
  const program = new Command('flashcrowd')
    .description('Rehearse a live-shopping event before it happens: synthetic viewers join, chat and buy.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText(
      'after',
      '\nExample:\n  $ flashcrowd run scenarios/creator-drop.ts --from 14m40s --for 45s --scale 0.25',
    );
  for (const create of COMMANDS) {
    program.addCommand(settled(create(), program));
  }
  return program;
}

/** As the whole program, also in the commands below it. */
function settled(command: Command, above: Command): Command {
  command.copyInheritedSettings(above).helpOption('-h, --help', 'print this help');
  for (const below of command.commands) settled(below, command);
  return command;
}
