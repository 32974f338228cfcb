/** `flashcrowd target check` against a backend that nothing here was written for but the template of `init --target http`. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createProgram } from '../../bin/program.ts';
import type { CheckOptions } from '../../bin/target/check.ts';
import type { CheckReport } from '../../bin/target/report.ts';
import { startStub } from '../../server-stub/index.ts';
import { failureOf } from '../targets/config/rig.ts';
import { checked, statuses } from './check-rig.ts';
import { runCli, type CliResult } from './run-cli.ts';
import { startTargetShop, type TargetShop, type TargetShopOptions } from './target-shop.ts';

let dir: string;
let initialised: CliResult;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'target-check-'));
  initialised = await runCli(['init', 'my-shop.yaml', '--target', 'http'], { cwd: dir });
});
afterAll(() => rm(dir, { recursive: true }));

async function shopWith(options: TargetShopOptions = {}): Promise<TargetShop> {
  const shop = await startTargetShop(options);
  onTestFinished(() => shop.close());
  return shop;
}

function environmentOf(shop: TargetShop): Record<string, string> {
  return {
    SHOP_URL: shop.origin,
    CHAT_URL: shop.origin.replace('http', 'ws'),
    SHOP_API_KEY: 'key-from-environment',
  };
}

/** In this process. */
async function check(
  shop: TargetShop,
  options: Partial<CheckOptions> = {},
  file = 'my-shop.yaml',
): Promise<{ code: number; report: CheckReport }> {
  return checked([path.join(dir, file)], options, environmentOf(shop));
}

/** The template, changed. */
async function changed(name: string, from: string, to: string): Promise<string> {
  const text = await readFile(path.join(dir, 'my-shop.yaml'), 'utf8');
  expect(text).toContain(from);
  await writeFile(path.join(dir, name), text.replace(from, to));
  return name;
}

