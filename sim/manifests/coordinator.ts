import { labelsOf, objectHead, POD_SECURITY, type KubeObject, type Place } from './objects.ts';
import { hostSecrets } from './secrets.ts';
import { claimVolume, RESULTS_CLAIM, SCRIPT_CLAIM } from './storage.ts';
import { containerWord } from './words.ts';

/** The one process of a k6 fleet that gives the host's cues, takes what the runners tell, and makes the result. */

const COORDINATOR_PORT = 8090;
/** Long enough to write what has come in when the job is deleted. */
const GRACE_SEC = 120;
/** Not measured: it keeps the history of the whole event until the ledger has checked it. */
const RESOURCES = { requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '8Gi' } };

export interface CoordinatorOptions {
  readonly image: string;
  /** The volume with `event.json`. */
  readonly scriptVolume: object;
  readonly secretNames: readonly string[];
}

export function coordinatorName({ name }: Place): string {
  return `${name}-coordinator`;
}

/** What the runners reach it by, from their namespace. */
export function coordinatorUrl(place: Place): string {
  return `http://${coordinatorName(place)}:${COORDINATOR_PORT}`;
}

export function coordinatorService(place: Place): KubeObject {
  return {
    ...objectHead(place, 'coordinator', ['v1', 'Service', 'coordinator']),
    spec: {
      selector: labelsOf(place, 'coordinator'),
      ports: [{ name: 'http', port: COORDINATOR_PORT, targetPort: COORDINATOR_PORT }],
    },
  };
}

/** It is not started again: half an event cannot be coordinated. */
export function coordinatorJob(place: Place, options: CoordinatorOptions): KubeObject {
  return {
    ...objectHead(place, 'coordinator', ['batch/v1', 'Job', 'coordinator']),
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels: labelsOf(place, 'coordinator') },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: GRACE_SEC,
          securityContext: POD_SECURITY,
          containers: [coordinatorContainer(place, options)],
          volumes: [options.scriptVolume, claimVolume(place, RESULTS_CLAIM)],
        },
      },
    },
  };
}

function coordinatorContainer(place: Place, { image, secretNames }: CoordinatorOptions): object {
  const words = ['flashcrowd', 'k6', 'coordinate', '/event', '--out', '/results'];
  const where = ['--listen', `0.0.0.0:${COORDINATOR_PORT}`];
  return {
    name: 'coordinator',
    image,
    command: [...words, ...where].map(containerWord),
    env: hostSecrets(place, secretNames),
    ports: [{ name: 'http', containerPort: COORDINATOR_PORT }],
    resources: RESOURCES,
    volumeMounts: [
      { name: SCRIPT_CLAIM, mountPath: '/event', readOnly: true },
      { name: RESULTS_CLAIM, mountPath: '/results' },
    ],
  };
}
