/** Names that must exist: products, personas and rooms. Read from the document as written, so one slip hides no other. */

import { show } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { isRecord, ownValue } from '../schema/walk.ts';
import type { Path } from '../schema/walk.ts';
import { didYouMean } from '../suggest.ts';
import { BOT, writtenEntries, writtenKeys } from './draft.ts';
import type { Draft } from './draft.ts';

export function* checkNames({ raw }: Draft): Iterable<Finding> {
  if (ownValue(raw, 'bots') !== undefined && writtenKeys(raw, 'personas')?.includes(BOT)) {
    yield {
      path: ['personas', BOT],
      at: 'key',
      message: 'taken: `bots` make a persona of this name',
      expected: 'another name',
    };
  }
  for (const section of ['audience', 'show'] as const) {
    for (const [key, entry] of writtenEntries(raw, section)) {
      const path = [section, key];
      yield* nameIn(raw, 'rooms', ownValue(entry, 'room'), [...path, 'room']);
      if (section === 'show') yield* nameIn(raw, 'products', ownValue(entry, 'product'), [...path, 'product']);
      yield* mixNames(raw, ownValue(entry, 'personas'), [...path, 'personas']);
    }
  }
}

function* mixNames(raw: unknown, mix: unknown, path: Path): Iterable<Finding> {
  for (const persona of isRecord(mix) ? Object.keys(mix) : [])
    yield* nameIn(raw, 'personas', persona, [...path, persona], 'key');
}

function* nameIn(
  raw: unknown,
  section: 'rooms' | 'personas' | 'products',
  name: unknown,
  path: Path,
  at: 'key' | 'value' = 'value',
): Iterable<Finding> {
  const known = writtenKeys(raw, section);
  if (typeof name !== 'string' || known === undefined || known.includes(name)) return;
  const expected = known.length === 0 ? `a key of \`${section}\`, which has none` : `one of ${known.join(', ')}`;
  yield { path, at, message: `${section} has no ${show(name)}`, expected, hint: didYouMean(name, known) };
}
