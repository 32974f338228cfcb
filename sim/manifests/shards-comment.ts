import { COSTS } from '../scaling/cost.ts';
import { MOST_BUSY, type Needs } from '../scaling/size.ts';
import { startMapName } from './objects.ts';
import { secretSteps } from './secrets.ts';
import type { ShardsOptions } from './shards.ts';
import { holderName, holdVolumeCommand, inNamespace, RESULTS_CLAIM } from './storage.ts';
import { waitForEnd } from './wait.ts';
import { shellLine } from './words.ts';

/** Pods look for what they wait for about once a minute. */
const LOOK_MIN = 4;

/** What stands above the manifest of sharded runs: what it is, and the commands, in order. */
export function shardsComment(options: ShardsOptions, needs: Needs): string[] {
  const { name, shards } = options;
  return [
    `${name}: ${shards === 1 ? 'one run' : `one event in ${shards} shards`}, and the job that makes one result of ${shards === 1 ? 'it' : 'them'}.`,
    `A pod holds up to ${needs.viewers.toLocaleString('en-US')} viewers, at most ${MOST_BUSY * 100} % busy; its resources are from what was measured`,
    `(${COSTS.run.source}).`,
    `It opens up to ${needs.openFiles.toLocaleString('en-US')} files and sockets: the limit of the container runtime must allow that.`,
    ...(shards === 1
      ? []
      : ['The nodes need synchronised clocks; the volume must be one that many nodes can write (ReadWriteMany).']),
    '',
    'Kubernetes 1.29 or later: a pod that fails must not end the others (backoffLimitPerIndex: beta and on in 1.29, stable in 1.33).',
    '',
    ...secretSteps(options, options.secretNames),
    `  ${kubectl(options, 'apply', '-f', options.manifestFile)}`,
    ...startSteps(options),
    '',
    'When all shards have ended, let the merge go; its exit code is the verdict. Also when some have failed (the job is Failed then): the others',
    'have played on, and the merge makes a partial result that says what is missing:',
    `  ${waitForEnd(options, name)}`,
    `  ${kubectl(options, 'patch', `job/${name}-merge`, '--type=merge', '--patch={"spec":{"suspend":false}}')}`,
    `  ${waitForEnd(options, `${name}-merge`)}`,
    'To fetch the result:',
    ...fetchSteps(options),
  ];
}

function startSteps(options: ShardsOptions): string[] {
  const { startAt, leadMs } = options;
  const leadMin = Math.ceil(leadMs / 60_000);
  if (startAt !== undefined) {
    return [
      `All pods must be there ${leadMin} min before ${startAt}: those who are in the room then are connected first.`,
    ];
  }
  if (options.shards === 1) return [];
  return [
    'The pods fetch their image, and wait for the moment of the start. When all of them are there, say it; they look about once a minute:',
    `  ${kubectl(options, 'create', 'configmap', startMapName(options))} --from-literal=at="$(date -u -d '+${leadMin + LOOK_MIN} minutes' +%Y-%m-%dT%H:%M:%SZ)"`,
  ];
}

function fetchSteps(options: ShardsOptions): string[] {
  const holder = holderName(options, RESULTS_CLAIM);
  return [
    `  ${shellLine(holdVolumeCommand(options, RESULTS_CLAIM, options.image))}`,
    `  ${kubectl(options, 'wait', '--for=condition=Ready', `pod/${holder}`, '--timeout=5m')}`,
    `  ${kubectl(options, 'cp', `${holder}:/${RESULTS_CLAIM}/merged`, `results/${options.name}`)}`,
    `  ${kubectl(options, 'delete', 'pod', holder)}`,
  ];
}

function kubectl(options: ShardsOptions, ...words: readonly string[]): string {
  return shellLine(['kubectl', ...inNamespace(options), ...words]);
}
