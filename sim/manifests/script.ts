import { objectHead, type KubeObject, type Place } from './objects.ts';
import { claimName, claimVolume, SCRIPT_CLAIM, volumeClaim } from './storage.ts';

/** Where a k6 script and its data lie in the cluster: in a ConfigMap when they fit and everybody may read them, else on a volume. */

export interface ScriptFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What Kubernetes allows in one: the values; the names count here too, to be on the safe side. */
export const CONFIG_MAP_BYTES = 1_048_576;
/** The file that k6 is given; it opens the others beside it. */
export const SCRIPT_NAME = 'script.js';
const GIB = 1024 ** 3;

export interface PlacedScript {
  readonly object: KubeObject;
  /** `spec.script` of a TestRun. */
  readonly testRunScript: object;
  /** The same files for any other pod. */
  readonly volume: object;
  readonly bytes: number;
  /** Why it is a volume; `null`: it is a ConfigMap. */
  readonly volumeFor: 'size' | 'secrets' | null;
}

export function scriptBytes(files: readonly ScriptFile[]): number {
  const encoder = new TextEncoder();
  return files.reduce((sum, { name, bytes }) => sum + encoder.encode(name).length + bytes.length, 0);
}

/**
 * All files go the same way: k6 looks for them beside the script. A `TestRun` takes them from a ConfigMap or a volume, and from no Secret; so with
 * secrets in them it is the volume, which also keeps them out of the manifest.
 *
 * @throws TypeError when a file is not UTF-8
 */
export function placeScript(
  place: Place,
  files: readonly ScriptFile[],
  { storageClass, secretsLeft }: { readonly storageClass?: string; readonly secretsLeft: boolean },
): PlacedScript {
  const bytes = scriptBytes(files);
  if (secretsLeft) return { ...onVolume(place, bytes, storageClass), volumeFor: 'secrets' };
  if (bytes > CONFIG_MAP_BYTES) return { ...onVolume(place, bytes, storageClass), volumeFor: 'size' };
  return { ...inConfigMap(place, files, bytes), volumeFor: null };
}

function inConfigMap(place: Place, files: readonly ScriptFile[], bytes: number): Omit<PlacedScript, 'volumeFor'> {
  const object = objectHead(place, 'storage', ['v1', 'ConfigMap', SCRIPT_CLAIM]);
  const { name } = object.metadata;
  // A byte order mark is part of the text, and stays.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const data = Object.fromEntries(files.map((file) => [file.name, decoder.decode(file.bytes)]));
  return {
    object: { ...object, data },
    testRunScript: { configMap: { name, file: SCRIPT_NAME } },
    volume: { name: SCRIPT_CLAIM, configMap: { name } },
    bytes,
  };
}

function onVolume(place: Place, bytes: number, storageClass: string | undefined): Omit<PlacedScript, 'volumeFor'> {
  const size = `${Math.max(1, Math.ceil((2 * bytes) / GIB))}Gi`;
  return {
    object: volumeClaim(place, SCRIPT_CLAIM, { size, storageClass, shared: true }),
    testRunScript: { volumeClaim: { name: claimName(place, SCRIPT_CLAIM), file: SCRIPT_NAME } },
    volume: claimVolume(place, SCRIPT_CLAIM),
    bytes,
  };
}
