import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { checkFleet, fleetManifest, type FleetOptions } from '../../sim/manifests/fleet.ts';
import { CONFIG_MAP_BYTES } from '../../sim/manifests/script.ts';
import { renderYaml } from '../../sim/manifests/yaml.ts';
import { problemsOf, type Manifested } from './kubernetes.ts';
import { mutationsOf, without } from './mutations.ts';
import { fileOf, sampleFleet, textFile } from './samples.ts';
import { FakeMachine } from './shells.ts';

/** As a cluster would read them. */
function documents(options: FleetOptions): Manifested[] {
  const { comment, objects } = fleetManifest(options);
  return parseAllDocuments(renderYaml(comment, objects)).map((document) => document.toJS() as Manifested);
}

function kind<T = Manifested>(all: readonly Manifested[], name: string): T {
  return all.find((object) => object.kind === name) as T;
}

const EVENT = textFile('event.json', '{}');
const NAMES_BYTES = 'script.js'.length + 'event.json'.length;
/** With these names and this event, a script that fills a ConfigMap to its last byte. */
const FITTING_BYTES = CONFIG_MAP_BYTES - NAMES_BYTES - EVENT.bytes.length;
const filesOf = (scriptBytes: number): FleetOptions['files'] => [fileOf('script.js', scriptBytes), EVENT];
const inMap = documents(sampleFleet());
const onVolume = documents(sampleFleet({ files: filesOf(FITTING_BYTES + 1), storageClass: 'shared', storage: '50Gi' }));

describe.each([
  ['with a ConfigMap', inMap],
  ['with a volume', onVolume],
  [
    'of one runner, without a namespace',
    documents(sampleFleet({ parallelism: 1, namespace: undefined, secretNames: [] })),
  ],
])('a fleet %s', (_, objects) => {
  it('is what Kubernetes and k6-operator take', () => {
    expect(objects.map((object) => problemsOf(object))).toEqual(objects.map(() => []));
  });

  it('is refused when any part of it is broken', () => {
    const accepted = objects.flatMap((object) =>
      mutationsOf(object)
        .filter(({ mutant }) => problemsOf(mutant as Manifested).length === 0)
        .map(({ what }) => `${object.kind} ${what}`),
    );
    expect(accepted).toEqual([]);
  });
});

it('the schemas miss what is required', () => {
  const testRun = kind(inMap, 'TestRun');
  const job = kind(inMap, 'Job');
  expect(problemsOf(without(testRun, 'spec', 'parallelism' as never))).not.toEqual([]);
  expect(problemsOf(without(testRun, 'spec', 'script' as never))).not.toEqual([]);
  expect(problemsOf(without(job, 'spec', 'template' as never))).not.toEqual([]);
});

