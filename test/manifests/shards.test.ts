import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { checkShards, shardsManifest, type ShardsOptions } from '../../sim/manifests/shards.ts';
import { renderYaml } from '../../sim/manifests/yaml.ts';
import { problemsOf, type Manifested } from './kubernetes.ts';
import { mutationsOf } from './mutations.ts';
import { sampleShards } from './samples.ts';
import { expandedWord, FakeMachine, type Played } from './shells.ts';

interface JobObject extends Manifested {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly completionMode?: string;
    readonly completions?: number;
    readonly parallelism?: number;
    readonly backoffLimit?: number;
    readonly suspend?: boolean;
    readonly template: { readonly spec: { readonly restartPolicy: string; readonly containers: readonly Container[] } };
  };
}

interface Container {
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
}

function documents(options: ShardsOptions): Manifested[] {
  const { comment, objects } = shardsManifest(options);
  return parseAllDocuments(renderYaml(comment, objects)).map((document) => document.toJS() as Manifested);
}

function jobs(options: ShardsOptions): { shards: JobObject; merge: JobObject } {
  const [shards, merge] = documents(options).filter(({ kind }) => kind === 'Job') as JobObject[];
  return { shards, merge };
}

const containerOf = (job: JobObject): Container => job.spec.template.spec.containers[0];

describe.each([
  ['forty shards', sampleShards()],
  ['one shard', sampleShards({ shards: 1, startAt: undefined })],
  ['shards whose start is said later', sampleShards({ startAt: undefined, namespace: undefined })],
])('%s', (_, options) => {
  const objects = documents(options);

  it('are what Kubernetes takes', () => {
    expect(objects.map((object) => problemsOf(object))).toEqual(objects.map(() => []));
  });

  it('are refused when any part of them is broken', () => {
    const accepted = objects.flatMap((object) =>
      mutationsOf(object)
        .filter(({ mutant }) => problemsOf(mutant as Manifested).length === 0)
        .map(({ what }) => `${object.kind} ${what}`),
    );
    expect(accepted).toEqual([]);
  });
});

describe('the job of the shards', () => {
  it('has a pod for each, all at once, and starts none again', () => {
    const { shards } = jobs(sampleShards());
    expect(shards.spec).toMatchObject({ completionMode: 'Indexed', completions: 40, parallelism: 40 });
    expect(shards.spec).toMatchObject({ backoffLimitPerIndex: 0 });
    expect(shards.spec.template.spec.restartPolicy).toBe('Never');
  });

  it('goes on with the others when any number of them is lost, and the merge is let go then', () => {
    const { shards } = jobs(sampleShards());
    // A job with fewer allowed, or with a limit for all of them together, ends the pods that still play.
    expect(shards.spec).toMatchObject({ maxFailedIndexes: 40 });
    expect(shards.spec).not.toHaveProperty('backoffLimit');
    const text = shardsManifest(sampleShards()).comment.join('\n');
    expect(text).toContain('Kubernetes 1.29');
    expect(text.match(/^ {2}until .* job\/spring-drop(-merge)? .*Complete\|Failed.*$/gm)).toHaveLength(2);
    expect(text).not.toContain('--for=condition=Complete');
  });

  it('names as many workers as its pod has cores for', () => {
    const workersOf = (shards: number): number => {
      const { command } = containerOf(jobs(sampleShards({ shards })).shards);
      return Number(command[command.indexOf('--workers') + 1]);
    };
    expect(workersOf(1)).toBeGreaterThanOrEqual(10);
    expect(workersOf(40)).toBe(1);
  });

  it('takes the moment of the start from a ConfigMap where the manifest has none', () => {
    const { env, command } = containerOf(jobs(sampleShards({ startAt: undefined })).shards);
    const valueFrom = { configMapKeyRef: { name: 'spring-drop-start', key: 'at' } };
    expect(env).toContainEqual({ name: 'FLASHCROWD_START_AT', valueFrom });
    expect(expandedWord(command.at(-1)!, { FLASHCROWD_START_AT: '2026-11-27T12:00:00Z' })).toBe('2026-11-27T12:00:00Z');
    const { comment } = shardsManifest(sampleShards({ startAt: undefined }));
    // Two minutes to connect those who are there at the start, four until all pods have seen it.
    expect(comment.join('\n')).toMatch(/create configmap spring-drop-start .*'\+6 minutes'/);
  });
});

describe('the merge', () => {
  it('waits until it is let go, and names every shard', () => {
    const { merge } = jobs(sampleShards({ shards: 3 }));
    expect(merge.spec).toMatchObject({ suspend: true, backoffLimit: 0 });
    expect(containerOf(merge).command.join(' ')).toBe(
      'flashcrowd merge /results/shard-1 /results/shard-2 /results/shard-3 --out /results/merged',
    );
  });
});

