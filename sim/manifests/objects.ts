/** What the manifests have in common: names, labels, and the parts of a pod that are used here. */

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly [section: string]: unknown;
}

/** What an object is for. `storage` has to be there, and filled, before the rest. */
export type Component = 'storage' | 'coordinator' | 'runner' | 'shard' | 'merge';

/** One installation: all its objects begin with this name. */
export interface Place {
  readonly name: string;
  /** None: that of whoever applies it. */
  readonly namespace?: string;
}

export const COMPONENT_LABEL = 'app.kubernetes.io/component';

export function labelsOf({ name }: Place, component: Component): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'flashcrowd',
    'app.kubernetes.io/instance': name,
    [COMPONENT_LABEL]: component,
  };
}

/** The beginning of every object: `suffix` is empty for the one that carries the name itself. */
export function objectHead(
  place: Place,
  component: Component,
  [apiVersion, kind, suffix]: readonly [apiVersion: string, kind: string, suffix: string],
): KubeObject {
  const { name, namespace } = place;
  return {
    apiVersion,
    kind,
    metadata: {
      name: suffix === '' ? name : `${name}-${suffix}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: labelsOf(place, component),
    },
  };
}

/** Volumes belong to root at first: with this group any user of an image may write to them. */
export const POD_SECURITY = { fsGroup: 1000 };

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}

/** The ConfigMap that says when shards begin, where the manifest does not. */
export function startMapName({ name }: Place): string {
  return `${name}-start`;
}
