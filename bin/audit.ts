import { Command, InvalidArgumentError, Option } from 'commander';
import type { AuditCommandOptions } from './audit/command-options.ts';
import { parseTime } from './audit/values.ts';
import { collectSet } from './scenario-options.ts';

const HELP = `
Files are CSV with a header line, or NDJSON. Columns are found by their usual names; --map names others. docs/audit.md
says what a table holds, and which check needs it.
Exit codes: 0 every invariant was kept, 99 one could not be checked, 104 the files cannot be read, 120 one was violated.

Examples:
  $ flashcrowd audit results/gate --orders orders.csv --stock stock.csv --payments payments.csv
  $ flashcrowd audit results/gate --orders orders.csv --map orders.buyer=customer_ref --map orders.amount=total --money major
  $ flashcrowd audit results/gate --orders orders.ndjson --status paid=Fulfilled,Shipped --waive no_double_charge`;

export function auditCommand(): Command {
  return new Command('audit')
    .description('check what buyers were told in a run against the books that the shop exported')
    .argument('<results>', 'the results folder of a run')
    .requiredOption('--orders <file>', 'orders of the shop: id, buyer, product, units, amount, status, at')
    .option('--stock <file>', 'products: product, stocked, left, sold, held units')
    .option('--payments <file>', 'payments: id, order, amount, status, at')
    .option('--reservations <file>', 'holds on stock: id, buyer, product, units, expires, status')
    .option('--movements <file>', 'changes of stock: product, kind, units, at')
    .option('--exported-at <time>', 'when the books were exported; holds that ended are judged by it', time)
    .option('--map <table.field=column>', 'read a field from this column; may be given again', collectSet, [])
    .option('--map-file <file>', 'the same as YAML')
    .option(
      '--status <status=words>',
      'what a status word means, `paid=Shipped,Done`; may be given again',
      collectSet,
      [],
    )
    .addOption(
      new Option('--money <unit>', 'amounts are in cents or the like, or in the currency itself')
        .choices(['minor', 'major'])
        .default('minor'),
    )
    .option('--exclusive', 'nobody else bought there: orders of buyers whom the run does not know are judged, too')
    .option('--waive <ids>', 'accept that these checks are unknown; a comma stands between them', idList, [])
    .option('--json', 'print what was found as JSON on standard output')
    .option('--out <file>', 'write what was found to a file, as JSON')
    .addHelpText('after', HELP)
    .action(async (results: string, options: AuditCommandOptions) => {
      // Loaded here, so that the other commands start without the ledger in memory.
      const { auditAndShow } = await import('./audit/audit.ts');
      await auditAndShow(results, options);
    });
}

function time(text: string): number {
  const parsed = parseTime(text);
  if (parsed.ok) return parsed.value;
  throw new InvalidArgumentError(`Expected ${parsed.expected}.`);
}

function idList(text: string, before: readonly string[]): readonly string[] {
  return [...before, ...text.split(',').map((id) => id.trim())];
}
