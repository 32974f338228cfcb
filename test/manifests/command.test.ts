import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { k6ManifestsCommand } from '../../bin/k6/manifests.ts';
import { manifestsCommand } from '../../bin/manifests.ts';
import { FlashcrowdError } from '../../sim/errors.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'flashcrowd-manifests-'));
afterAll(() => rmSync(dir, { recursive: true }));

let said = '';
beforeEach(() => {
  said = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What was thrown, as a person would see it; or what was said. */
async function carryOut(command: ReturnType<typeof manifestsCommand>, ...words: readonly string[]): Promise<string> {
  try {
    await command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .parseAsync(['node', 'flashcrowd', ...words]);
    return said;
  } catch (error) {
    if (!(error instanceof FlashcrowdError)) return (error as Error).message;
    return [
      error.message,
      ...error.problems.map((problem) => `${problem.file ?? ''}${problem.path}: ${problem.message}`),
    ].join('\n');
  }
}

describe('flashcrowd manifests', () => {
  const shards = (...words: readonly string[]): Promise<string> =>
    carryOut(manifestsCommand(), 'small-seller', '--image', 'flashcrowd:1', ...words);
  const TARGET = ['--target', 'https://shop.example'];

  it('writes both kinds to a folder, and says where', async () => {
    const out = path.join(dir, 'deploy');
    const text = await shards('--shards', '4', ...TARGET, '-o', out);
    expect(readdirSync(out).toSorted()).toEqual(['shards.yaml', 'workflow.yml']);
    expect(text).toContain(path.join(out, 'shards.yaml'));
    const [claim] = parseAllDocuments(readFileSync(path.join(out, 'shards.yaml'), 'utf8'));
    expect(claim.toJS()).toMatchObject({ metadata: { name: 'small-seller-results' } });
    expect(parse(readFileSync(path.join(out, 'workflow.yml'), 'utf8'))).toMatchObject({
      name: 'flashcrowd small-seller',
    });
  });

  it('passes on what it was given as it was typed', async () => {
    const given = ['--from', '10m', '--for', '90s', '--scale', '.50', '--seed', '7', '--set', 'title=a b'];
    const text = await shards(
      '--shards',
      '2',
      ...TARGET,
      '--i-own-this-target',
      'shop.example',
      '--kind',
      'github',
      ...given,
    );
    expect(text).toContain(
      "flashcrowd run small-seller --target=https://shop.example --i-own-this-target=shop.example --from=10m --for=90s --scale=.50 --seed=7 '--set=title=a b' --shard",
    );
  });

  it('names everything that would not work at once', async () => {
    const text = await shards('--shards', '257', '--name', 'A', '--start-at', '2020-01-01T00:00:00Z');
    expect(text.split('\n').map((line) => line.split(':')[0])).toEqual([
      'such manifests would not work',
      '--name',
      '--start-at',
      '--shards',
      '--target',
      '',
    ]);
  });

  it('refuses shards that would each start a shop of their own, but not one', async () => {
    expect(await shards('--shards', '2', '--kind', 'kubernetes')).toContain('2 shards would each start a bundled shop');
    expect(await shards('--shards', '1', '--kind', 'kubernetes')).toContain('completionMode: Indexed');
  });

  it.each([
    ['--shards', '0'],
    ['--shards', 'x'],
    ['--shards', '2', '--from', '5'],
    ['--shards', '2', '--scale', '0'],
    ['--shards', '2', '--from', '99h'],
  ])('refuses %j %j %j %j', async (...words) => {
    expect(await shards(...words, ...TARGET, '--kind', 'github')).toMatch(/invalid|does not fit/);
  });

  it('says what cannot be written', async () => {
    const file = path.join(dir, 'file');
    writeFileSync(file, '');
    expect(await shards('--shards', '2', ...TARGET, '-o', file)).toContain(`cannot write ${file}`);
  });
});

describe('flashcrowd k6 manifests', () => {
  const FLEET = { vus: 40, expectedPeakViewers: 20_000, messagesPerViewerPerSec: 5, secretsLeft: false };

  function dist(event: unknown, script = 'export default () => {};'): string {
    const folder = mkdtempSync(path.join(dir, 'dist-'));
    writeFileSync(path.join(folder, 'script.js'), script);
    if (event !== undefined) writeFileSync(path.join(folder, 'event.json'), JSON.stringify(event));
    return folder;
  }

  const fleet = (folder: string, ...words: readonly string[]): Promise<string> =>
    carryOut(k6ManifestsCommand(), folder, '--parallelism', '4', ...words);

  it('reads the size of the fleet from what was built, and writes one file', async () => {
    const file = path.join(dir, 'fleet.yaml');
    const folder = dist({ fleet: FLEET, scenario: { name: 'of-the-scenario' } });
    await fleet(folder, '--name', 'drop', '--image', 'grafana/k6:2.1.0', '-o', file);
    const kinds = parseAllDocuments(readFileSync(file, 'utf8')).map(
      (document) => (document.toJS() as { kind: string }).kind,
    );
    expect(kinds).toEqual(['ConfigMap', 'PersistentVolumeClaim', 'Service', 'Job', 'TestRun']);
    expect(said).toContain('the verdict is that of the job drop-coordinator');
  });

  it('takes the viewers present along, and says that they need a volume', async () => {
    const folder = dist({ fleet: FLEET });
    writeFileSync(path.join(folder, 'crowd.json'), 'x'.repeat(1_048_576));
    writeFileSync(path.join(folder, 'notes.txt'), 'not part of it');
    const text = await fleet(folder);
    expect(text).toContain('volumeClaim:');
    expect(text).not.toContain('not part of it');
    expect(text).toMatch(/note: .* bytes, and a ConfigMap holds 1 MiB/);
  });

  it('keeps files in which secrets stand out of the manifest, and says so', async () => {
    const text = await fleet(dist({ fleet: { ...FLEET, secretsLeft: true }, password: 'correct-horse' }));
    expect(text).not.toContain('correct-horse');
    expect(text).not.toContain('kind: ConfigMap');
    expect(text).toMatch(/note: secrets stand in event.json/);
  });

  it.each([
    ['that does not say whether secrets stand in it', { fleet: { ...FLEET, secretsLeft: undefined } }, 'secretsLeft: '],
    ['without event.json', undefined, 'there is no event.json'],
    ['without a fleet', {}, 'event.jsonfleet: '],
    ['with a fleet of none', { fleet: { ...FLEET, vus: 0 } }, 'event.jsonfleet.vus: '],
    ['with half a fleet', { fleet: { vus: 3 } }, 'event.jsonfleet.expectedPeakViewers: '],
  ])('refuses a folder %s', async (_, event, expected) => {
    expect(await fleet(dist(event))).toContain(expected);
  });

  it('refuses a folder that is not there, and more runners than pods of viewers', async () => {
    expect(await fleet(path.join(dir, 'nowhere'))).toContain('cannot read');
    expect(await fleet(dist({ fleet: { ...FLEET, vus: 3 } }))).toContain('4 runners cannot share 3 pods');
  });

  it('refuses a folder in which a secret stands', async () => {
    vi.stubEnv('SHOP_KEY', 'hunter2"hunter2');
    const text = await fleet(dist({ fleet: FLEET, key: 'hunter2"hunter2' }), '--secret-env', 'SHOP_KEY');
    expect(text).toContain('event.json: the value of SHOP_KEY stands in it');
    expect(text).not.toContain('hunter2');
  });

  it('takes its name from the scenario, and the names of secrets from the target', async () => {
    const target = { parts: [{ url: 'https://${SHOP_HOST}/a', headers: { auth: 'Bearer ${SHOP_KEY}' } }] };
    const event = {
      fleet: FLEET,
      scenario: { name: 'spring-drop' },
      target: { ...target, admin: '${FLASHCROWD_ADMIN_TOKEN}' },
    };
    const text = await fleet(dist(event), '--secret-env', 'OTHER');
    const testRun = parseAllDocuments(text)[4].toJS() as {
      metadata: object;
      spec: { runner: { env: { name: string }[] } };
    };
    expect(testRun.metadata).toMatchObject({ name: 'spring-drop' });
    expect(testRun.spec.runner.env.map(({ name }) => name)).toEqual([
      'FLASHCROWD_COORDINATOR',
      'FLASHCROWD_COORDINATOR_TOKEN',
      'SHOP_HOST',
      'SHOP_KEY',
      'OTHER',
    ]);
  });

  it('refuses a script that is no text', async () => {
    const folder = dist({ fleet: FLEET });
    writeFileSync(path.join(folder, 'script.js'), Buffer.from([0xff, 0xfe]));
    expect(await fleet(folder)).toContain('script.js: it is no text');
  });
});
