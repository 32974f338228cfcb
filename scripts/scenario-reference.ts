/** docs/scenario-reference.md: every key of the scenario language, read from its JSON Schema. */

import { FAULT_NAMES } from '../sim/scenario/schema/faults.ts';
import { scenarioJsonSchema } from '../sim/scenario/json-schema.ts';
import { page, table } from './markdown.ts';
import { exampleOf, examplesOfType } from './scenario-reference/examples.ts';
import { asCode, defaultOf, meaningOf, refOf, typeOf, type Schema } from './scenario-reference/words.ts';

/** One key of the language. */
export interface Row {
  /** As in messages and `--set`, with capitals for names of one's own: `personas.NAME.funnel.click`. */
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

interface Section {
  readonly title: string;
  readonly text: string;
  readonly rows: readonly Row[];
}

const root = scenarioJsonSchema() as Schema;
const definitions = root.definitions!;

/** Keys of the scenario that have a section of their own. */
const OWN_SECTION = [
  'rooms',
  'audience',
  'personas',
  'products',
  'show',
  'chat',
  'bots',
  'network',
  'shop',
  'video',
  'backend',
  'health',
];

/** Every section with its keys, in the order of the page. */
export function referenceSections(): Section[] {
  return [
    section('Scenario', 'The keys of the file itself.', ofObject(root, '').filter(isTop)),
    named('rooms', 'Rooms'),
    ...alternatives('Source', 'kind', 'audience.NAME', 'Audience'),
    named('personas', 'Personas'),
    section('Distributions', DIST_TEXT, distributionRows()),
    named('products', 'Products'),
    ...alternatives('Cue', 'cue', 'show[N]', 'Show'),
    ...['chat', 'bots', 'network', 'shop', 'backend', 'health'].map((key) =>
      section(`${key[0].toUpperCase()}${key.slice(1)}`, meaningOf(property(key)), ofObject(property(key), key)),
    ),
    section('Video', meaningOf(property('video')), videoRows()),
    section('Faults', FAULT_TEXT, faultRows()),
    section('Thresholds', THRESHOLD_TEXT, thresholdRows()),
    named('sources', 'Sources', 'PATH'),
  ];
}

const DIST_TEXT =
  'Wherever the type is *distribution*: a duration, which is then always the same, or one of these forms. ' +
  '`DIST` stands for the key, such as `personas.fan.dwell`. Every part of a `mix` has a `share` and one of the other forms.';
const FAULT_TEXT = `What the bundled shop does wrong in \`run\`. \`FAULT\` is one of ${FAULT_NAMES.map((name) => `\`${name}\``).join(', ')}.`;
const THRESHOLD_TEXT =
  'A condition as text, an object with a `threshold`, or a list of both, by metric. Metrics, their tags and what can be ' +
  'asked of them are in [metrics.md](metrics.md).';

/** The page as it is written to docs/. */
export function scenarioReferencePage(): string {
  return page(
    'Scenario reference',
    'Every key of the scenario language. [scenario.md](scenario.md) explains how to use them. TypeScript, YAML and JSON ' +
      'have the same keys; the examples are written as in TypeScript.',
    'Paths are those of messages, of `--set` and of `sources`. `NAME` is a name of your own: a letter, then letters, ' +
      'digits, `-` or `_`, at most 40 in all. `[N]` is a place in a list, counted from 0; `--set` also takes `show.2.units`.',
    '## Values',
    'How figures are written. Bare numbers without a unit are refused where a unit is needed.',
    valuesTable(),
    ...referenceSections().flatMap(({ title, text, rows }) => [`## ${title}`, text, rowsTable(rows)]),
  );
}

function rowsTable(rows: readonly Row[]): string {
  return table(
    ['key', 'type', 'default', 'meaning', 'example'],
    rows.map(({ path, schema, required }) => [
      `\`${path}\``,
      typeOf(schema),
      defaultOf(schema, required),
      meaningOf(schema),
      asCode(exampleOf(path, schema)),
    ]),
  );
}

function valuesTable(): string {
  const scalars = Object.entries(definitions).filter(
    ([name]) => !['Source', 'Cue', 'Dist', 'Threshold'].includes(name),
  );
  return table(
    ['type', 'meaning', 'examples'],
    scalars
      .filter(([name]) => !name.startsWith('Positive'))
      .map(([name, schema]) => [typeOf(refOf(name)), meaningOf(schema), examplesOfType(name).map(asCode).join(', ')]),
  );
}

