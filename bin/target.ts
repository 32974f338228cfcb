import { Argument, Command } from 'commander';
import { addTargetOptions } from './run/target-options.ts';
import type { CheckOptions } from './target/check.ts';

const HELP = `
\`check\` walks one viewer through arriving, joining, chatting, viewing, cart, checkout and payment, against the real
thing: it says something in the room, and it buys one unit. It prints every exchange, with secrets masked, and what a
run could measure there. A target file, an adapter and its URL, or the URL of a bundled shop; of two, one has the chat
and one the shop.

Exits with 0 when every step went as it should, 104 when the target file does not fit what is there, and 122 when it
cannot be reached.

Examples:
  $ flashcrowd target check targets/my-shop.yaml --product serum
  $ flashcrowd target check vendure=http://127.0.0.1:3000 --product serum --verbose`;

export function targetCommand(): Command {
  const command = new Command('target')
    .description('try a target with one viewer, and see what a run could measure there')
    .addArgument(new Argument('<action>', 'what to do').choices(['check']))
    .argument('<spec...>', 'the target, as for `run --target`');
  return addTargetOptions(command)
    .option('--product <id>', 'what to buy, by its name in the scenario (default: the first of `products`)')
    .option('--room <id>', 'room to join, by its name in the scenario', 'main')
    .option(
      '--setup',
      'have the host prepare a show with that product first, where the target can; it replaces the one there',
    )
    .option('--verbose', 'print bodies as a whole, and headers')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', HELP)
    .action(async (_action: string, specs: string[], options: CheckOptions) => {
      // Loaded here, so that the other commands start without the engine in memory.
      const { checkTarget } = await import('./target/check.ts');
      const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
      const print = (text: string): void => void process.stdout.write(text);
      process.exitCode = await checkTarget(specs, options, { color, print });
    });
}
