/** Target files: what they say, what it becomes, and every way in which they can be wrong. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../../sim/targets/adapters.ts';
import { ADAPTER_OPTIONS } from '../../../sim/targets/config/options.ts';
import { SETTING_NAMES } from '../../../sim/targets/config/settings.ts';
import { createTarget } from '../../../sim/targets/index.ts';
import { failureOf, folderWith, load, loadText } from './rig.ts';

const STUB = 'use: stub\nurl: http://127.0.0.1:8080\n';
const BOTH = `
chat:
  use: json
  url: wss://chat.example.com/{{room}}?token={{account.token}}
shop:
  use: vendure
  url: https://shop.example.com
accounts: users.csv
`;
const USERS = { 'users.csv': 'token,email\ntok-1111,a@x\ntok-2222,b@x\n' };
const CA = readFileSync(new URL('../../fixtures/tls/cert.pem', import.meta.url), 'utf8');

describe('words', () => {
  it('a URL is that of a bundled shop', async () => {
    const { config, origins, secrets } = await load('http://127.0.0.1:8080', { adminToken: 'letmein' });
    expect(config).toEqual({
      name: 'stub',
      parts: [{ use: 'stub', serves: 'all', options: { url: 'http://127.0.0.1:8080', adminToken: 'letmein' } }],
      tls: { ca: null, insecure: false },
      accounts: [],
    });
    expect(origins.map(({ host }) => host)).toContain('127.0.0.1:8080');
    expect(secrets.mask('letmein')).toBe('[FLASHCROWD_ADMIN_TOKEN]');
  });

  it('an adapter may stand before its URL; two make one target', async () => {
    const { config } = await load(['json=ws://127.0.0.1:1/', 'vendure=http://127.0.0.1:2']);
    expect(config.name).toBe('json + vendure');
    expect(config.parts.map(({ use }) => use)).toEqual(['json', 'vendure']);
    const { room, shop } = await createTarget(config);
    expect([room?.origin, shop?.origin]).toEqual(['http://127.0.0.1:1', 'http://127.0.0.1:2']);
  });

  it.each([
    ['sutb', 'did you mean "stub"?'],
    ['http://127.0.0.1:8080/shop', 'http=https://'],
    ['ws://127.0.0.1:1', 'json=ws://127.0.0.1:1'],
    ['vendrue=http://127.0.0.1:1', 'did you mean "vendure"?'],
    ['shop.toml', '.yaml'],
  ])('%s is no target', async (word, help) => {
    const error = await failureOf(load(word));
    expect(error.code).toBe('BAD_USAGE');
    expect(error.problems).toHaveLength(1);
    expect(error.problems[0].path).toBe('--target');
    expect(`${error.problems[0].expected} ${error.problems[0].hint}`).toContain(help);
  });

  it("two that serve the same get in each other's way", async () => {
    const error = await failureOf(load(['json=ws://127.0.0.1:1/', 'nats=ws://127.0.0.1:2']));
    expect(error).toMatchObject({ code: 'BAD_USAGE', problems: [{ message: 'json and nats both serve chat' }] });
    expect((await failureOf(load(['http://127.0.0.1:1', 'vendure=http://127.0.0.1:2']))).code).toBe('BAD_USAGE');
  });
});

describe('a target file', () => {
  it('has its settings beside the options of the one adapter', async () => {
    const text = `${STUB}name: staging\nowned: [a.example.com]\nramp: {perSec: 2k}\nabort: {errorRate: 20 %, for: 5s}\n`;
    const { config, owned, limits } = await loadText(text);
    expect(config.name).toBe('staging');
    expect(config.parts[0].options).toEqual({ url: 'http://127.0.0.1:8080', adminToken: '' });
    expect(owned).toEqual(['a.example.com']);
    expect(limits).toEqual({ joinsPerSec: 2000, abort: { errorShare: 0.2, forMs: 5000 } });
  });

  it('has defaults: its own name, and an end at half of everything failing for ten seconds', async () => {
    const { config, limits, owned } = await loadText(STUB);
    expect(config.name).toBe('shop');
    expect(limits).toEqual({ joinsPerSec: null, abort: { errorShare: 0.5, forMs: 10_000 } });
    expect(owned).toEqual([]);
    expect((await loadText(`${STUB}abort: off\n`)).limits.abort).toBeNull();
    expect((await loadText(`${STUB}abort: {errorRate: 10%}\n`)).limits.abort).toEqual({
      errorShare: 0.1,
      forMs: 10_000,
    });
  });

  it('may take the chat from one system and the shop from another', async () => {
    const { config, origins, secrets } = await loadText(BOTH, {}, USERS);
    expect(config.parts.map(({ use, serves }) => [use, serves])).toEqual([
      ['json', 'chat'],
      ['vendure', 'shop'],
    ]);
    expect(config.accounts).toEqual([
      { token: 'tok-1111', email: 'a@x' },
      { token: 'tok-2222', email: 'b@x' },
    ]);
    expect(secrets.mask('tok-2222 of b@x')).toBe('[account.token] of b@x');
    expect(new Set(origins.map(({ host }) => host))).toEqual(new Set(['chat.example.com', 'shop.example.com']));
  });

  it('may be JSON', async () => {
    const folder = await folderWith({ 'shop.json': JSON.stringify({ use: 'stub', url: 'http://127.0.0.1:1' }) });
    expect((await load('shop.json', { folder })).config.name).toBe('shop');
    const comment = await folderWith({ 'shop.json': '{"use": "stub" /* no JSON */, "url": "http://127.0.0.1:1"}' });
    expect((await failureOf(load('shop.json', { folder: comment }))).code).toBe('TARGET_INVALID');
  });

  it('names certificates beside it; the command line goes before it', async () => {
    const files = { 'tls/ca.pem': CA };
    expect((await loadText(`${STUB}tls: {ca: tls/ca.pem, insecure: true}\n`, {}, files)).config.tls).toEqual({
      ca: CA,
      insecure: true,
    });
    const folder = await folderWith({ 'shop.yaml': `${STUB}tls: {ca: none.pem}\n`, 'own.pem': CA });
    const { config } = await load('shop.yaml', { folder, caFile: path.join(folder, 'own.pem'), insecure: true });
    expect(config.tls).toEqual({ ca: CA, insecure: true });
  });

  it('is told apart from its neighbours by the scenario that holds it', async () => {
    const place = { file: 'drop.yaml', folder: '', path: ['target'], locate: () => ({ line: 7, column: 3 }) };
    const error = await failureOf(load({ use: 'stub', urll: 'http://127.0.0.1:1' }, { place }));
    expect(error.problems).toContainEqual(
      expect.objectContaining({ file: 'drop.yaml', path: 'target.urll', line: 7, hint: 'did you mean "url"?' }),
    );
  });
});

