import { dirname, join, normalize } from 'node:path/posix';
import { lineOf, type Masked } from './mask.ts';

export interface Import {
  /** As written: `../errors.ts`, `node:fs`, `@faker-js/faker`. */
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

// `import x from '`, `export * from '`, `import '`, `import('`, `require('`. A call of a method named `from` is none.
const BEFORE_SPECIFIER = /\bfrom\s*(?=['"])|\b(?:import|require)\s*\(?\s*(?=['"`])/g;

/** Every static, dynamic, type-only and re-exporting import of a file. */
export function importsOf({ source, code, bare }: Masked): Import[] {
  return [...bare.matchAll(BEFORE_SPECIFIER)].map((match) => {
    const open = match.index + match[0].length;
    const close = bare.indexOf(bare[open], open + 1);
    return {
      specifier: code.slice(open + 1, close),
      typeOnly: isTypeOnly(bare, match.index),
      line: lineOf(source, match.index),
    };
  });
}

/** Looks back from `from` to the `import` or `export` that begins the statement. */
function isTypeOnly(bare: string, from: number): boolean {
  const statement = /\b(?:import|export)\s+((?:(?!\b(?:import|export)\b)[^;])*)$/.exec(bare.slice(0, from));
  if (!statement) return false;
  if (/^type\b(?!\s*,)/.test(statement[1])) return true;
  // `import { type A, type B }`: with verbatimModuleSyntax the module is still loaded, so this does not count.
  return false;
}

/** Every relative path to a source file that stands in a string, for worker entries named by `new URL(...)`. */
export function pathsIn({ code, bare }: Masked): string[] {
  return [...bare.matchAll(/(['"`])( +)\1/g)]
    .map((match) => code.slice(match.index + 1, match.index + 1 + match[2].length))
    .filter((text) => /^[\w./-]+\.(?:ts|js|mjs)$/.test(text));
}

/** The file that a relative specifier means, from the root of the repository; `null` for packages and `node:`. */
export function resolveImport(file: string, specifier: string): string | null {
  if (specifier === 'flashcrowd') return 'sim/index.ts';
  return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : null;
}
