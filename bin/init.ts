import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { FlashcrowdError } from '../sim/errors.ts';

interface InitOptions {
  readonly yaml?: boolean;
  readonly force?: boolean;
}

const TEMPLATES = {
  ts: new URL('./templates/starter.ts', import.meta.url),
  yaml: new URL('./templates/starter.yaml', import.meta.url),
};

const SCHEMA = new URL('../docs/scenario.schema.json', import.meta.url);

const HELP = `
The starter is a small shop with one drop: change it line by line, and validate as you go.

Examples:
  $ flashcrowd init my-drop.ts
  $ flashcrowd init my-drop.yaml --force`;

export function initCommand(): Command {
  return new Command('init')
    .description('write a commented starter scenario')
    .argument('[file]', 'where to write it: .ts or .yaml (default: scenario.ts)')
    .option('--yaml', 'YAML rather than TypeScript (default: by the name of the file)')
    .option('--force', 'write over a file that is there')
    .addHelpText('after', HELP)
    .action(init);
}

async function init(written: string | undefined, { yaml, force }: InitOptions): Promise<void> {
  const file = written ?? (yaml ? 'scenario.yaml' : 'scenario.ts');
  const format = formatOf(file, yaml);
  try {
    await writeFile(file, await starter(format, file), { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw writeError(error, file);
  }
  process.stdout.write(`Wrote ${file}.

Next:
  flashcrowd validate ${file}
  flashcrowd explain ${file}
  flashcrowd run ${file} --from 9m45s --for 45s
`);
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
