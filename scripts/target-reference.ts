/** docs/target-reference.md: every field of a target file, read from the schemas of the adapters. */

import { z } from 'zod';
import { ADAPTER_OPTIONS } from '../sim/targets/config/options.ts';
import { targetSettings } from '../sim/targets/config/settings.ts';
import { httpOptions } from '../sim/targets/http/options.ts';
import { KINDS } from '../sim/targets/mapping/checks.ts';
import { messageRules, roomOptions } from '../sim/targets/mapping/options.ts';
import { stepOf } from '../sim/targets/mapping/step-options.ts';
import { page, table } from './markdown.ts';
import { defaultOf, meaningOf, typeOf, type Schema } from './scenario-reference/words.ts';

type Fields = Schema & { readonly title?: string };

const KIND_NAMES: readonly string[] = Object.values(KINDS);
/** Keys that have a section of their own. */
const OWN_SECTION = ['messages', 'jwt', 'sayBy'];

const REQUEST_PARTS = ['origin', 'headers', 'json', 'form', 'body'];
const REQUEST_MEANING = 'Method and path; beside it `origin`, `headers` and a body, as in a [step](#steps).';

const VALUES: readonly (readonly string[])[] = [
  ['duration', 'with its unit', '`25s`, `1h30m`'],
  ['count', 'a whole number', '`2500`, `10k`'],
  ['share', 'from 0 to 1, or in percent', '`50%`'],
  [KINDS.template, 'text with [placeholders](targets.md#placeholders)', '`/rooms/{{room}}`'],
  [KINDS.json, 'any JSON, with placeholders in its texts', '`{ text: "{{text}}" }`'],
  [KINDS.headers, 'names and templates', '`{ Authorization: "Bearer {{token}}" }`'],
  [KINDS.path, '[JSONPath](targets.md#paths-and-conditions)', '`$.cart.id`'],
  [
    KINDS.source,
    'a path, a header, a cookie, a pattern or a template',
    '`$.id`, `header:x-token`, `cookie:sid`, `/id="(.+?)"/`, `{{session.order}}`',
  ],
  [
    KINDS.condition,
    '[what must hold](targets.md#paths-and-conditions); a list: any of them',
    '`{ status: 409, $.error: exists }`',
  ],
  [KINDS.steps, 'a [step](#steps), or a list of steps', '`{ request: GET /cart }`'],
];

/** The page as it is written to docs/. */
export function targetReferencePage(): string {
  return page(
    'Target reference',
    'Every field of a target file. [targets.md](targets.md) explains how to use them. `NAME` stands for a name of your own, `[N]` for a place in a list.',
    '## Values',
    table(['type', 'what it is', 'example'], VALUES),
    section(
      'Target file',
      'Besides `use` and the options of its adapter; or `chat` and `shop`, each with `use` and options of its own.',
      targetSettings,
    ),
    section('Steps', 'What `steps`, `arrive`, `admin.signIn` and `host.cues` are made of.', stepOf(['*'])),
    section('Rooms', 'Options that all adapters for chat share.', roomOptions, OWN_SECTION),
    section('Messages', '`messages` of a room. Each kind takes one rule or a list of rules.', messageRules),
    section(
      'Chat by request',
      '`sayBy` of a room: chat that is said by HTTP, not over the line.',
      roomOptions.shape.sayBy.unwrap(),
    ),
    section('Tokens', '`jwt` of a room or of `use: http`.', httpOptions.shape.jwt.unwrap()),
    section('use: http', 'Any shop that is spoken to by HTTP.', httpOptions, OWN_SECTION),
    ...ADAPTER_OPTIONS.filter(({ use }) => use !== 'http').map(({ use, serves, schema }) => {
      const isRoom = serves === 'chat';
      const text = isRoom
        ? 'Besides the [options of all rooms](#rooms).'
        : `Serves ${serves === 'all' ? 'chat and shop' : 'the shop'}.`;
      return section(`use: ${use}`, text, schema, isRoom ? Object.keys(roomOptions.shape) : []);
    }),
  );
}

/** `without`: keys that are told elsewhere. */
function section(title: string, text: string, schema: z.ZodType, without: readonly string[] = []): string {
  const rows = rowsOf(fieldsOf(schema), '').filter(([path]) => !without.includes(path.split(/[.[]/)[0]));
  const lines = rows.map(([path, ...cells]) => [`\`${path}\``, ...cells]);
  const fields = lines.length === 0 ? 'It has none of its own.' : table(['field', 'type', 'default', 'meaning'], lines);
  return [`## ${title}`, text, fields].join('\n\n');
}

/** What people write; texts that mean something only by their kind. */
function fieldsOf(schema: z.ZodType): Fields {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (!KIND_NAMES.includes(String(jsonSchema.title))) return;
      const { title, description } = jsonSchema;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
      Object.assign(jsonSchema, { title, description });
    },
  }) as Fields;
}

function rowsOf(schema: Fields, base: string): string[][] {
  const { properties = {}, required = [] } = schema;
  // Inside of something else a request is told by its first line: what it may hold stands under Steps.
  const isRequest = base !== '' && properties.request !== undefined;
  return Object.entries<Fields>(properties).flatMap(([key, written]) => {
    if (isRequest && REQUEST_PARTS.includes(key)) return [];
    const path = base === '' ? key : `${base}.${key}`;
    const field = flat(written);
    const meaning = isRequest && key === 'request' ? REQUEST_MEANING : meaningOf(field);
    return [[path, kindOf(field), defaultOf(field, required.includes(key)), meaning], ...insideOf(field, path)];
  });
}

/** A reference with words of its own is a list of one. */
function flat({ allOf, ...rest }: Fields): Fields {
  return allOf?.length === 1 ? { ...rest, ...allOf[0] } : { ...rest, ...(allOf ? { allOf } : {}) };
}

/** Fields of an object, of the objects in a list or a map, and of the first object among alternatives. */
function insideOf(schema: Fields, path: string): string[][] {
  if (schema.title !== undefined) return [];
  if (schema.properties) return rowsOf(schema, path);
  if (schema.items) return insideOf(schema.items, `${path}[N]`);
  if (schema.additionalProperties) return insideOf(schema.additionalProperties, `${path}.NAME`);
  const inner = (schema.anyOf ?? schema.oneOf ?? []).map((each) => insideOf(each, path));
  return inner.find((rows) => rows.length > 0) ?? [];
}

function kindOf(schema: Fields): string {
  if (schema.title !== undefined) return schema.title;
  // Only the recursive schema of any JSON has no name.
  if (schema.$ref?.startsWith('#/definitions/__')) return 'JSON';
  if (schema.items) return `list of: ${kindOf(schema.items)}`;
  if (schema.additionalProperties) return `map of: ${kindOf(schema.additionalProperties)}`;
  const options = schema.anyOf ?? schema.oneOf;
  return options ? [...new Set(options.map(kindOf))].join(' or ') : typeOf(schema);
}
