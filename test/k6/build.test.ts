import { chmodSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi, afterEach } from 'vitest';
import { makeEvent, readSource, type MadeEvent } from '../../bin/k6/event.ts';
import type { EventOptions } from '../../bin/k6/options.ts';
import { writeEvent } from '../../bin/k6/files.ts';
import type { CrowdSnapshot } from '../../sim/crowd/snapshot.ts';
import { FlashcrowdError, type Problem } from '../../sim/errors.ts';
import { buildEvent, type BuildOptions } from '../../sim/k6/build.ts';
import { bundleScript } from '../../sim/k6/bundle.ts';
import { EVENT_FORMAT, EVENT_VERSION, FILES, type EventFile } from '../../sim/k6/event.ts';
import { fillIn } from '../../sim/k6/placeholders.ts';
import { parseMarked } from '../../sim/live/message-json.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import { scenarioWithTitle } from '../../sim/scenario/schema/scenario.ts';
import type { RoomTarget } from '../../sim/targets/target.ts';
import { createTarget, stubConfig } from '../../sim/targets/index.ts';
import { BUSY, compiled } from '../crowd/help.ts';
import { folderWith } from '../targets/config/rig.ts';

const FROM_MS = 150_000;

afterEach(() => vi.unstubAllEnvs());

/** Two minutes and a half into a busy event. */
async function options(changes: Partial<BuildOptions> = {}): Promise<BuildOptions> {
  const config = stubConfig('http://127.0.0.1:1');
  const scenario = compiled(BUSY);
  return {
    run: {
      scenario: scenarioWithTitle.parse(BUSY),
      file: 'busy.yaml',
      seed: '1',
      overrides: [],
      targetWords: [],
      owned: [],
      abort: null,
    },
    compiled: scenario,
    target: await createTarget(config),
    config,
    userAgent: 'flashcrowd/test',
    hosts: null,
    joinsPerSec: null,
    fromMs: FROM_MS,
    forMs: 10_000,
    vus: 4,
    probeShare: 1,
    warm: warmStart(scenario, FROM_MS),
    watch: [],
    expectedPeakViewers: 100,
    messagesPerViewerPerSec: 1,
    hasSecrets: () => false,
    ...changes,
  };
}

function partsOf(files: Readonly<Record<string, string>>): CrowdSnapshot[] {
  return (JSON.parse(files[FILES.crowd]) as string[]).map((text) => parseMarked(text) as CrowdSnapshot);
}

/** Each viewer with all that is known of them. */
function whoIsThere({ atMs: _at, count, ...columns }: CrowdSnapshot): string[] {
  const all = Object.entries(columns);
  return Array.from({ length: count }, (_, i) => all.map(([name, column]) => `${name}=${column[i]}`).join(' '));
}

async function made(written: string, options: EventOptions): Promise<MadeEvent> {
  return makeEvent(await readSource(written, options), options, null);
}

describe('an event that is built', () => {
  it.each([1, 3, 7])('has each viewer who is there in one of %d parts, with all that is known of them', async (vus) => {
    const given = await options({ vus });
    const { files, event } = buildEvent(given);
    const parts = partsOf(files);
    expect(parts).toHaveLength(vus);
    expect(event.shards).toBe(vus);
    const whole = whoIsThere(given.warm.snapshot);
    expect(whole.length).toBeGreaterThan(200);
    expect(parts.flatMap(whoIsThere).toSorted()).toEqual(whole.toSorted());
    for (const [shard, part] of parts.entries()) {
      expect(part.atMs).toBe(FROM_MS);
      expect([...part.index].filter((index) => index % vus !== shard)).toEqual([]);
    }
  });

  it('comes out of its file as it went in, with a fingerprint of all of it', async () => {
    const { files, event } = buildEvent(await options());
    expect(parseMarked(files[FILES.event])).toEqual(event);
    expect(event).toMatchObject({ format: EVENT_FORMAT, version: EVENT_VERSION, fromMs: FROM_MS, forMs: 10_000 });
    expect(buildEvent(await options()).event.fingerprint).toBe(event.fingerprint);
    const others = [{ vus: 5 }, { forMs: 9000 }, { hosts: ['shop.test'] }, { userAgent: 'another' }];
    for (const other of others) expect(buildEvent(await options(other)).event.fingerprint).not.toBe(event.fingerprint);
  });

  it('starts all VUs at once, each once, and lets them play to the end', async () => {
    const { event } = buildEvent(await options());
    const { viewers } = event.options.scenarios as Record<string, Record<string, unknown>>;
    expect(viewers).toMatchObject({ executor: 'per-vu-iterations', vus: 4, iterations: 1, gracefulStop: '0s' });
    expect(Number.parseInt(String(viewers.maxDuration))).toBeGreaterThan(10 + 60);
  });

  it('is refused for all that k6 cannot play, at once', async () => {
    const given = await options();
    const config = {
      ...given.config,
      parts: [...given.config.parts, { use: 'file:///shop/my-shop.ts', serves: 'all' as const, options: {} }],
      tls: { ca: '-----BEGIN CERTIFICATE-----', insecure: false },
    };
    const room = { ...given.target.room, line: 'events' } as RoomTarget;
    const video = {} as NonNullable<BuildOptions['compiled']['video']>;
    const problems = problemsOf({
      ...given,
      config,
      target: { ...given.target, room },
      compiled: { ...given.compiled, video },
    });
    expect(problems.map(({ path }) => path)).toEqual(['target', 'target', 'video', '--ca']);
    expect(problems[0].message).toContain('file:///shop/my-shop.ts');
    expect(problems[1].message).toContain('events');
    expect(problems[3].expected).toContain('SSL_CERT_FILE');
    const polled = { ...given.target, room: { ...given.target.room, line: 'poll' } as RoomTarget };
    expect(problemsOf({ ...given, target: polled }).map(({ message }) => message)).toEqual([
      expect.stringContaining('poll'),
    ]);
  });
});