describe('the files', () => {
  it('go into a ConfigMap up to its last byte, and not one byte more', () => {
    const kinds = (scriptBytes: number) =>
      documents(sampleFleet({ files: filesOf(scriptBytes) })).map((object) => object.kind);
    expect(kinds(FITTING_BYTES)).toContain('ConfigMap');
    expect(kinds(FITTING_BYTES + 1)).not.toContain('ConfigMap');
    expect(kinds(FITTING_BYTES + 1).filter((each) => each === 'PersistentVolumeClaim')).toHaveLength(2);
  });

  it('with secrets in them go to a volume, however small, and not into the manifest', () => {
    const given = sampleFleet({
      files: [textFile('script.js', ''), textFile('event.json', '"hunter2"')],
      secretsLeft: true,
    });
    const { comment, objects, notes } = fleetManifest(given);
    expect(renderYaml(comment, objects)).not.toContain('hunter2');
    expect(documents(given).map((object) => object.kind)).not.toContain('ConfigMap');
    expect(kind(documents(given), 'TestRun')).toMatchObject({ spec: { script: { volumeClaim: {} } } });
    expect(comment.join('\n')).toContain('Secrets stand in event.json');
    expect(notes.join('\n')).toContain('secrets stand in event.json');
  });

  it('count in bytes, not in characters', () => {
    const files = [textFile('script.js', 'é'.repeat(CONFIG_MAP_BYTES / 2)), EVENT];
    expect(kind(documents(sampleFleet({ files })), 'ConfigMap')).toBeUndefined();
  });

  it('come out of the YAML as they went in', () => {
    const text = '\n\t"use strict"; // \u2028 \u0007 é 😀\r\n---\n  #`${x}`: \'y\'  \n\n';
    const files = [textFile('script.js', text), textFile('event.json', '{"a": "b"}'), textFile('crowd.json', '[]')];
    const { data } = kind<{ data: object }>(documents(sampleFleet({ files })), 'ConfigMap');
    expect(data).toEqual({ 'script.js': text, 'event.json': '{"a": "b"}', 'crowd.json': '[]' });
  });

  it('on a volume are said to be there, with the commands that bring them', () => {
    const { comment, notes } = fleetManifest(sampleFleet({ files: filesOf(FITTING_BYTES + 1), folder: "my 'dist" }));
    const text = comment.join('\n');
    expect(text).toContain('A ConfigMap holds 1 MiB');
    expect(text).toContain('exec spring-drop-script-files -- chmod a+r /script/script.js /script/event.json');
    expect(text).toContain(String.raw`cp 'my '\''dist/.' spring-drop-script-files:/script`);
    expect(notes.join('\n')).toContain('a ConfigMap holds 1 MiB');
    const [, json] = /'--overrides=(\{.*?"script".*\})'/.exec(text)!;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'files' }, ...(JSON.parse(json) as object) };
    expect(problemsOf(pod)).toEqual([]);
    expect(json).toContain('"claimName":"spring-drop-script"');
  });

  it('on a volume can be read by all runners at once', () => {
    const claims = onVolume.filter((object) => object.kind === 'PersistentVolumeClaim');
    expect(claims).toMatchObject([
      {
        metadata: { name: 'spring-drop-script' },
        spec: { accessModes: ['ReadWriteMany'], storageClassName: 'shared' },
      },
      { metadata: { name: 'spring-drop-results' }, spec: { resources: { requests: { storage: '50Gi' } } } },
    ]);
    expect(kind(onVolume, 'TestRun')).toMatchObject({
      spec: { script: { volumeClaim: { name: 'spring-drop-script', file: 'script.js' } } },
    });
  });
});

describe('the parts find each other', () => {
  interface Parts {
    metadata: { name: string };
    spec: {
      selector: Record<string, string>;
      ports: { port: number; targetPort: number }[];
      runner: { env: { name: string; value?: string; valueFrom?: object }[] };
      template: {
        metadata: { labels: Record<string, string> };
        spec: { containers: { command: string[]; ports: { containerPort: number }[]; env: object[] }[] };
      };
    };
  }
  const [service, job, testRun] = ['Service', 'Job', 'TestRun'].map((name) => kind<Parts>(inMap, name));
  const container = job.spec.template.spec.containers[0];

  it('runners reach the service, and the service the coordinator', () => {
    const [{ port, targetPort }] = service.spec.ports;
    const url = testRun.spec.runner.env.find(({ name }) => name === 'FLASHCROWD_COORDINATOR')?.value;
    expect(url).toBe(`http://${service.metadata.name}:${port}`);
    expect(job.spec.template.metadata.labels).toMatchObject(service.spec.selector);
    expect(container.ports[0].containerPort).toBe(targetPort);
    expect(container.command).toContain(`0.0.0.0:${targetPort}`);
  });

  it('the coordinator reads the event, and writes to the volume', () => {
    const words = container.command.join(' ');
    expect(words).toContain('flashcrowd k6 coordinate /event --out /results');
  });

  it('runners show the coordinator a token that both take from the secret', () => {
    const valueFrom = { secretKeyRef: { name: 'spring-drop-secrets', key: 'FLASHCROWD_COORDINATOR_TOKEN' } };
    for (const env of [testRun.spec.runner.env, container.env]) {
      expect(env).toContainEqual({ name: 'FLASHCROWD_COORDINATOR_TOKEN', valueFrom });
    }
  });

  it('secrets are named, and only the coordinator has that of the host', () => {
    const ref = { secretKeyRef: { name: 'spring-drop-secrets', key: 'SHOP_KEY' } };
    expect(testRun.spec.runner.env).toContainEqual({ name: 'SHOP_KEY', valueFrom: ref });
    expect(container.env).toContainEqual({ name: 'SHOP_KEY', valueFrom: ref });
    expect(JSON.stringify(container.env)).toContain('FLASHCROWD_ADMIN_TOKEN');
    expect(JSON.stringify(testRun)).not.toContain('FLASHCROWD_ADMIN_TOKEN');
  });
});

