import { query, type JSONValue } from 'json-p3';
import { describe, expect, it } from 'vitest';
import { allOf, pathOf } from '../../../sim/targets/mapping/path.ts';

const value = {
  id: 7,
  none: null,
  'x-token': 't',
  'a.b': 1,
  items: [
    { sku: 'mug', left: 3 },
    { sku: 'cap', left: 0 },
  ],
  byName: { mug: 1, cap: 2 },
};

/** Plain ones, which take the short way, and others. */
const PATHS = [
  '$',
  '$.id',
  '$.none',
  '$.items',
  '$.items[1].sku',
  '$.items[2].sku',
  '$.items[-1].sku',
  "$['x-token']",
  '$["a.b"]',
  '$.items.sku',
  '$.byName[0]',
  '$.id.length',
  '$.items.length',
  '$.constructor',
  '$.toString',
  '$.items[*]',
  '$.byName[*]',
  '$.id[*]',
  '$.nothing[*]',
  '$.items[*].sku',
  '$..left',
  "$.items[?@.sku == 'cap'].left",
];

describe('a path', () => {
  it.each(PATHS)('%s finds what the standard says', (path) => {
    const expected = query(path, value as JSONValue).values();
    expect(allOf(path)(value)).toEqual(expected);
    expect(pathOf(path)(value)).toEqual(expected[0]);
  });

  it.each(PATHS.slice(1))('%s finds nothing where there is nothing', (path) => {
    const [get, all] = [pathOf(path), allOf(path)];
    expect([undefined, null, 'text', 3].map(get)).toEqual([undefined, undefined, undefined, undefined]);
    expect([undefined, null, 'text', 3].map(all)).toEqual([[], [], [], []]);
  });

  it.each(['', 'id', '$.', '$[', '$.items[?', '$.a b'])('"%s" is none', (path) => {
    expect(() => pathOf(path)).toThrow(/is no JSONPath/);
    expect(() => allOf(path)).toThrow(/is no JSONPath/);
  });
});
