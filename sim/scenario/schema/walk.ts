/** Finding one's way in the schema by the path of a value: which keys are known here, and what can still be read. */

import { z } from 'zod';

export type Path = readonly (string | number)[];

/** Everything may be missing: what a scenario with problems still says. Arrays keep their indices, with holes. */
export type Salvaged<T> = T extends readonly (infer Item)[]
  ? readonly (Salvaged<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Salvaged<T[Key]> }
    : T;

/** Keys that the schema allows in the object at `path`; undefined where keys are free (or there is no object). */
export function knownKeys(schema: z.ZodType, raw: unknown, path: Path): string[] | undefined {
  const here = schemasAt(schema, raw, path);
  const objects = here.filter((each) => each instanceof z.ZodObject).map((each) => Object.keys(each.shape));
  const records = here.filter((each) => each instanceof z.ZodRecord).flatMap(({ keyType }) => namesOf(keyType));
  const shapes = records.length > 0 ? [...objects, records] : objects;
  return shapes.length === 0 ? undefined : [...new Set(shapes.flat())];
}

/** Whether keys at `path` are chosen freely and stand for plain values, as in a mix of personas or in thresholds. */
export function hasFreeKeys(schema: z.ZodType, raw: unknown, path: Path): boolean {
  const records = schemasAt(schema, raw, path).filter((each) => each instanceof z.ZodRecord);
  return records.some(
    (each) =>
      namesOf(each.keyType).length === 0 &&
      !alternatives(each.valueType as z.ZodType, undefined).every((value) => value instanceof z.ZodObject),
  );
}

/** The keys of a record that are a list of names; none where they are free. */
function namesOf(keyType: z.core.$ZodType): string[] {
  return keyType instanceof z.ZodEnum ? keyType.options.map(String) : [];
}

/** Whether a value at `path` can be an object or an array at all. */
export function hasInside(schema: z.ZodType, raw: unknown, path: Path): boolean {
  return schemasAt(schema, raw, path).some(
    (each) => each instanceof z.ZodObject || each instanceof z.ZodRecord || each instanceof z.ZodArray,
  );
}

/**
 * Reads what can be read: objects, records and lists part by part, everything else whole. A part that its schema
 * refuses is undefined, so that checks across parts can run on the rest.
 */
export function salvage<T extends z.ZodType>(schema: T, raw: unknown): Salvaged<z.output<T>> | undefined {
  return salvageAny(schema, raw) as Salvaged<z.output<T>> | undefined;
}

function salvageAny(schema: z.ZodType, raw: unknown): unknown {
  const whole = schema.safeParse(raw);
  if (whole.success) return whole.data;
  const inner = withoutDefault(schema, raw);
  if (inner instanceof z.ZodObject && isRecord(raw)) {
    return mapEntries(inner.shape, (part, key) => salvageAny(part, ownValue(raw, key)));
  }
  if (inner instanceof z.ZodRecord && isRecord(raw)) {
    return mapEntries(raw, (value) => salvageAny(inner.valueType as z.ZodType, value));
  }
  if (inner instanceof z.ZodArray && Array.isArray(raw))
    return raw.map((item) => salvageAny(inner.element as z.ZodType, item));
  return undefined;
}

/** All schemas that may describe the value at `path`: more than one where the language has alternatives. */
function schemasAt(schema: z.ZodType, raw: unknown, path: Path): z.ZodType[] {
  const here = alternatives(schema, raw);
  if (path.length === 0) return here;
  const [key, ...rest] = path;
  return here.flatMap((each) => {
    const next = childOf(each, key);
    return next === undefined ? [] : schemasAt(next, ownValue(raw, key), rest);
  });
}

function childOf(schema: z.ZodType, key: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  return schema instanceof z.ZodArray && /^\d+$/.test(String(key)) ? (schema.element as z.ZodType) : undefined;
}

function alternatives(schema: z.ZodType, raw: unknown): z.ZodType[] {
  const inner = unwrap(schema, raw);
  return inner instanceof z.ZodUnion
    ? inner.options.flatMap((option) => alternatives(option as z.ZodType, raw))
    : [inner];
}

/** The input side: without defaults and transforms. */
function unwrap(schema: z.ZodType, raw: unknown): z.ZodType {
  const inner = withoutDefault(schema, raw);
  return inner instanceof z.ZodPipe ? unwrap(inner.in as z.ZodType, raw) : inner;
}

/** Of a union with a discriminator, the alternative that the raw value names. A transform stays: it is read whole. */
function withoutDefault(schema: z.ZodType, raw: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return withoutDefault(schema.unwrap() as z.ZodType, raw);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return withoutDefault(schema.unwrap() as z.ZodType, raw);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const tag = schema.def.discriminator;
    const options = schema.options as z.ZodObject[];
    const chosen = options.find((option) => option.shape[tag].safeParse(ownValue(raw, tag)).success);
    return chosen ?? schema;
  }
  return schema;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own properties only: a scenario may have a persona named `constructor`. */
export function ownValue(container: unknown, key: string | number): unknown {
  if (typeof container !== 'object' || container === null || !Object.hasOwn(container, key)) return undefined;
  return (container as Record<string, unknown>)[key];
}

export function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce(ownValue, raw);
}

function mapEntries<In, Out>(
  record: Readonly<Record<string, In>>,
  map: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
