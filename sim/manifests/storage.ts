import { objectHead, POD_SECURITY, type KubeObject, type Place } from './objects.ts';

/** Volumes that outlive the pods: the script that is too large for a ConfigMap, and the results. */

export interface StorageOptions {
  /** As Kubernetes writes it: 20Gi. */
  readonly size: string;
  /** None: the default of the cluster. */
  readonly storageClass?: string;
  /** Whether pods on many nodes use it at the same time. */
  readonly shared: boolean;
}

export const SCRIPT_CLAIM = 'script';
export const RESULTS_CLAIM = 'results';

/** Of the history, for each viewer; some seven were measured over a window of 45 s. */
const RESULT_KIB_PER_VIEWER = 16;
const LEAST_RESULT_GIB = 10;

/** What to ask for when nobody says how much. */
export function resultSize(viewers: number): string {
  const gib = Math.ceil((viewers * RESULT_KIB_PER_VIEWER) / 1024 ** 2);
  return `${Math.max(LEAST_RESULT_GIB, gib)}Gi`;
}

export function volumeClaim(place: Place, suffix: string, { size, storageClass, shared }: StorageOptions): KubeObject {
  return {
    ...objectHead(place, 'storage', ['v1', 'PersistentVolumeClaim', suffix]),
    spec: {
      accessModes: [shared ? 'ReadWriteMany' : 'ReadWriteOnce'],
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      resources: { requests: { storage: size } },
    },
  };
}

export function claimName({ name }: Place, suffix: string): string {
  return `${name}-${suffix}`;
}

/** The volume of a pod that is such a claim. */
export function claimVolume(
  place: Place,
  suffix: string,
): { name: string; persistentVolumeClaim: { claimName: string } } {
  return { name: suffix, persistentVolumeClaim: { claimName: claimName(place, suffix) } };
}

/**
 * A pod that holds a volume open while files are copied into it or out of it, as the words of a command. It ends by itself after an hour.
 */
export function holdVolumeCommand(place: Place, suffix: string, image: string): string[] {
  const pod = {
    spec: {
      securityContext: POD_SECURITY,
      volumes: [claimVolume(place, suffix)],
      containers: [
        {
          name: 'files',
          image,
          command: ['sleep', '3600'],
          volumeMounts: [{ name: suffix, mountPath: `/${suffix}` }],
        },
      ],
    },
  };
  const name = holderName(place, suffix);
  return [
    'kubectl',
    ...inNamespace(place),
    'run',
    name,
    `--image=${image}`,
    '--restart=Never',
    `--overrides=${JSON.stringify(pod)}`,
  ];
}

export function holderName({ name }: Place, suffix: string): string {
  return `${name}-${suffix}-files`;
}

export function inNamespace({ namespace }: Place): string[] {
  return namespace === undefined ? [] : ['--namespace', namespace];
}
