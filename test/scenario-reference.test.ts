import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { exampleOf } from '../scripts/scenario-reference/examples.ts';
import { referenceSections } from '../scripts/scenario-reference.ts';
import { scenarioJsonSchema } from '../sim/scenario/json-schema.ts';

const { definitions } = scenarioJsonSchema();
const sections = referenceSections();

it('every key of the scenario is on the page', () => {
  const paths = sections.flatMap(({ rows }) => rows.map(({ path }) => path));
  expect(paths.length).toBeGreaterThan(100);
  for (const key of ['personas.NAME.funnel.pay', 'show[N].countdown', 'chat.bursts.decay', 'health.lateStartP99'])
    expect(paths).toContain(key);
});

describe.each(sections)('$title', ({ rows }) => {
  it.each(rows)('$path: the schema accepts the example', ({ path, schema }) => {
    const accepts = new Ajv({ strict: false }).compile({ ...schema, definitions });
    const example = exampleOf(path, schema);
    expect(example).toBeDefined();
    accepts(example);
    expect(accepts.errors).toBe(null);
  });
});
