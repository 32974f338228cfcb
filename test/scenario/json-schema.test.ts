/** The JSON Schema for editors: what is checked in is what the schema says, and it agrees with zod where it can. */

import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import creatorDrop from '../../scenarios/creator-drop.ts';
import { scenarioJsonSchema, scenarioJsonSchemaText } from '../../sim/scenario/json-schema.ts';
import { findProblems } from '../../sim/scenario/validate.ts';
import { smallScenario } from './documents.ts';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const accepts = new Ajv({ strict: true, strictTypes: false }).compile(scenarioJsonSchema());

it('docs/scenario.schema.json is up to date', () => {
  expect(read('docs/scenario.schema.json')).toBe(scenarioJsonSchemaText());
});

it.each([
  ['creator-drop', creatorDrop],
  ['small-seller', parse(read('scenarios/small-seller.yaml'))],
  ['the YAML starter', parse(read('bin/templates/starter.yaml'))],
  ['the small scenario', smallScenario()],
])('%s is good for both', (_, document) => {
  accepts(document);
  expect(accepts.errors).toBe(null);
  expect(findProblems(document)).toEqual([]);
});

describe('bad for both', () => {
  it.each<[string, object]>([
    ['unknown key', { crowd: 1 }],
    ['bare duration', { duration: 3600 }],
    ['duration without unit', { duration: '3600' }],
    ['unknown kind', { audience: { a: { kind: 'pushh', size: 1, within: '1m' } } }],
    ['missing key', { audience: { a: { kind: 'push', size: 1 } } }],
    ['negative count', { audience: { a: { kind: 'push', size: -1, within: '1m' } } }],
    ['share above 1', { personas: { fan: { dwell: '1m', cardDeclined: 1.5 } } }],
    ['rate without unit', { personas: { fan: { dwell: '1m', likes: '3' } } }],
    ['slip in a distribution', { personas: { fan: { dwell: { median: '1m', sgima: 1 } } } }],
    ['taps below 1', { personas: { fan: { dwell: '1m', taps: 0 } } }],
    ['price without currency', { products: { serum: { title: 'S', price: 29, stock: 1 } } }],
    ['odd id', { rooms: { 'a:b': { title: 'x' } } }],
    ['key of another cue', { show: [{ at: '1m', cue: 'pin', product: 'serum', units: 5 }] }],
    ['threshold that is a number', { thresholds: { chat_lag: 250 } }],
    ['servers that are no count', { backend: { endpoints: { checkout: { servers: 'many' } } } }],
    ['an endpoint that is none', { backend: { endpoints: { refund: {} } } }],
    ['an outage without its length', { show: [{ at: '1m', cue: 'outage' }] }],
    ['source tag', { sources: { duration: { tag: 'q', from: 'x' } } }],
  ])('%s', (_, changes) => {
    const document = { ...smallScenario(), ...changes };
    expect(accepts(document)).toBe(false);
    expect(findProblems(document)).not.toEqual([]);
  });
});

/** Every property below `definitions` and `properties`, with its path. */
function* properties(schema: unknown, path = ''): Iterable<[string, Record<string, unknown>]> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    const isProperties = key === 'properties' && !path.endsWith('/properties');
    if (isProperties)
      for (const [name, each] of Object.entries(value as object))
        yield [`${path}/${name}`, each as Record<string, unknown>];
    if (!['default', 'examples'].includes(key)) yield* properties(value, `${path}/${key}`);
  }
}

it('every key has a description', () => {
  const all = [...properties(scenarioJsonSchema())];
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(([, schema]) => typeof schema.description !== 'string').map(([path]) => path)).toEqual([]);
});
