/** `--set path=value`: changes what the file says, before validation. */

import { FlashcrowdError } from '../../errors.ts';
import type { Problem } from '../../errors.ts';
import { formatPath, parsePath } from '../finding.ts';
import { resolvePath } from '../schema/resolve.ts';
import { scenarioSchema } from '../schema/scenario.ts';
import { isRecord, ownValue } from '../schema/walk.ts';
import type { Path } from '../schema/walk.ts';

export interface Override {
  /** As typed. */
  readonly text: string;
  readonly path: Path;
}

/** The changed document (the given one is left alone) and where it was changed. Throws FlashcrowdError BAD_USAGE with all problems. */
export function applyOverrides(raw: unknown, texts: readonly string[]): { raw: unknown; overrides: Override[] } {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  let changed = raw;
  for (const text of texts) {
    const equals = text.indexOf('=');
    const path = equals < 0 ? undefined : parsePath(text.slice(0, equals).trim());
    if (path === undefined) {
      problems.push({
        path: '',
        message: `--set ${text} is not valid`,
        expected: 'path=value, such as products.serum.stock=500',
      });
      continue;
    }
    const deadEnd = resolvePath(scenarioSchema, changed, path);
    if (deadEnd !== undefined) {
      const { expected, hint } = deadEnd;
      problems.push({ file: `--set ${text}`, path: formatPath(deadEnd.path), message: 'no such path', expected, hint });
      continue;
    }
    overrides.push({ text, path });
    changed = withValue(changed, path, valueOf(text.slice(equals + 1).trim()));
  }
  if (problems.length > 0)
    throw new FlashcrowdError('BAD_USAGE', 'some of what --set names is not in the scenario', problems);
  return { raw: changed, overrides };
}

/** JSON when it is JSON, else a text. Integers too large to be exact stay texts: they are seeds. */
function valueOf(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
  } catch {
    return text;
  }
}

/** A copy with the value at the path; objects on the way are made where they are missing. */
function withValue(container: unknown, [key, ...rest]: Path, value: unknown): unknown {
  const inner = rest.length === 0 ? value : withValue(ownValue(container, key), rest, value);
  if (Array.isArray(container)) return container.with(Number(key), inner);
  return { ...(isRecord(container) ? container : {}), [key]: inner };
}
