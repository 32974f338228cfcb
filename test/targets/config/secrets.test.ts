import { describe, expect, it } from 'vitest';
import { looksSecret } from '../../../sim/targets/mapping/looks-secret.ts';
import { Secrets } from '../../../sim/targets/config/secrets.ts';
import { keepAccounts, keepSecret } from '../../../sim/targets/config/take-secrets.ts';

const VALUE = 'p@ss/word +"ü';

function secretsOf(...values: string[]): Secrets {
  const secrets = new Secrets();
  for (const value of values) secrets.add(value, 'NAME');
  return secrets;
}

describe('secrets', () => {
  it.each([
    ['as they are', (value: string) => value],
    ['encoded for a URL', encodeURIComponent],
    ['encoded for a URL in small letters', (value: string) => encodeURIComponent(value).toLowerCase()],
    ['in a form', (value: string) => new URLSearchParams({ v: value }).toString().slice(2)],
    ['in JSON', (value: string) => JSON.stringify({ v: value })],
    ['in JSON within JSON', (value: string) => JSON.stringify({ v: JSON.stringify({ v: value }) })],
    ['in base64', (value: string) => Buffer.from(value).toString('base64')],
    ['in base64url', (value: string) => Buffer.from(value).toString('base64url')],
  ])('are found %s', (_, written) => {
    const text = `before ${written(VALUE)} after`;
    const masked = secretsOf(VALUE).mask(text);
    expect(masked).toContain('[NAME]');
    expect(masked).toMatch(/^before .* after$/);
    expect(masked.length).toBeLessThan(text.length);
    expect(masked).not.toContain(written(VALUE));
  });

  it.each(['', 'u', 'us', 'use', 'user:', 'another-user:'])('are found in base64 behind "%s"', (before) => {
    const text = Buffer.from(`${before}a-long-secret:and more`).toString('base64');
    const masked = secretsOf('a-long-secret').mask(`Basic ${text}`);
    expect(masked).toContain('[NAME]');
    // A few bits at the ends are shared with the neighbours; what is left says nothing.
    const left = Buffer.from(masked.slice(6).replace('[NAME]', ''), 'base64').toString('latin1');
    expect(left).not.toMatch(/long|secr/);
  });

  it('prefer the longer of two', () => {
    const secrets = new Secrets();
    secrets.add('abcd', 'SHORT');
    secrets.add('abcdefgh', 'LONG');
    expect(secrets.mask('abcdefgh abcd')).toBe('[LONG] [SHORT]');
  });

  it('are not kept below four characters: they stand in anything', () => {
    expect(secretsOf('abc').mask('abc')).toBe('abc');
  });

  it('may be found later', () => {
    const secrets = secretsOf('first-one');
    expect(secrets.mask('first-one second-one')).toBe('[NAME] second-one');
    secrets.add('second-one', 'LATER');
    expect(secrets.mask('first-one second-one')).toBe('[NAME] [LATER]');
  });

  it('are masked in plain data, keys too, and numbers are left alone', () => {
    const data = { 'k-1234': ['x 1234', 1234, null, true], deep: { a: '1234' } };
    expect(secretsOf('1234').maskIn(data)).toEqual({
      'k-[NAME]': ['x [NAME]', 1234, null, true],
      deep: { a: '[NAME]' },
    });
  });
});

it.each([
  ['token', true],
  ['adminToken', true],
  ['X-Api-Key', true],
  ['apiKey', true],
  ['key', true],
  ['authorization', true],
  ['Cookie', true],
  ['SHOP_PASSWORD', true],
  ['access', true],
  ['sessionId', true],
  ['accessories', false],
  ['idempotency-key', false],
  ['keyboard', false],
  ['monkey', false],
  ['url', false],
  ['product', false],
])('%s looks secret: %s', (name, expected) => {
  expect(looksSecret(name)).toBe(expected);
});

describe('of accounts', () => {
  it('what stands in a telling column is secret, and nothing else', () => {
    const secrets = new Secrets();
    keepAccounts([{ email: 'ann@shop.test', password: 'hunter22' }], secrets);
    expect(secrets.mask('ann@shop.test: hunter22')).toBe('ann@shop.test: [account.password]');
    keepAccounts([], secrets);
    keepAccounts([{ email: 'bob@shop.test' }], secrets);
    expect(secrets.mask('bob@shop.test')).toBe('bob@shop.test');
  });

  it('a thousand values are: those of the first lines', () => {
    const secrets = new Secrets();
    const accounts = Array.from({ length: 600 }, (_, i) => ({ token: `tok-${i}-end`, password: `pass-${i}-end` }));
    keepAccounts(accounts, secrets);
    expect(secrets.mask('tok-499-end pass-499-end')).toBe('[account.token] [account.password]');
    expect(secrets.mask('tok-500-end pass-500-end')).toBe('tok-500-end pass-500-end');
  });
});

describe('what a target file keeps secret', () => {
  function masked(document: unknown, taken: Parameters<typeof keepSecret>[1], text: string): string {
    const secrets = new Secrets();
    keepSecret(document, taken, secrets);
    return secrets.mask(text);
  }

  it('is what the environment gave, wherever it stands', () => {
    const taken = [{ variable: 'CHANNEL', value: 'vip-room', path: ['chat', 'channel'] }];
    expect(masked({}, taken, 'joined vip-room')).toBe('joined [CHANNEL]');
  });

  it('is not an address from the environment, but who it signs in as and what it asks with', () => {
    const value = 'https://bob42:hunter22@shop.example.com/?sig=abcdef';
    const taken = [{ variable: 'SHOP_URL', value, path: ['shop', 'url'] }];
    expect(masked({ shop: { url: value } }, taken, `GET ${value}`)).toBe(
      'GET https://[user]:[password]@shop.example.com/?sig=[SHOP_URL]',
    );
  });

  it('is not the host of an address, but what else is in it', () => {
    const taken = [
      { variable: 'SHOP_HOST', value: 'shop.example.com', path: ['shop', 'url'] },
      { variable: 'TENANT', value: 'acme-42', path: ['shop', 'url'] },
      { variable: 'PORT', value: '8443', path: ['shop', 'url'] },
    ];
    const url = 'https://shop.example.com:8443/acme-42/{{room}}';
    expect(masked({ shop: { url } }, taken, url)).toBe('https://shop.example.com:8443/[TENANT]/{{room}}');
  });

  it('survives an address that nobody can decode', () => {
    expect(masked({ url: 'https://bo%zzb:hunter%22@a.example.com' }, [], 'hunter%22')).toBe('[password]');
  });

  it('is what stands at a telling key, in headers too', () => {
    const headers = { Authorization: 'Bearer xyz789', accept: 'text/plain' };
    const document = { headers, adminToken: 'letmein', json: { password: 271828 } };
    expect(masked(document, [], 'xyz789 text/plain letmein 271828')).toBe(
      '[Authorization] text/plain [adminToken] [password]',
    );
  });

  it('is no placeholder, and not where something is found', () => {
    const document = { headers: { token: '{{account.token}}' }, capture: { 'account.token': '$.data.token' } };
    expect(masked(document, [], '{{account.token}} $.data.token')).toBe('{{account.token}} $.data.token');
  });
});