describe('the environment', () => {
  const text = `use: stub\nurl: \${SHOP_URL:-http://127.0.0.1:8080}\nadminToken: \${ADMIN}\n`;

  it('is put in, and kept secret', async () => {
    const { config, secrets } = await loadText(text, { environment: { ADMIN: 's3cret-value' } });
    expect(config.parts[0].options).toEqual({ url: 'http://127.0.0.1:8080', adminToken: 's3cret-value' });
    expect(secrets.mask('x-admin-token: s3cret-value')).toBe('x-admin-token: [ADMIN]');
    expect(secrets.mask('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
  });

  it('is missed once, at its place', async () => {
    const error = await failureOf(loadText(text));
    expect(error.problems).toMatchObject([{ path: 'adminToken', line: 3, message: 'the environment has no ADMIN' }]);
  });

  it('is not printed by what is wrong with it', async () => {
    const error = await failureOf(
      loadText('use: stub\nurl: ${ADMIN}\n', { environment: { ADMIN: 'not-a-url-but-secret' } }),
    );
    expect(error.code).toBe('TARGET_INVALID');
    expect(JSON.stringify([error.message, error.problems])).not.toContain('not-a-url-but-secret');
  });
});

describe('problems', () => {
  it('are all told at once, with their places, in order', async () => {
    const error = await failureOf(
      loadText(
        'nmae: x\nchat:\n  use: jsno\n  url: ws://127.0.0.1:1\nshop:\n  use: mqtt\n  url: ws://127.0.0.1:2\nabort: never\ntls: {insecur: true}\n',
      ),
    );
    expect(error.code).toBe('TARGET_INVALID');
    expect(error.problems.map(({ line, path: at, message, hint }) => [line, at, message, hint])).toEqual([
      [1, 'nmae', 'unknown key', 'did you mean "name"?'],
      [3, 'chat.use', 'there is no adapter "jsno"', 'did you mean "json"?'],
      [6, 'shop.use', 'mqtt serves chat, not a shop', undefined],
      [8, 'abort', '"never" is not valid', undefined],
      [9, 'tls.insecur', 'unknown key', 'did you mean "insecure"?'],
    ]);
  });

  it.each([
    ['nothing in it', '', 'not a target file'],
    ['a list', '- use: stub\n', 'not a target file'],
    ['no adapter', 'name: x\n', 'names no adapter'],
    ['use beside chat', 'use: stub\nchat: {use: json, url: "ws://127.0.0.1:1"}\n', 'stands beside chat or shop'],
    ['a chat that is a word', 'chat: json\n', 'not an adapter with its options'],
    ['no use', 'shop: {url: "http://127.0.0.1:1"}\n', 'missing'],
    ['an option that is missing', 'use: stub\n', 'missing'],
    ['a host with a scheme', `${STUB}owned: ["https://a.example.com"]\n`, 'is not valid'],
    ['accounts that are not there', `${STUB}accounts: none.csv\n`, 'ENOENT'],
    ['certificates that are none', `${STUB}tls: {ca: shop.yaml}\n`, 'holds no certificate'],
    ['YAML that is none', 'use: [stub\n', 'end with a ]'],
    ['a setting with a slip', `${STUB}acounts: users.csv\n`, 'unknown key'],
  ])('%s', async (_, text, message) => {
    const error = await failureOf(loadText(text));
    expect(error).toMatchObject({ code: 'TARGET_INVALID', exitCode: 104 });
    expect(error.problems.map((problem) => problem.message).join('\n')).toContain(message);
  });

  it('a file that is not there', async () => {
    expect(await failureOf(load('none.yaml'))).toMatchObject({ code: 'TARGET_INVALID' });
  });

  it('a name that neither the accounts nor a step brings', async () => {
    const error = await failureOf(loadText(BOTH.replace('account.token', 'account.tokn'), {}, USERS));
    expect(error.problems).toMatchObject([
      { path: 'chat.url', message: 'nothing is called {{account.tokn}}', hint: 'did you mean "account.token"?' },
    ]);
  });

  it.each([
    ['no lines', 'token\n', 'no accounts'],
    ['a column that cannot be named', 'my token\nabc\n', 'cannot be named'],
    ['lines of another length', 'token,b\nsecret-word\n', 'CSV_RECORD_INCONSISTENT'],
  ])('accounts with %s', async (_, users, message) => {
    const error = await failureOf(loadText(BOTH, {}, { 'users.csv': users }));
    const text = JSON.stringify(error.problems);
    expect(text).toContain(message);
    expect(text).not.toContain('secret-word');
  });
});

describe('an adapter in TypeScript', () => {
  const MODULE = `
import { defineTarget, withMarker } from 'flashcrowd';
import { path } from './parts/path.ts';
const mark: string = withMarker('', { shard: 0, n: 1, before: 0, sentAtMs: 0 });
export default defineTarget<{ origin: string }>({
  use: 'mine',
  create: ({ origin = 'http://127.0.0.1:1' }) => ({ name: 'mine' + mark.length, health: { method: 'GET', path, origin } }),
  OPTIONS
});
`;
  const PARTS = { 'parts/path.ts': "export const path: string = '/well';\n" };
  const CHECKED = `options: { safeParse: (raw) => 'origin' in raw
    ? { success: true, data: raw }
    : { success: false, error: { issues: [{ code: 'custom', path: ['origin'], message: 'where it is' }] } } },`;

  it('is named by its path, and loaded by whoever gets the configuration', async () => {
    const folder = await folderWith({ 'my-shop.ts': MODULE.replace('OPTIONS', ''), ...PARTS });
    const { config } = await load('my-shop.ts', { folder });
    expect(config).toMatchObject({ name: 'my-shop', parts: [{ serves: 'all', options: {} }] });
    expect(config.parts[0].use).toMatch(/^file:/);
    const { health } = await createTarget(structuredClone(config));
    expect(health).toEqual([{ method: 'GET', path: '/well', origin: 'http://127.0.0.1:1' }]);
  });

  it('gets its options from a target file, checked by its own schema', async () => {
    const files = {
      'adapters/my-shop.ts': MODULE.replace('OPTIONS', CHECKED),
      'adapters/parts/path.ts': PARTS['parts/path.ts'],
    };
    const { origins } = await loadText('use: adapters/my-shop.ts\norigin: https://a.example.com\n', {}, files);
    expect(origins.map(({ host }) => host)).toEqual(['a.example.com']);
    const error = await failureOf(loadText('use: adapters/my-shop.ts\n', {}, files));
    expect(error.problems).toMatchObject([{ path: 'origin', message: 'missing', expected: 'where it is' }]);
  });

  it('may check them with zod, which it need not have', async () => {
    const text = `
import { defineTarget } from 'flashcrowd';
import { z } from 'zod';
const options = z.strictObject({ origin: z.url() });
export default defineTarget({ use: 'mine', options, create: ({ origin }) => ({ name: 'mine', health: null }) });
`;
    const error = await failureOf(loadText('use: zod.ts\noriginn: x\n', {}, { 'zod.ts': text }));
    expect(error.problems).toMatchObject([
      { path: 'origin', message: 'missing' },
      { path: 'originn', line: 2, message: 'unknown key', hint: 'did you mean "origin"?' },
    ]);
  });

  it.each([
    ['nothing', 'export const a = 1;', 'TARGET_INVALID', 'no default export'],
    ['something else', 'export default 5;', 'TARGET_INVALID', 'is no target'],
    ['a slip', 'export default {;', 'TARGET_INVALID', 'Expected'],
    ['an error', "throw new Error('not today');", 'TARGET_THREW', 'not today'],
  ])('that exports %s is refused', async (_, text, code, message) => {
    const error = await failureOf(load('bad.ts', { folder: await folderWith({ 'bad.ts': text }) }));
    expect(error.code).toBe(code);
    expect(error.problems[0].message).toContain(message);
  });
});

it('every adapter has options, and the other way round', () => {
  const uses = ADAPTERS.map(({ use }) => use);
  expect(ADAPTER_OPTIONS.map(({ use }) => use).toSorted()).toEqual(uses.toSorted());
});

it('docs/target-files.md has every setting', () => {
  const text = readFileSync(new URL('../../../docs/target-files.md', import.meta.url), 'utf8');
  const missing = SETTING_NAMES.filter((name) => name !== '$schema' && !text.includes(`| \`${name}`));
  expect(missing).toEqual([]);
});