describe('the commands', () => {
  const { comment } = fleetManifest(sampleFleet());
  const line = (words: string): string => comment.find((each) => each.includes(words)) ?? '';

  it('make the secret from the environment, with a token that is made up', () => {
    const machine = new FakeMachine('cat > given', 'kubectl');
    const command = `openssl() { echo "$*"; }; ${line('create secret')}`;
    const { code, words } = machine.play(['sh', '-c', command], { SHOP_KEY: 'a "b" $c' });
    expect(code).toBe(0);
    expect(words.join(' ')).toBe(
      '--namespace load create secret generic spring-drop-secrets --from-env-file=/dev/stdin',
    );
    expect(readFileSync(`${machine.dir}/given`, 'utf8')).toMatch(
      /^FLASHCROWD_ADMIN_TOKEN=\nFLASHCROWD_COORDINATOR_TOKEN=rand -hex 24\nSHOP_KEY=a "b" \$c\n$/,
    );
  });

  it.each<Record<string, string>>([{}, { SHOP_KEY: '' }])('make no secret with a value that is missing: %j', (env) => {
    const { code, words } = new FakeMachine('', 'kubectl').play(['sh', '-c', line('create secret')], env);
    expect(code).not.toBe(0);
    expect(words).toEqual([]);
  });

  it('make no secret without a token', () => {
    const command = `openssl() { return 1; }; ${line('create secret')}`;
    const { code, words } = new FakeMachine('', 'kubectl').play(['sh', '-c', command], { SHOP_KEY: 'key' });
    expect(code).not.toBe(0);
    expect(words).toEqual([]);
  });

  it.each(['Complete', 'Failed'])('wait for the coordinator until it is %s', (end) => {
    // What is true of a job a moment before it has failed.
    const body = `[ -e asked ] && echo 'FailureTarget ${end}' || { echo FailureTarget; : > asked; }`;
    const command = line('until ').replace('sleep 5', ':');
    const { code, words } = new FakeMachine(body, 'kubectl').play(['sh', '-c', command], {});
    expect(code).toBe(0);
    expect(words).toContain('job/spring-drop-coordinator');
  });
});

describe('resources', () => {
  const cpuOf = (options: Partial<FleetOptions>): number => {
    const testRun = kind<{ spec: { runner: { resources: { requests: { cpu: string } } } } }>(
      documents(sampleFleet(options)),
      'TestRun',
    );
    return Number.parseInt(testRun.spec.runner.resources.requests.cpu, 10);
  };

  it('are those of the share of one runner', () => {
    expect(cpuOf({ parallelism: 20 })).toBeGreaterThan(1.8 * cpuOf({ parallelism: 40 }));
    expect(cpuOf({ messagesPerViewerPerSec: 16 })).toBeGreaterThan(1.8 * cpuOf({ messagesPerViewerPerSec: 8 }));
  });

  it('that no usual machine has are said to be too much', () => {
    expect(fleetManifest(sampleFleet({ parallelism: 2 })).notes.join('\n')).toMatch(/2 runners are few/);
    expect(fleetManifest(sampleFleet({ parallelism: 400 })).notes.join('\n')).not.toMatch(/are few/);
  });
});

describe('what would not work', () => {
  const pathsOf = (changes: Partial<FleetOptions>): string[] =>
    checkFleet(sampleFleet(changes)).map((problem) => problem.path);

  it('is found all at once', () => {
    expect(checkFleet(sampleFleet())).toEqual([]);
    const changes = {
      name: 'Drop',
      namespace: 'a_b',
      image: '',
      secretNames: ['A-B'],
      storage: 'much',
      parallelism: 401,
    };
    const expected = ['--name', '--namespace', '--image', '--secret-env', '--storage', '--parallelism'];
    expect(pathsOf({ ...changes, coordinatorImage: 'a b' }).toSorted()).toEqual(
      [...expected, '--coordinator-image'].toSorted(),
    );
  });

  it.each(['', '-a', 'a-', '1a', 'a.b', 'a b', 'ä', 'a'.repeat(49), 'a\nb'])('the name %j', (name) => {
    expect(pathsOf({ name })).toEqual(['--name']);
  });

  it('leaves room for every name that is made of the longest', () => {
    const objects = documents(sampleFleet({ name: 'a'.repeat(48), files: filesOf(FITTING_BYTES + 1) }));
    const longest = Math.max(...objects.map(({ metadata }) => (metadata as { name: string }).name.length));
    expect(longest).toBeLessThanOrEqual(63);
  });

  it('is a folder without a script', () => {
    expect(checkFleet(sampleFleet({ files: [EVENT] }))).toMatchObject([{ message: 'the folder has no script.js' }]);
  });
});
