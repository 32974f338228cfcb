import type { Problem } from '../errors.ts';
import { COSTS } from '../scaling/cost.ts';
import { shareOf, type CrowdLoad, type Needs } from '../scaling/size.ts';
import { checkImage, checkName, checkNamespace, checkSecretNames, checkStart, checkStorage } from './checks.ts';
import {
  labelsOf,
  objectHead,
  POD_SECURITY,
  startMapName,
  type EnvVar,
  type KubeObject,
  type Place,
} from './objects.ts';
import { resourcesFor } from './resources.ts';
import { hostSecrets } from './secrets.ts';
import { shardsComment } from './shards-comment.ts';
import { claimVolume, RESULTS_CLAIM, resultSize, volumeClaim } from './storage.ts';
import { containerWord } from './words.ts';
import type { Manifest } from './yaml.ts';

/** One event in n shards, each a `flashcrowd run`, on any scheduler. */

export interface ShardsOptions extends Place {
  readonly shards: number;
  /** Of flashcrowd; the scenario and the target file are in it, or in the repository that the workflow checks out. */
  readonly image: string;
  /** What `run` is given: the scenario and the options that are passed on, as typed. */
  readonly words: readonly string[];
  /** None: it is said when the pods are there, or reckoned by the workflow. */
  readonly startAt?: string;
  /** The busiest second of the whole event. */
  readonly load: CrowdLoad;
  /** Of the whole event: the size of its history hangs on it. */
  readonly views: number;
  readonly windowMs: number;
  /** So long before the start of the window the runs must be there: until the viewers present then are connected. */
  readonly leadMs: number;
  readonly secretNames: readonly string[];
  readonly storage?: string;
  readonly storageClass?: string;
  /** Where the manifest will lie; for the commands. */
  readonly manifestFile: string;
}

/** Long enough to write what is there when the job is deleted. */
const GRACE_SEC = 120;
/** The coordinator of a shard, beside the workers that hold its viewers. */
const COORDINATOR_CORES = 0.25;
const START_KEY = 'at';

/**
 * A shard whose recording is whole has done its work, whatever its exit code says: a threshold that fails in one shard alone means nothing,
 * and would only look as if the shard were lost. What an earlier run left must not be taken for it. sh is the first process of the
 * container, and hands on the signal that asks it to stop.
 */
const PLAY = `shard=$((JOB_COMPLETION_INDEX + 1))
out=/results/shard-$shard
rm -f "$out/recording.ndjson"
flashcrowd run "$@" --shard "$shard/$SHARDS" --out "$out" &
pid=$!
trap 'kill -TERM "$pid"' TERM
code=0
wait "$pid" || code=$?
while kill -0 "$pid" 2>/dev/null; do wait "$pid" || code=$?; done
tail -n 1 "$out/recording.ndjson" | grep -q '^{"k":"end"' || exit "$((code > 0 ? code : 1))"`;

export function checkShards(options: ShardsOptions, nowMs: number): Problem[] {
  return [
    ...checkName(options.name),
    ...checkNamespace(options.namespace),
    ...checkImage('--image', options.image),
    ...checkSecretNames(options.secretNames),
    ...checkStorage(options.storage),
    ...checkStart(options.startAt, nowMs),
  ];
}

/** The volume, the job with a pod for each shard, and the job that makes one result of them: it waits until somebody lets it go. */
export function shardsManifest(options: ShardsOptions): Manifest {
  const needs = shareOf(options.load, COSTS.run, options.shards);
  const storage = volumeClaim(options, RESULTS_CLAIM, {
    size: options.storage ?? resultSize(options.views),
    storageClass: options.storageClass,
    shared: options.shards > 1,
  });
  return {
    comment: shardsComment(options, needs),
    objects: [storage, shardsJob(options, needs), mergeJob(options)],
    notes: [`the shards are merged by the job ${options.name}-merge; the commands stand at the top of the manifest`],
  };
}

/**
 * No pod is started again, and none ends the others: with all but one of the shards there is a partial result. `backoffLimit` must be left out:
 * the limits of each index would not count beside it.
 */
function shardsJob(options: ShardsOptions, needs: Needs): KubeObject {
  const { shards } = options;
  return {
    ...objectHead(options, 'shard', ['batch/v1', 'Job', '']),
    spec: {
      completionMode: 'Indexed',
      completions: shards,
      parallelism: shards,
      backoffLimitPerIndex: 0,
      maxFailedIndexes: shards,
      template: podTemplate(options, 'shard', shardContainer(options, needs)),
    },
  };
}

function shardContainer(options: ShardsOptions, needs: Needs): object {
  const { shards, startAt, words } = options;
  // A worker holds one core. Without the option there would be one for each core of the node.
  const workers = `${Math.max(1, Math.ceil(needs.cores))}`;
  const start = shards === 1 && startAt === undefined ? [] : ['--start-at', startAt ?? '$(FLASHCROWD_START_AT)'];
  const passed = [...words, '--workers', workers].map(containerWord);
  return {
    name: 'shard',
    image: options.image,
    command: ['/bin/sh', '-ec', PLAY, 'shard', ...passed, ...start],
    env: [
      { name: 'SHARDS', value: `${shards}` },
      ...(shards === 1 || startAt !== undefined ? [] : [startEnv(options)]),
      ...hostSecrets(options, options.secretNames),
    ],
    resources: resourcesFor(needs, COORDINATOR_CORES),
    volumeMounts: [{ name: RESULTS_CLAIM, mountPath: '/results' }],
  };
}

/** Pods whose ConfigMap is not there yet have their image already, and wait. */
function startEnv(place: Place): EnvVar {
  return {
    name: 'FLASHCROWD_START_AT',
    valueFrom: { configMapKeyRef: { name: startMapName(place), key: START_KEY } },
  };
}

function mergeJob(options: ShardsOptions): KubeObject {
  // By name, one by one: a shard that left nothing is missed, and what an event with more shards left there is not taken in.
  const folders = Array.from({ length: options.shards }, (_, i) => `/results/shard-${i + 1}`);
  const container = {
    name: 'merge',
    image: options.image,
    command: ['flashcrowd', 'merge', ...folders, '--out', '/results/merged'],
    // Histories are checked together: the ledger of the whole event in one process.
    resources: { requests: { cpu: '1', memory: '2Gi' } },
    volumeMounts: [{ name: RESULTS_CLAIM, mountPath: '/results' }],
  };
  return {
    ...objectHead(options, 'merge', ['batch/v1', 'Job', 'merge']),
    spec: { suspend: true, backoffLimit: 0, template: podTemplate(options, 'merge', container) },
  };
}

function podTemplate(place: Place, component: 'shard' | 'merge', container: object): object {
  return {
    metadata: { labels: labelsOf(place, component) },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: GRACE_SEC,
      securityContext: POD_SECURITY,
      containers: [container],
      volumes: [claimVolume(place, RESULTS_CLAIM)],
    },
  };
}
