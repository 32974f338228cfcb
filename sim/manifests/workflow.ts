import type { Problem } from '../errors.ts';
import { ADMIN_TOKEN } from './variables.ts';
import type { ShardsOptions } from './shards.ts';
import { shellLine, workflowText } from './words.ts';
import type { Manifest } from './yaml.ts';

/** The same shards as a matrix of GitHub Actions: a runner each, and one that merges. */

/** What GitHub allows in a matrix. */
const MATRIX_JOBS = 256;
/** A job on GitHub's own runners ends after six hours. */
const LONGEST_JOB_MIN = 360;
/** Runners are given out one by one, and fetch the image: between the first and the last may lie minutes. */
const RUNNERS_MIN = 9;
/** For a moment that stands in the file: nobody knows when the workflow will be started. */
const LONGEST_WAIT_MIN = 60;
/** Beside waiting and playing: fetching the image, books, reports. */
const BESIDES_MIN = 20;
const MERGE_MIN = 60;
const KEPT_DAYS = 7;
const SHARD = '${{ matrix.shard }}';

export function checkWorkflow({ shards }: Pick<ShardsOptions, 'shards'>): Problem[] {
  if (shards <= MATRIX_JOBS) return [];
  const message = `GitHub starts no more than ${MATRIX_JOBS} jobs of a matrix, not ${shards}`;
  return [
    { path: '--shards', message, expected: `at most ${MATRIX_JOBS}`, hint: '--kind kubernetes has no such limit' },
  ];
}

export function shardsWorkflow(options: ShardsOptions): Manifest {
  const { name, shards, startAt } = options;
  const workflow = {
    name: `flashcrowd ${name}`,
    on: { workflow_dispatch: {} },
    permissions: { contents: 'read' },
    // Two at a time would load the same backend, and each would lay it to the other.
    concurrency: { group: `flashcrowd-${name}`, 'cancel-in-progress': false },
    jobs: {
      ...(startAt === undefined ? { start: startJob(options) } : {}),
      shards: shardsJob(options),
      merge: mergeJob(options),
    },
  };
  const wait = startAt === undefined ? `${startAfterMin(options)} minutes after it was asked for` : `at ${startAt}`;
  return {
    comment: [
      `${name}: one event in ${shards} ${shards === 1 ? 'shard' : 'shards'}, a runner each, and a job that makes one result of them. Put it into .github/workflows/.`,
      `The event begins ${wait}: all ${shards} runners must be free by then, and the plan of the account must allow so many at a time.`,
      'Runners of GitHub are made for builds. Where every core counts, use runners of your own.',
    ],
    objects: [workflow],
    notes: notesOf(options),
  };
}

function startAfterMin({ leadMs }: ShardsOptions): number {
  return RUNNERS_MIN + Math.ceil(leadMs / 60_000);
}

function startJob(options: ShardsOptions): object {
  const run = `echo "at=$(date -u -d '+${startAfterMin(options)} minutes' +%Y-%m-%dT%H:%M:%SZ)" >> "$GITHUB_OUTPUT"`;
  return {
    'runs-on': 'ubuntu-latest',
    outputs: { at: '${{ steps.clock.outputs.at }}' },
    steps: [{ id: 'clock', name: 'say when the event begins', run }],
  };
}

function shardsJob(options: ShardsOptions): object {
  const { shards, startAt } = options;
  return {
    ...(startAt === undefined ? { needs: 'start' } : {}),
    'runs-on': 'ubuntu-latest',
    'timeout-minutes': jobMinutes(options),
    container: container(options),
    // One that fails ends none of the others: what it left counts, and so does what they will leave.
    strategy: {
      'fail-fast': false,
      'max-parallel': shards,
      matrix: { shard: Array.from({ length: shards }, (_, i) => i + 1) },
    },
    env: {
      ...secrets(options),
      SHARD,
      START_AT: startAt ?? '${{ needs.start.outputs.at }}',
    },
    steps: [
      { uses: 'actions/checkout@v4' },
      { name: `play shard ${SHARD} of ${shards}`, shell: 'sh', run: playScript(options) },
      // What a shard that failed has left is what tells why.
      upload(`shard-${SHARD}`, 'results/shard'),
    ],
  };
}

/** As in the cluster: the verdict is that of the merge, so a shard that left its recording has done its work. */
function playScript({ shards, words }: ShardsOptions): string {
  return [
    // A secret that the repository does not have arrives as an empty one.
    `[ -n "$${ADMIN_TOKEN}" ] || unset ${ADMIN_TOKEN}`,
    'code=0',
    `flashcrowd run ${workflowText(shellLine(words))} --shard "$SHARD/${shards}" --start-at "$START_AT" --out results/shard || code=$?`,
    `tail -n 1 results/shard/recording.ndjson | grep -q '^{"k":"end"' || exit "$((code > 0 ? code : 1))"`,
    '',
  ].join('\n');
}

function mergeJob(options: ShardsOptions): object {
  // By name, one by one: a shard that left nothing is missed.
  const folders = Array.from({ length: options.shards }, (_, i) => `shards/shard-${i + 1}`);
  return {
    needs: 'shards',
    // Also when a shard failed: then it says which is missing, and fails itself.
    if: '${{ !cancelled() }}',
    'runs-on': 'ubuntu-latest',
    'timeout-minutes': MERGE_MIN,
    container: container(options),
    steps: [
      { uses: 'actions/download-artifact@v4', with: { pattern: 'shard-*', path: 'shards' } },
      {
        name: 'merge and judge',
        shell: 'sh',
        run: `${shellLine(['flashcrowd', 'merge', ...folders, '--out', 'merged'])}\n`,
      },
      upload('merged', 'merged'),
    ],
  };
}

function container({ image }: ShardsOptions): object {
  // A viewer holds a socket; and the workspace belongs to another user than that of most images.
  return { image, options: '--user root --ulimit nofile=1048576:1048576' };
}

function upload(name: string, path: string): object {
  return {
    uses: 'actions/upload-artifact@v4',
    if: 'always()',
    with: { name, path, 'if-no-files-found': 'warn', 'retention-days': KEPT_DAYS },
  };
}

function secrets({ secretNames }: ShardsOptions): Record<string, string> {
  const names = [ADMIN_TOKEN, ...secretNames];
  return Object.fromEntries(names.map((name) => [name, `\${{ secrets.${name} }}`]));
}

function jobMinutes(options: ShardsOptions): number {
  const waitMin = options.startAt === undefined ? startAfterMin(options) : LONGEST_WAIT_MIN;
  return Math.ceil(options.windowMs / 60_000) + waitMin + BESIDES_MIN;
}

function notesOf(options: ShardsOptions): string[] {
  if (jobMinutes(options) <= LONGEST_JOB_MIN) return [];
  return [
    "the event is too long for GitHub's own runners, which end a job after 6 hours: name runners of your own in the workflow, or a window with --from and --for",
  ];
}
