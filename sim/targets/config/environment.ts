/** `${NAME}` and `${NAME:-default}` in the strings of a target file; `$${` stands for `${` itself. */

import type { Finding } from '../../scenario/finding.ts';
import type { Path } from '../../scenario/schema/walk.ts';
import { didYouMean } from '../../scenario/suggest.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What came from the environment, and where it went. */
export interface Taken {
  readonly variable: string;
  readonly value: string;
  readonly path: Path;
}

export interface Substituted {
  readonly value: unknown;
  readonly taken: readonly Taken[];
  /** Variables that are not set and have no default. */
  readonly findings: readonly Finding[];
}

const PLACE = /\$\$\{|\$\{([^}]*)\}?/g;
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;

/** A copy of the document with the environment put in. Keys are left alone. */
export function substitute(raw: unknown, environment: Environment): Substituted {
  const taken: Taken[] = [];
  const findings: Finding[] = [];

  function inText(text: string, path: Path): string {
    return text.replaceAll(PLACE, (written: string, inside: string | undefined) => {
      if (inside === undefined) return '${';
      const found = NAME.exec(inside);
      if (found === null || !written.endsWith('}')) {
        findings.push({ path, message: `cannot read ${written}`, expected: '${NAME} or ${NAME:-default}' });
        return written;
      }
      const [, variable, otherwise] = found;
      const value = environment[variable];
      // As in a shell: `:-` stands in for what is empty, too.
      if (value !== undefined && (value !== '' || otherwise === undefined)) {
        taken.push({ variable, value, path });
        return value;
      }
      if (otherwise === undefined) findings.push(missing(variable, path, environment));
      return otherwise ?? '';
    });
  }

  function walk(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return inText(value, path);
    if (Array.isArray(value)) return value.map((each, i) => walk(each, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each, [...path, key])]));
  }

  return { value: walk(raw, []), taken, findings };
}

function missing(variable: string, path: Path, environment: Environment): Finding {
  return {
    path,
    message: `the environment has no ${variable}`,
    expected: `${variable}=... before the command, or a default: \${${variable}:-...}`,
    hint: didYouMean(variable, Object.keys(environment)),
  };
}