/** What is hard to pass on: blanks, quotes, dollars, line ends, and what Kubernetes itself would replace. */
const NASTY = [
  "it's a drop.yaml",
  '--set=title="$HOME" `id` $(SHARDS) $$(SHARDS) $$ \\',
  '--set=about=a\nb; rm -rf / #',
  '--target=shop=http://shop.example?a=1&b=*',
];
const WRITES_RESULT = `for word; do out=$word; done; mkdir -p "$out"; echo '{"k":"end"}' > "$out/recording.ndjson"`;

describe('a pod', () => {
  function play(machine: FakeMachine, options: ShardsOptions, index: number): Played {
    const { command, env } = containerOf(jobs(options).shards);
    const values = Object.fromEntries(env.map(({ name, value }) => [name, value ?? 'set']));
    const given = { ...values, JOB_COMPLETION_INDEX: `${index}` };
    const words = command.map((word) => expandedWord(word, given).replaceAll('/results/', `${machine.dir}/results/`));
    return machine.play(words, given);
  }

  it('plays its shard, counted from one, with every word as it was typed', () => {
    const machine = new FakeMachine(WRITES_RESULT);
    const { code, words } = play(machine, sampleShards({ words: NASTY }), 2);
    expect(code).toBe(0);
    expect(words.slice(0, 5)).toEqual(['run', ...NASTY]);
    expect(words.slice(-6)).toEqual([
      '--start-at',
      '2026-11-27T20:00:00+08:00',
      '--shard',
      '3/40',
      '--out',
      `${machine.dir}/results/shard-3`,
    ]);
  });

  it('has done its work when its recording is whole, whatever the verdict of the shard alone', () => {
    expect(play(new FakeMachine(`${WRITES_RESULT}; exit 99`), sampleShards(), 0).code).toBe(0);
  });

  it('fails with the code of a run that left none', () => {
    expect(play(new FakeMachine('exit 122'), sampleShards(), 0).code).toBe(122);
    expect(play(new FakeMachine('exit 0'), sampleShards(), 0).code).toBe(1);
  });

  it('takes the recording of an earlier run for none', () => {
    const machine = new FakeMachine('exit 104');
    mkdirSync(`${machine.dir}/results/shard-1`, { recursive: true });
    writeFileSync(`${machine.dir}/results/shard-1/recording.ndjson`, '{"k":"end"}\n');
    expect(play(machine, sampleShards(), 0).code).toBe(104);
  });

  it('asked to stop, lets the run write what it has', () => {
    const patient = `trap 'for word; do out=$word; done; mkdir -p "$out"; echo "{\\"k\\":\\"end\\"}" > "$out/recording.ndjson"; exit 105' TERM
kill -TERM "$PPID"
sleep 10 >/dev/null 2>&1 &
wait $!`;
    expect(play(new FakeMachine(patient), sampleShards(), 0).code).toBe(0);
  });
});

describe('what would not work', () => {
  const NOW_MS = Date.parse('2026-11-27T11:00:00Z');
  const pathsOf = (changes: Partial<ShardsOptions>): string[] =>
    checkShards(sampleShards(changes), NOW_MS).map(({ path }) => path);

  it.each([
    '2026-11-27T20:00:00',
    '2026-11-27T20:00',
    '2026-11-27',
    '20:00',
    'tomorrow',
    '',
    '2026-02-30T20:00:00Z',
    '2027-02-29T20:00:00Z',
    '2026-11-27T25:00:00Z',
    '2026-11-27T20:00:00 +08:00',
    '2026-11-27T20:00:00+8',
    // The same moment as now, and one before it in another zone.
    '2026-11-27T11:00:00Z',
    '2026-11-27T18:59:59+08:00',
  ])('the start %j', (startAt) => {
    expect(pathsOf({ startAt })).toEqual(['--start-at']);
  });

  it.each(['2026-11-27T19:01:00+08:00', '2026-11-27T11:00:05Z', '2026-11-27T06:30-05:00', '2028-02-29T00:00:00.500Z'])(
    'is not the start %j',
    (startAt) => {
      expect(pathsOf({ startAt })).toEqual([]);
    },
  );

  it('is found all at once', () => {
    expect(pathsOf({ name: '', image: ' ', startAt: 'now', secretNames: ['a b'], storage: '1 GB' })).toEqual([
      '--name',
      '--image',
      '--secret-env',
      '--storage',
      '--start-at',
    ]);
  });
});
