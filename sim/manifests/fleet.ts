import type { Problem } from '../errors.ts';
import { COSTS } from '../scaling/cost.ts';
import { machinesFor, shareOf, USUAL_MACHINE, type CrowdLoad, type Needs } from '../scaling/size.ts';
import { checkImage, checkName, checkNamespace, checkSecretNames, checkStorage } from './checks.ts';
import { coordinatorJob, coordinatorName, coordinatorService, coordinatorUrl } from './coordinator.ts';
import { fleetComment } from './fleet-comment.ts';
import { objectHead, type KubeObject, type Place } from './objects.ts';
import { resourcesFor } from './resources.ts';
import { placeScript, SCRIPT_NAME, type PlacedScript, type ScriptFile } from './script.ts';
import { FLEET_TOKEN, secretEnv } from './secrets.ts';
import { RESULTS_CLAIM, resultSize, volumeClaim } from './storage.ts';
import type { Manifest } from './yaml.ts';

/** A fleet of k6 as k6-operator starts it, and the coordinator that makes one result of it. */

export interface FleetOptions extends Place {
  /** Of `flashcrowd k6 build`: script.js, event.json, and crowd.json where the window begins later than the event. */
  readonly files: readonly ScriptFile[];
  /** Where they lie here; for the commands that copy them. */
  readonly folder: string;
  /** Where the manifest will lie; for the commands too. */
  readonly manifestFile: string;
  readonly parallelism: number;
  /** Of k6. */
  readonly image: string;
  /** Of flashcrowd. */
  readonly coordinatorImage: string;
  /** Pods of viewers in the script. */
  readonly vus: number;
  readonly expectedPeakViewers: number;
  readonly messagesPerViewerPerSec: number;
  /** Secrets stand in the files. */
  readonly secretsLeft: boolean;
  /** Variables that the target takes its secrets from, besides the admin token. */
  readonly secretNames: readonly string[];
  /** Of the results; none: by the size of the crowd. */
  readonly storage?: string;
  readonly storageClass?: string;
}

/** What is known before anything is sized: bytes of a chat message as the stub sends it, and no rate of joining. */
const BYTES_PER_MESSAGE = 200;

export function checkFleet(options: FleetOptions): Problem[] {
  const { name, namespace, parallelism, vus, files } = options;
  const problems = [
    ...checkName(name),
    ...checkNamespace(namespace),
    ...checkImage('--image', options.image),
    ...checkImage('--coordinator-image', options.coordinatorImage),
    ...checkSecretNames(options.secretNames),
    ...checkStorage(options.storage),
  ];
  if (parallelism > vus) {
    const message = `${parallelism} runners cannot share ${vus} pods of viewers: k6 gives each at least one`;
    problems.push({
      path: '--parallelism',
      message,
      expected: `at most ${vus}, or more pods: \`k6 build --vus ${parallelism}\``,
    });
  }
  for (const wanted of [SCRIPT_NAME, 'event.json']) {
    if (!files.some((file) => file.name === wanted)) {
      problems.push({
        path: '',
        message: `the folder has no ${wanted}`,
        expected: 'one that `flashcrowd k6 build` wrote',
      });
    }
  }
  return problems;
}

/** Throws TypeError when a file that belongs into a ConfigMap is not UTF-8. */
export function fleetManifest(options: FleetOptions): Manifest {
  const script = placeScript(options, options.files, options);
  const load = loadOf(options);
  // Whole VUs are shared out: some runners may have one more than others, and all must carry that.
  const most = Math.ceil(options.vus / options.parallelism);
  const needs = shareOf(load, COSTS.k6, options.vus / most);
  const objects = [
    script.object,
    volumeClaim(options, RESULTS_CLAIM, {
      size: options.storage ?? resultSize(options.expectedPeakViewers),
      storageClass: options.storageClass,
      shared: false,
    }),
    coordinatorService(options),
    coordinatorJob(options, {
      image: options.coordinatorImage,
      scriptVolume: script.volume,
      secretNames: [FLEET_TOKEN, ...options.secretNames],
    }),
    testRun(options, script, needs),
  ];
  return { comment: fleetComment(options, script, needs), objects, notes: notesOf(options, script, load) };
}

function loadOf({ expectedPeakViewers, messagesPerViewerPerSec }: FleetOptions): CrowdLoad {
  return { viewers: expectedPeakViewers, messagesPerViewerPerSec, joinsPerSec: 0, bytesPerMessage: BYTES_PER_MESSAGE };
}

/** The initializer gets what the runner has: the operator copies it. */
function testRun(options: FleetOptions, script: PlacedScript, needs: Needs): KubeObject {
  return {
    ...objectHead(options, 'runner', ['k6.io/v1alpha1', 'TestRun', '']),
    spec: {
      parallelism: options.parallelism,
      script: script.testRunScript,
      runner: {
        image: options.image,
        env: [
          { name: 'FLASHCROWD_COORDINATOR', value: coordinatorUrl(options) },
          ...secretEnv(options, [FLEET_TOKEN, ...options.secretNames]),
        ],
        resources: resourcesFor(needs, 0),
      },
    },
  };
}

function notesOf(options: FleetOptions, script: PlacedScript, load: CrowdLoad): string[] {
  const { parallelism, name } = options;
  const notes: string[] = [];
  if (script.volumeFor !== null) {
    const why =
      script.volumeFor === 'secrets'
        ? 'secrets stand in event.json, and whoever may read the namespace may read a ConfigMap'
        : `the files have ${script.bytes.toLocaleString('en-US')} bytes, and a ConfigMap holds 1 MiB (1,048,576)`;
    notes.push(
      `${why}: they go to the volume ${name}-script, which has to be filled first; the commands stand at the top of the manifest`,
    );
  }
  const { machines, limit } = machinesFor(load, COSTS.k6, USUAL_MACHINE);
  if (machines > parallelism) {
    const { cores, memoryMiB } = USUAL_MACHINE;
    notes.push(
      `${parallelism} runners are few: with ${cores} cores and ${memoryMiB / 1024} GiB each it would take ${machines} (${limit})${machines > options.vus ? `, and more pods: \`k6 build --vus ${machines}\`` : ''}`,
    );
  }
  return [
    ...notes,
    `the result will be on the volume ${name}-results, the verdict is that of the job ${coordinatorName(options)}`,
  ];
}
