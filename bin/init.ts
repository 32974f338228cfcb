import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { FlashcrowdError } from '../sim/errors.ts';

interface InitOptions {
  readonly yaml?: boolean;
  readonly target?: 'http';
  readonly force?: boolean;
}

const TEMPLATES = {
  ts: new URL('./templates/starter.ts', import.meta.url),
  yaml: new URL('./templates/starter.yaml', import.meta.url),
  target: new URL('./templates/target.yaml', import.meta.url),
};

const SCHEMA = new URL('../docs/scenario.schema.json', import.meta.url);

const HELP = `
The starter is a small shop with one drop: change it line by line, and validate as you go. With --target http it writes a target file
instead: how flashcrowd talks to a shop and a chat of your own, with every line explained.

Examples:
  $ flashcrowd init my-drop.ts
  $ flashcrowd init my-drop.yaml --force
  $ flashcrowd init my-shop.yaml --target http`;

export function initCommand(): Command {
  return new Command('init')
    .description('write a commented starter scenario')
    .argument('[file]', 'where to write it: .ts or .yaml (default: scenario.ts, or target.yaml)')
    .option('--yaml', 'YAML rather than TypeScript (default: by the name of the file)')
    .addOption(new Option('--target <kind>', 'a commented target file rather than a scenario').choices(['http']))
    .option('--force', 'write over a file that is there')
    .addHelpText('after', HELP)
    .action(init);
}

async function init(written: string | undefined, { yaml, target, force = false }: InitOptions): Promise<void> {
  if (target !== undefined) return initTarget(written ?? 'target.yaml', force);
  const file = written ?? (yaml ? 'scenario.yaml' : 'scenario.ts');
  await write(file, await starter(formatOf(file, yaml), file), force);
  process.stdout.write(`Wrote ${file}.

Next:
  flashcrowd validate ${file}
  flashcrowd explain ${file}
  flashcrowd run ${file} --from 9m45s --for 45s
`);
}

async function initTarget(file: string, force: boolean): Promise<void> {
  formatOf(file, true);
  await write(file, (await readFile(TEMPLATES.target, 'utf8')).replaceAll('THIS_FILE', file), force);
  process.stdout.write(`Wrote ${file}.

Next:
  flashcrowd target check ${file} --product serum
  flashcrowd run SCENARIO --target ${file}
`);
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw writeError(error, file);
  }
}

/** In YAML, a first line tells editors where the schema is: keys are completed, and wrong ones underlined. */
async function starter(format: 'ts' | 'yaml', file: string): Promise<string> {
  const text = await readFile(TEMPLATES[format], 'utf8');
  if (format === 'ts') return text;
  const schema = path.relative(path.dirname(path.resolve(file)), fileURLToPath(SCHEMA)).replaceAll(path.sep, '/');
  return `# yaml-language-server: $schema=${schema}\n${text}`;
}

function formatOf(file: string, yaml: boolean | undefined): 'ts' | 'yaml' {
  const extension = path.extname(file);
  const isYaml = extension === '.yaml' || extension === '.yml';
  if (isYaml) return 'yaml';
  if ((extension === '.ts' || extension === '.mts') && !yaml) return 'ts';
  const expected = yaml ? 'a name that ends in .yaml or .yml' : 'a name that ends in .ts, .mts, .yaml or .yml';
  throw new FlashcrowdError('BAD_USAGE', `cannot write a starter to ${file}`, [
    { path: '', message: `${extension || 'no ending'} is not an ending of starters`, expected },
  ]);
}

function writeError(error: unknown, file: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') {
    const problem = { file, path: '', message: 'is there already', hint: 'use --force to write over it' };
    return new FlashcrowdError('BAD_USAGE', `will not write over ${file}`, [problem]);
  }
  if (code === undefined) return error;
  return new FlashcrowdError('OUTPUT_NOT_WRITABLE', `cannot write ${file}`, [{ file, path: '', message }], {
    cause: error,
  });
}