describe('a shop with plain JSON, mapped by the template', () => {
  it('is walked through to the payment, with every exchange and no secret', async () => {
    const shop = await shopWith();
    const running = runCli(['target', 'check', 'my-shop.yaml', '--verbose'], { cwd: dir, env: environmentOf(shop) });
    const { code, stdout, stderr } = await running;
    expect(stderr).toBe('');
    expect(stdout).toContain('Every step went as it should.');
    expect(code).toBe(0);
    expect(shop.requests.map(({ line }) => line.replace(/\d+/g, 'N'))).toEqual([
      'GET /health',
      'POST /sessions',
      'GET /products/SKU-N',
      'POST /cart',
      'POST /orders',
      'POST /orders/oN/payments',
    ]);
    for (const { line } of shop.requests) expect(stdout).toContain(line.replace(' /', ` ${shop.origin}/`));
    expect(stdout).toMatch(/>> \{"type":"message","text":"hello \w+ \[fc:/);
    expect(stdout).toMatch(/<< \{"type":"message","user":"somebody"/);
    expect(shop.requests[1].apiKey).toBe('key-from-environment');
    expect(stdout).not.toContain('key-from-environment');
    expect(stdout).not.toContain('viewer-token-77');
    expect(stdout).toContain('authorization: [authorization]');
  });

  it('hears who asks', async () => {
    const shop = await shopWith();
    await check(shop);
    for (const { userAgent } of shop.requests) expect(userAgent).toMatch(/^flashcrowd\/\d+\.\d+\.\d+ \(load test; /);
  });

  it('says what a run could measure there, in JSON too', async () => {
    const { code, report } = await check(await shopWith());
    expect(code).toBe(0);
    expect(report).toMatchObject({ ok: true, target: 'my-shop' });
    expect(statuses(report)).toEqual(
      ['reach', 'arrive', 'join', 'chat', 'view', 'cart', 'checkout', 'pay'].map((name) => `${name} ok`),
    );
    const can = Object.fromEntries(report.measures.map((measure) => [measure.what, measure.can]));
    expect(can).toMatchObject({
      'chat lag': 'yes',
      'completeness of chat': 'yes',
      cues: 'not seen',
      'prices that were promised': 'yes',
      'what buyers were charged': 'yes',
      'overselling, lost orders': 'no',
      'actions of the host': 'no',
    });
    expect(JSON.stringify(report)).not.toMatch(/viewer-token-77|key-from-environment/);
  });

  it('may have sold out: the walk ends there, and says how the answer was read', async () => {
    const { code, report } = await check(await shopWith({ stock: 0 }));
    expect(code).toBe(104);
    expect(statuses(report).slice(-2)).toEqual(['view ok', 'cart failed']);
    expect(report.steps.at(-1)?.detail).toBe('rejected: sold_out');
  });
});

describe('a mapping that does not fit', () => {
  it('does not know its own chat when it comes back', async () => {
    const { code, report } = await check(await shopWith({ chatType: 'msg' }));
    expect(code).toBe(104);
    const chat = report.steps.find(({ name }) => name === 'chat');
    expect(chat?.detail).toBe('our own chat came back, but was not recognised as chat');
    expect(chat?.remedy).toContain('messages.chat');
    expect(report.measures.find(({ what }) => what === 'chat lag')?.can).toBe('not seen');
  });

  it('does not get in with the wrong token, and buys all the same', async () => {
    const file = await changed('no-token.yaml', '?token={{account.token}}', '?token=none');
    const { code, report } = await check(await shopWith(), {}, file);
    expect(code).toBe(104);
    expect(statuses(report)).toContain('join failed');
    expect(statuses(report)).toContain('pay ok');
    expect(report.steps.find(({ name }) => name === 'join')?.detail).toContain('who are you?');
  });

  it('names a product that is not there', async () => {
    const { code, report } = await check(await shopWith(), { product: 'scarf' });
    expect(code).toBe(104);
    expect(statuses(report).at(-1)).toBe('view failed');
  });

  it('is refused before anything is asked when it cannot be read', async () => {
    const file = await changed('slip.yaml', 'checkout:', 'chekout:');
    const shop = await shopWith();
    const error = await failureOf(check(shop, {}, file));
    expect(error).toMatchObject({ code: 'TARGET_INVALID', exitCode: 104 });
    expect(error.problems).toMatchObject([
      { path: 'shop.steps.chekout', message: 'unknown key', hint: 'did you mean "checkout"?' },
    ]);
    expect(shop.requests).toEqual([]);
  });
});

describe('a shop with a certificate of its own', () => {
  const place = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
  const secureShop = async (): Promise<TargetShop> => {
    const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) => readFile(place(name), 'utf8')));
    return shopWith({ tls: { key, cert } });
  };

  it('is not trusted', async () => {
    const { code, report } = await check(await secureShop());
    expect(code).toBe(122);
    expect(report.steps.at(-1)?.detail).toContain('CERT');
  });

  it.each([
    ['by that certificate', { ca: place('cert.pem') }],
    ['by anybody who says so, on this machine', { insecure: true }],
  ])('is trusted %s, for requests and for the line', async (_, options) => {
    const { code, report } = await check(await secureShop(), options);
    expect(statuses(report).filter((status) => !status.endsWith(' ok'))).toEqual([]);
    expect(code).toBe(0);
  });
});

it('what is not there cannot be reached', async () => {
  const shop = await startTargetShop();
  await shop.close();
  const { code, report } = await check(shop);
  expect(code).toBe(122);
  expect(statuses(report)).toEqual(['reach unreachable']);
  expect(report.measures).toEqual([]);
});

it('the bundled shop is measured in full', async () => {
  const stub = await startStub({ adminToken: 'token-of-the-admin' });
  onTestFinished(() => stub.close());
  const options = { product: 'serum', setup: true, adminToken: 'token-of-the-admin' };
  const { code, report } = await checked([stub.url], options);
  expect(statuses(report).filter((status) => !status.endsWith(' ok'))).toEqual([]);
  expect(code).toBe(0);
  expect(report.steps.at(-1)?.detail).toContain('our order is among them');
  expect(report.measures.filter(({ can }) => can === 'no')).toEqual([]);
  expect(JSON.stringify(report)).not.toContain('token-of-the-admin');
});

describe('a host that may not be ours', () => {
  it('is not touched', async () => {
    const { code, stderr } = await runCli(['target', 'check', 'http://203.0.113.9']);
    expect(code).toBe(104);
    expect(stderr).toContain('--i-own-this-target 203.0.113.9');
    expect(stderr).toContain('[TARGET_NOT_OWNED]');
  });

  it('is not touched with certificates that nobody looks at, whoever owns it', async () => {
    const options = { iOwnThisTarget: ['203.0.113.9'], insecure: true };
    const error = await failureOf(checked(['json=wss://203.0.113.9/'], options));
    expect(error).toMatchObject({ code: 'TARGET_NOT_OWNED', problems: [{ path: 'tls.insecure' }] });
  });
});

describe('init --target http', () => {
  it('says what to do next', () => {
    expect(initialised).toMatchObject({ code: 0, stderr: '' });
    expect(initialised.stdout).toContain('flashcrowd target check my-shop.yaml');
  });

  it('does not write over a file, nor into one that is not YAML', async () => {
    const init = (file: string): Promise<unknown> =>
      createProgram().parseAsync(['node', 'flashcrowd', 'init', path.join(dir, file), '--target', 'http']);
    expect((await failureOf(init('my-shop.yaml'))).message).toContain('will not write over');
    expect((await failureOf(init('my-shop.ts'))).problems[0].expected).toContain('.yaml');
  });
});
