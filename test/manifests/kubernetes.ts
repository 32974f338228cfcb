/** What Kubernetes and k6-operator would say to a manifest, unknown fields included. */

import { Ajv, type ValidateFunction } from 'ajv';
import { Job } from 'kubernetes-models/batch/v1';
import { ConfigMap, PersistentVolumeClaim, Pod, Service } from 'kubernetes-models/v1';
import { parse } from 'yaml';
import { readText } from '../tidy/files.ts';

interface Model {
  new (data: never): object;
  readonly prototype: { validate(): void };
}

/** Compiled from the OpenAPI document of Kubernetes. */
const MODELS: Readonly<Record<string, Model>> = {
  'batch/v1 Job': Job,
  'v1 ConfigMap': ConfigMap,
  'v1 PersistentVolumeClaim': PersistentVolumeClaim,
  'v1 Pod': Pod,
  'v1 Service': Service,
};

export interface Manifested {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
}

/** Empty when it is accepted. */
export function problemsOf(object: Manifested): string[] {
  const kind = `${object.apiVersion} ${object.kind}`;
  if (kind === 'k6.io/v1alpha1 TestRun') {
    // A resource of others says nothing of `metadata`: it is the same everywhere.
    const metadata = { apiVersion: 'v1', kind: 'ConfigMap', metadata: object.metadata };
    return [...modelProblems(ConfigMap, metadata), ...testRunProblems(object)];
  }
  const model = MODELS[kind];
  return model ? modelProblems(model, object) : [`${kind} is not known`];
}

/** The models let unknown fields pass, but never look at them: so whatever was not looked at is unknown. */
function modelProblems(model: Model, object: object): string[] {
  const unread = new Set<string>();
  const watched = watch(new model(object as never), '', unread);
  try {
    model.prototype.validate.call(watched as never);
  } catch (error) {
    return [(error as Error).message];
  }
  return [...unread].map((path) => `${path} is not known`);
}

function watch(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const inner = new Map(Object.entries(value).map(([key, each]) => [key, watch(each, `${path}/${key}`, unread)]));
  for (const key of inner.keys()) unread.add(`${path}/${key}`);
  return new Proxy(value, {
    get(target, key) {
      if (typeof key !== 'string' || !inner.has(key)) return Reflect.get(target, key) as unknown;
      unread.delete(`${path}/${key}`);
      return inner.get(key);
    },
  });
}

let testRun: ValidateFunction | undefined;

function testRunProblems(object: object): string[] {
  testRun ??= compileTestRun();
  if (testRun(object)) return [];
  return (testRun.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function compileTestRun(): ValidateFunction {
  interface Definition {
    readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: object } }[] };
  }
  const definition = parse(readText('test/fixtures/kubernetes/k6.io_testruns.yaml')) as Definition;
  // `int32` and `int64` are formats of OpenAPI, `x-kubernetes-` its extensions.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  return ajv.compile(closed(definition.spec.versions[0].schema.openAPIV3Schema) as object);
}

/** The schema with unknown fields refused wherever it names fields, as the server does with `--validate=strict`. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = 'additionalProperties' in schema || 'x-kubernetes-preserve-unknown-fields' in schema;
  // A property may be called `properties`; a schema that has some is an object.
  const names = 'properties' in schema && typeof schema.properties === 'object' && 'type' in schema;
  return names && !isOpen ? { ...inner, additionalProperties: false } : inner;
}