function section(title: string, text: string, rows: readonly Row[]): Section {
  return { title, text, rows };
}

/** A map from names of one's own to objects. */
function named(key: string, title: string, name = 'NAME'): Section {
  const { additionalProperties } = property(key);
  return section(title, meaningOf(property(key)), ofObject(additionalProperties as Schema, `${key}.${name}`));
}

/** The alternatives of a union told apart by `tag`: what they have in common, then each. */
function alternatives(definition: string, tag: string, base: string, title: string): Section[] {
  const options = definitions[definition].oneOf!.map((option) => ofObject(option, base));
  const isCommon = (row: Row): boolean => options.every((rows) => rows.some((other) => isSame(row, other)));
  const common = options[0].filter(isCommon);
  const tagPath = `${base}.${tag}`;
  return [
    section(title, `${meaningOf(definitions[definition])} All of them have these keys.`, common),
    ...options.map((rows) => {
      const own = rows.find(({ path }) => path === tagPath)!;
      return section(
        `${title}: ${String(own.schema.const)}`,
        `\`${tagPath}\` is \`${String(own.schema.const)}\`. ${meaningOf(own.schema)}`,
        rows.filter((row) => row !== own && !isCommon(row)),
      );
    }),
  ];
}

function isSame(a: Row, b: Row): boolean {
  return a.path === b.path && a.required === b.required && JSON.stringify(a.schema) === JSON.stringify(b.schema);
}

function distributionRows(): Row[] {
  const forms = definitions.Dist.anyOf!.flatMap((form) => ofObject(form, 'DIST'));
  const mix = forms.find(({ path }) => path === 'DIST.mix')!;
  const [share] = ofObject(mix.schema.items!.anyOf![0], 'DIST.mix[N]');
  return [...forms, share];
}

/** Devices have names of one's own. */
function videoRows(): Row[] {
  const rows = ofObject(property('video'), 'video');
  const devices = rows.findIndex(({ path }) => path === 'video.devices') + 1;
  const device = property('video').properties!.devices.additionalProperties as Schema;
  const form = device.properties!.bandwidth.anyOf!.find(({ properties }) => properties)!;
  const inner = [...ofObject(device, 'video.devices.NAME'), ...ofObject(form, 'video.devices.NAME.bandwidth')];
  return [...rows.slice(0, devices), ...inner, ...rows.slice(devices)];
}

function faultRows(): Row[] {
  const schema = property('faults').additionalProperties as Schema;
  return [{ path: 'faults.FAULT', schema, required: false }];
}

function thresholdRows(): Row[] {
  const [condition, object] = ['thresholds.METRIC', 'thresholds.METRIC[N]'];
  const additionalProperties = property('thresholds').additionalProperties as Schema;
  return [
    { path: condition, schema: { ...additionalProperties, description: 'What must hold.' }, required: false },
    ...ofObject(definitions.Threshold, object),
  ];
}

/** The keys of an object, and of the objects in it, in the order of the schema. */
function ofObject(object: Schema, base: string): Row[] {
  return Object.entries(object.properties ?? {}).flatMap(([key, schema]) => {
    const path = base === '' ? key : `${base}.${key}`;
    const row = { path, schema, required: object.required?.includes(key) ?? false };
    const inner = schema.properties ? schema : schema.items;
    return [row, ...ofObject(inner ?? {}, schema.items ? `${path}[N]` : path), ...insideUnion(schema, path)];
  });
}

/** Objects among the alternatives of a value, such as those of `chat.rate`: each by its `kind`. */
function insideUnion(schema: Schema, path: string): Row[] {
  const objects = (schema.anyOf ?? []).flatMap((option) => option.oneOf ?? []);
  return objects.flatMap((option) => {
    const kind = String(option.properties?.kind?.const);
    return ofObject(option, path).map((row) => ({ ...row, path: row.path.replace(path, `${path}(${kind})`) }));
  });
}

function isTop({ path }: Row): boolean {
  return !OWN_SECTION.some((key) => path.startsWith(`${key}.`));
}

function property(key: string): Schema {
  return root.properties![key];
}
