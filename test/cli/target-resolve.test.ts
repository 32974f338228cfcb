/** Which backend a run is played against: by the command line, by the scenario, and whether it may be. */

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { resolveTarget, type RemoteTarget } from '../../bin/run/target.ts';
import type { TargetOptions } from '../../bin/run/target-options.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { smallScenario } from '../scenario/documents.ts';
import { failureOf, folderWith } from '../targets/config/rig.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'shop.test': ['10.1.2.3'],
  'shop.example.com': ['203.0.113.5'],
};

async function resolve(
  options: Partial<TargetOptions>,
  scenario: object = {},
  files: Readonly<Record<string, string>> = {},
): Promise<RemoteTarget | null> {
  const folder = await folderWith({ 'drop.yaml': stringify({ ...smallScenario(), ...scenario }), ...files });
  const loaded = await loadScenario(path.join(folder, 'drop.yaml'));
  return resolveTarget({ target: [], iOwnThisTarget: [], ...options }, loaded, {
    environment: { TOKEN: 'abcdef' },
    resolve: (host) => (NAMES[host] ? Promise.resolve(NAMES[host]) : Promise.reject(new Error('ENOTFOUND'))),
  });
}

const SHOP = { 'targets/shop.yaml': 'use: stub\nurl: http://127.0.0.1:8080\nadminToken: ${TOKEN}\n' };

describe('the target of a run', () => {
  it('is the bundled shop when nobody says anything, or says so', async () => {
    expect(await resolve({})).toBeNull();
    expect(await resolve({ target: ['stub'] })).toBeNull();
    expect(await resolve({}, { target: 'stub' })).toBeNull();
    expect(await resolve({ target: ['stub'] }, { target: 'targets/shop.yaml' })).toBeNull();
  });

  it('is what the scenario names, relative to its own folder', async () => {
    const found = await resolve({}, { target: 'targets/shop.yaml' }, SHOP);
    expect(found?.config.name).toBe('shop');
    expect(found?.secrets.mask('abcdef')).toBe('[TOKEN]');
  });

  it('is written in the scenario itself', async () => {
    const found = await resolve({}, { target: { name: 'here', use: 'stub', url: 'http://127.0.0.1:8080' } });
    expect(found?.config.name).toBe('here');
  });

  it('is what the command line names, whatever the scenario says', async () => {
    const found = await resolve({ target: ['http://127.0.0.1:9'] }, { target: 'targets/shop.yaml' }, SHOP);
    expect(found?.config.parts[0].options).toEqual({ url: 'http://127.0.0.1:9', adminToken: '' });
  });

  it('cannot be the bundled shop and another', async () => {
    const error = await failureOf(resolve({ target: ['stub', 'json=ws://127.0.0.1:1'] }));
    expect(error.code).toBe('BAD_USAGE');
  });

  it('has its problems laid to the lines of the scenario that holds it', async () => {
    const error = await failureOf(resolve({}, { target: { chat: { use: 'jsno', url: 'ws://127.0.0.1:1' } } }));
    expect(error.code).toBe('TARGET_INVALID');
    expect(error.problems).toMatchObject([{ path: 'target.chat.use', hint: 'did you mean "json"?' }]);
    expect(error.problems[0].file).toMatch(/drop\.yaml$/);
    expect(error.problems[0].line).toBeGreaterThan(1);
  });

  it('must be a word or an object in the scenario', async () => {
    expect((await failureOf(resolve({}, { target: 5 }))).problems).toMatchObject([{ path: 'target' }]);
  });
});

describe('limits', () => {
  const target = { use: 'stub', url: 'http://shop.test' };

  it('a thousand joins a second, where the target is not on this machine', async () => {
    expect((await resolve({}, { target }))?.joinsPerSec).toBe(1000);
    expect((await resolve({ target: ['http://127.0.0.1:1'] }))?.joinsPerSec).toBeNull();
    expect((await resolve({}, { target: { ...target, ramp: { perSec: 50 } } }))?.joinsPerSec).toBe(50);
  });

  it('an end by itself, unless that is switched off', async () => {
    expect((await resolve({}, { target }))?.abort).toEqual({ errorShare: 0.5, forMs: 10_000 });
    expect((await resolve({}, { target: { ...target, abort: 'off' } }))?.abort).toBeNull();
  });
});

describe('a public target', () => {
  const target = { use: 'stub', url: 'http://shop.example.com' };
  const host = 'shop.example.com';

  it('needs the consent of the user: on the command line, in the scenario, or in the target file', async () => {
    expect(await failureOf(resolve({}, { target }))).toMatchObject({ code: 'TARGET_NOT_OWNED', exitCode: 104 });
    expect(await resolve({ iOwnThisTarget: [host] }, { target })).not.toBeNull();
    expect(await resolve({}, { target, owned: [host] })).not.toBeNull();
    expect(await resolve({}, { target: { ...target, owned: [host] } })).not.toBeNull();
  });

  it('must show its certificates', async () => {
    const owned = { iOwnThisTarget: [host] };
    expect((await failureOf(resolve({ ...owned, insecure: true }, { target }))).code).toBe('TARGET_NOT_OWNED');
    expect(
      (await resolve({ insecure: true }, { target: { use: 'stub', url: 'http://shop.test' } }))?.config.tls.insecure,
    ).toBe(true);
  });

  it('is looked for behind every part', async () => {
    const shop = {
      use: 'http',
      url: 'http://127.0.0.1:1',
      steps: { pay: { request: 'POST /pay', origin: 'http://shop.example.com' } },
    };
    const error = await failureOf(resolve({}, { target: { shop } }));
    expect(error.code).toBe('TARGET_NOT_OWNED');
    const chat = { use: 'json', url: 'ws://shop.example.com/{{room}}' };
    expect((await failureOf(resolve({}, { target: { chat } }))).code).toBe('TARGET_NOT_OWNED');
  });

  it('and what is beside it may be asked, and nothing else', async () => {
    const pay = { request: 'POST /pay', origin: 'http://127.0.0.1:2' };
    const shop = { use: 'http', url: `http://${host}`, steps: { pay } };
    const chat = { use: 'json', url: 'ws://shop.test/{{room}}' };
    const written = { chat, shop, owned: ['b.example.com'] };
    const found = await resolve({ iOwnThisTarget: [host] }, { target: written, owned: ['c.example.com'] });
    const named = [host, '127.0.0.1', 'shop.test', 'b.example.com', 'c.example.com'];
    expect([...new Set(found?.hosts)].toSorted()).toEqual(named.toSorted());
  });

  it('that does not exist cannot be reached', async () => {
    expect((await failureOf(resolve({ target: ['http://nowhere.test'] }))).code).toBe('TARGET_UNREACHABLE');
  });
});
