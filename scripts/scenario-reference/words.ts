/** A JSON Schema in words: the type, the default and the meaning of a key, as cells of a table. */

/** What the schema of the language uses of JSON Schema. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** Names of the definitions, as the tables call them. */
const TYPES: Readonly<Record<string, string>> = {
  Duration: '[duration](#values)',
  PositiveDuration: '[duration](#values), above 0',
  Count: '[count](#values)',
  PositiveCount: '[count](#values), above 0',
  Share: '[share](#values)',
  PositiveShare: '[share](#values), above 0',
  Response: '[response](#values)',
  Weight: '[weight](#values)',
  Rate: '[rate](#values)',
  Money: '[money](#values)',
  BitRate: '[bit rate](#values)',
  Dist: '[distribution](#distributions)',
  Source: '[source](#audience)',
  Cue: '[cue](#show)',
  Threshold: 'object',
};

export function refOf(definition: string): Schema {
  return { $ref: `#/definitions/${definition}` };
}

/** The definition that a schema is, if it is one. */
export function definitionOf(schema: Schema): string | undefined {
  const ref = schema.$ref ?? schema.allOf?.find((part) => part.$ref !== undefined)?.$ref;
  return ref?.replace('#/definitions/', '');
}

export function typeOf(schema: Schema): string {
  const definition = definitionOf(schema);
  if (definition !== undefined) return TYPES[definition];
  if (schema.const !== undefined) return asCode(schema.const);
  if (schema.enum) return schema.enum.map(asCode).join(', ');
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map(typeOf))].join(' or ');
  if (schema.items) return `list of: ${typeOf(schema.items)}`;
  if (schema.additionalProperties) return `map of: ${typeOf(schema.additionalProperties)}`;
  if (schema.type === 'string') return schema.maxLength ? `text, at most ${schema.maxLength} characters` : 'text';
  if (schema.type === 'number' || schema.type === 'integer') return numberType(schema);
  return schema.type ?? 'any';
}

function numberType({ type, minimum, maximum }: Schema): string {
  const kind = type === 'integer' ? 'whole number' : 'number';
  return minimum === undefined || maximum === undefined
    ? kind
    : `${kind}, ${minimum.toLocaleString('en-US')} to ${maximum.toLocaleString('en-US')}`;
}

/** Descriptions end in their default, or in `Required.`: the table has a column for that. */
const DEFAULT_AT_END = /(?:^|[.;]?\s*)default:? ([^;]+)\.$/i;

/** `required`, the default as code, or what the description says of it. */
export function defaultOf(schema: Schema, required: boolean): string {
  if (required) return 'required';
  const value = schema.default;
  const said = DEFAULT_AT_END.exec(schema.description ?? '')?.[1];
  const isPlain = value !== undefined && value !== '' && typeof value !== 'object';
  if (isPlain || (value === null && said !== undefined)) return asCode(value);
  if (said !== undefined) return said;
  return value === undefined || isEmptyObject(value) ? '' : asCode(value);
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export function meaningOf({ description = '' }: Schema): string {
  const meaning = description.replace(/\s*Required\.$/, '').replace(DEFAULT_AT_END, '');
  return meaning === '' || /[.:]$/.test(meaning) ? meaning : `${meaning}.`;
}

/** As TypeScript, in code quotes. */
export function asCode(value: unknown): string {
  return `\`${literal(value)}\``;
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(
    ([key, inner]) => `${/^\w+$/.test(key) ? key : `'${key}'`}: ${literal(inner)}`,
  );
  return `{ ${entries.join(', ')} }`;
}