/** Why it is refused. */
function problemsOf(given: BuildOptions): readonly Problem[] {
  let thrown: unknown;
  try {
    buildEvent(given);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FlashcrowdError);
  expect(thrown).toMatchObject({ code: 'TARGET_INVALID' });
  return (thrown as FlashcrowdError).problems;
}

const TARGET = `
name: spring
chat:
  use: centrifugo
  url: ws://127.0.0.1:8000/connection/websocket
  jwt: { secret: '\${CHAT_SECRET}' }
shop:
  use: vendure
  url: http://127.0.0.1:3000
  admin: { username: superadmin, password: '\${VENDURE_PASSWORD}' }
`;

const SECRETS = { CHAT_SECRET: 'jwt-VENDURE-signing', VENDURE_PASSWORD: 'VENDURE' };

function asked(target: readonly string[], changes: Partial<EventOptions> = {}): EventOptions {
  return {
    target,
    iOwnThisTarget: [],
    scale: 1,
    from: 0,
    for: 10_000,
    set: [],
    viewersPerVu: 250,
    probes: 1,
    ...changes,
  };
}

describe('what the environment says', () => {
  it('stands nowhere in what is built; its name does, and gives it back', async () => {
    for (const [name, value] of Object.entries(SECRETS)) vi.stubEnv(name, value);
    const folder = await folderWith({ 'target.yaml': TARGET });
    const { event, files } = await made('small-seller', asked([`${folder}/target.yaml`]));
    expect(event.fleet.secretsLeft).toBe(false);
    for (const [name, value] of Object.entries(SECRETS)) {
      for (const text of Object.values(files)) {
        expect(text.replaceAll(/\$\{[A-Z_]+\}/g, ''), name).not.toContain(value);
        expect(text).not.toContain(Buffer.from(value).toString('base64'));
      }
      expect(files[FILES.event]).toContain(`\${${name}}`);
    }
    const missing = new Set<string>();
    const filled = fillIn(event.target, (name) => SECRETS[name as keyof typeof SECRETS], missing);
    expect([...missing]).toEqual([]);
    expect(JSON.stringify(filled)).toContain(`"${SECRETS.CHAT_SECRET}"`);
    expect(JSON.stringify(filled)).toContain(`"${SECRETS.VENDURE_PASSWORD}"`);
  });

  it('of the host of a bundled shop is not written, wherever it was said', async () => {
    const shop = ['http://127.0.0.1:8080'];
    vi.stubEnv('FLASHCROWD_ADMIN_TOKEN', 'said-by-environment');
    for (const adminToken of ['said-by-environment', 'said-by-option', undefined]) {
      const { files } = await made('small-seller', asked(shop, { adminToken }));
      expect(files[FILES.event]).not.toContain('said-by');
      expect(files[FILES.event]).toContain('${FLASHCROWD_ADMIN_TOKEN}');
    }
  });

  it('in a target within the scenario is not written either', async () => {
    vi.stubEnv('CHAT_SECRET', SECRETS.CHAT_SECRET);
    const chat = { use: 'centrifugo', url: 'ws://127.0.0.1:8000/ws', jwt: { secret: '${CHAT_SECRET}' } };
    const scenario = { ...BUSY, target: { name: 'inline', chat } };
    const folder = await folderWith({ 'busy.json': JSON.stringify(scenario) });
    const { files } = await made(`${folder}/busy.json`, asked([]));
    expect(files[FILES.event]).not.toContain(SECRETS.CHAT_SECRET);
    expect((JSON.parse(files[FILES.event]) as EventFile).target.parts[0].use).toBe('centrifugo');
  });

  it('has accounts beside it that cannot be named: whoever builds is told that they stand in the file', async () => {
    const folder = await folderWith({
      'target.yaml': `${TARGET.replaceAll(/'\$\{[A-Z_]+\}'/g, 'said-in-the-file')}accounts: users.csv\n`,
      'users.csv': 'name,password\nanna,correct-horse\n',
    });
    const { event, files } = await made('small-seller', asked([`${folder}/target.yaml`]));
    expect(event.fleet.secretsLeft).toBe(true);
    expect(parseMarked(files[FILES.event])).toMatchObject({ fleet: { secretsLeft: true } });
  });

  it('is found wherever it stands in the file', async () => {
    for (const [name, value] of Object.entries(SECRETS)) vi.stubEnv(name, value);
    const folder = await folderWith({
      'target.yaml': TARGET,
      'busy.json': JSON.stringify({ ...BUSY, title: `ask for ${SECRETS.CHAT_SECRET}` }),
    });
    const { event } = await made(`${folder}/busy.json`, asked([`${folder}/target.yaml`]));
    expect(event.fleet.secretsLeft).toBe(true);
  });
});

