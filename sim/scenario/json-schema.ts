/** The language as JSON Schema, for editors: completion, hover texts, red lines under wrong keys. */

import { z } from 'zod';
import { scenarioSchema } from './schema/scenario.ts';

/** JSON Schema (draft 7, which editors know best) of what people write. Written to `docs/scenario.schema.json`. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(scenarioSchema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    // zod leaves out the examples of what it transforms; ours are of what people write.
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (Array.isArray(examples)) jsonSchema.examples ??= examples;
    },
  });
  return {
    $schema,
    title: 'flashcrowd scenario',
    description: 'A live-shopping event: audience, personas, products, show and thresholds.',
    ...rest,
  };
}

/** As the file holds it. */
export function scenarioJsonSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}
