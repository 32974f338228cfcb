import { MOST_BUSY, type Needs } from '../scaling/size.ts';
import { COSTS } from '../scaling/cost.ts';
import { coordinatorName } from './coordinator.ts';
import type { FleetOptions } from './fleet.ts';
import { COMPONENT_LABEL } from './objects.ts';
import { CONFIG_MAP_BYTES, type PlacedScript } from './script.ts';
import { holderName, holdVolumeCommand, inNamespace, RESULTS_CLAIM, SCRIPT_CLAIM } from './storage.ts';
import { FLEET_TOKEN, secretSteps } from './secrets.ts';
import { waitForEnd } from './wait.ts';
import { shellLine } from './words.ts';

/** What stands above the manifest of a fleet: what it is, and the commands that start it, in order. */
export function fleetComment(options: FleetOptions, script: PlacedScript, needs: Needs): string[] {
  const { name, parallelism } = options;
  return [
    `${name}: ${parallelism} k6 runners (k6-operator) and the coordinator that gives the cues and makes the result.`,
    `A runner holds up to ${count(needs.viewers)} viewers at ${rounded(options.messagesPerViewerPerSec)} messages/s each, at most ${MOST_BUSY * 100} % busy;`,
    `its resources are from what was measured (${COSTS.k6.source}).`,
    `It opens up to ${count(needs.openFiles)} files and sockets in one process: the limit of the container runtime must allow that.`,
    '',
    ...secretSteps(options, [FLEET_TOKEN, ...options.secretNames]),
    ...(script.volumeFor !== null ? volumeSteps(options, script) : mapSteps(options, script)),
    '',
    'When the job of the coordinator has ended, its exit code is the verdict: 0 and Complete, or another and Failed. To fetch the result:',
    ...fetchSteps(options),
  ].map((line) => line.trimEnd());
}

/** A plain apply would copy the whole script into an annotation, which holds 256 KiB. */
function mapSteps(options: FleetOptions, { bytes }: PlacedScript): string[] {
  return [
    `The script and its data have ${count(bytes)} bytes and fit into a ConfigMap, which holds 1 MiB (${count(CONFIG_MAP_BYTES)}). --server-side, because a`,
    'plain apply copies them into an annotation, and that holds 256 KiB.',
    `  ${apply(options)}`,
  ];
}

/** The files are readable for their owner alone, and k6 is another user than whoever copies them. */
function volumeSteps(options: FleetOptions, { bytes, volumeFor }: PlacedScript): string[] {
  const holder = holderName(options, SCRIPT_CLAIM);
  const kubectl = ['kubectl', ...inNamespace(options)];
  return [
    volumeFor === 'secrets'
      ? 'Secrets stand in event.json, and whoever may read the namespace may read a ConfigMap. So the files go to a volume that many nodes'
      : `The script and its data have ${count(bytes)} bytes. A ConfigMap holds 1 MiB (${count(CONFIG_MAP_BYTES)}), so they go to a volume that many nodes`,
    'can read at the same time (ReadWriteMany: the storage class must offer it). It has to be filled before the rest is started:',
    `  ${apply(options)} -l ${COMPONENT_LABEL}=storage`,
    `  ${shellLine(holdVolumeCommand(options, SCRIPT_CLAIM, options.coordinatorImage))}`,
    `  ${shellLine([...kubectl, 'wait', '--for=condition=Ready', `pod/${holder}`, '--timeout=5m'])}`,
    `  ${shellLine([...kubectl, 'cp', `${options.folder}/.`, `${holder}:/${SCRIPT_CLAIM}`])}`,
    `  ${shellLine([...kubectl, 'exec', holder, '--', 'chmod', 'a+r', ...options.files.map(({ name }) => `/${SCRIPT_CLAIM}/${name}`)])}`,
    `  ${shellLine([...kubectl, 'delete', 'pod', holder])}`,
    'Then everything:',
    `  ${apply(options)}`,
  ];
}

function fetchSteps(options: FleetOptions): string[] {
  const holder = holderName(options, RESULTS_CLAIM);
  const kubectl = ['kubectl', ...inNamespace(options)];
  return [
    `  ${waitForEnd(options, coordinatorName(options))}`,
    `  ${shellLine(holdVolumeCommand(options, RESULTS_CLAIM, options.coordinatorImage))}`,
    `  ${shellLine([...kubectl, 'wait', '--for=condition=Ready', `pod/${holder}`, '--timeout=5m'])}`,
    `  ${shellLine([...kubectl, 'cp', `${holder}:/${RESULTS_CLAIM}`, `results/${options.name}`])}`,
    `  ${shellLine([...kubectl, 'delete', 'pod', holder])}`,
  ];
}

function apply(options: FleetOptions): string {
  return shellLine(['kubectl', ...inNamespace(options), 'apply', '--server-side', '-f', options.manifestFile]);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function rounded(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US');
}