describe('the target of a scenario that is played against another', () => {
  const PASSWORD = 'written-in-the-scenario';
  const shop = { use: 'vendure', url: 'http://127.0.0.1:3000', admin: { username: 'root', password: PASSWORD } };

  it('is not written, and neither is what an override says of it', async () => {
    const folder = await folderWith({ 'busy.json': JSON.stringify({ ...BUSY, target: { name: 'inline', shop } }) });
    const set = ['target.shop.admin.password=written=by-override', 'title=Another'];
    const { event, files } = await made(`${folder}/busy.json`, asked(['http://127.0.0.1:8080'], { set }));
    expect(files[FILES.event]).not.toContain(PASSWORD);
    expect(files[FILES.event]).not.toContain('by-override');
    expect(event.run.scenario).not.toHaveProperty('target');
    expect(event.run.overrides).toEqual(['target.shop.admin.password=[not shown]', 'title=Another']);
    expect(event.fleet.secretsLeft).toBe(false);
  });

  it('has overrides that name a secret of the target that is played, masked', async () => {
    for (const [name, value] of Object.entries(SECRETS)) vi.stubEnv(name, value);
    const folder = await folderWith({ 'target.yaml': TARGET });
    const set = [`title=Sale ${SECRETS.CHAT_SECRET}`];
    const { event } = await made('small-seller', asked([`${folder}/target.yaml`], { set }));
    expect(event.run.overrides).toEqual(['title=Sale [CHAT_SECRET]']);
  });
});

it('files that are there already become readable for their owner alone', async () => {
  const folder = await folderWith({ [FILES.event]: 'of an earlier build' });
  const file = path.join(folder, FILES.event);
  chmodSync(file, 0o644);
  await writeEvent(folder, { [FILES.event]: '{}' });
  expect(readFileSync(file, 'utf8')).toBe('{}');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('an event without a backend that runs is no use to k6', async () => {
  await expect(made('small-seller', asked([]))).rejects.toMatchObject({
    code: 'BAD_USAGE',
    problems: [{ path: '--target' }],
  });
});

it('the script needs nothing but modules of k6', async () => {
  const script = await bundleScript();
  const imported = [...script.matchAll(/\bimport(?:[^"'();]*?\bfrom)?\s*"([^"]+)"/g)].map(([, name]) => name);
  expect(imported.length).toBeGreaterThan(3);
  expect(imported.filter((name) => !/^k6(\/|$)/.test(name))).toEqual([]);
  expect(script).not.toMatch(/\brequire\(|\bprocess\.|\bBuffer\.|ZodError/);
});
