import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../../sim/targets/mapping/json.ts';
import { maskTokens } from '../../../sim/targets/mapping/mask-tokens.ts';

const VALUE = 's3cr"et\\ \n🔥';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';

/** JSON that quotes JSON, `depth` times. */
function quoted(value: unknown, depth: number): string {
  return depth === 0 ? JSON.stringify(value) : JSON.stringify({ body: quoted(value, depth - 1) });
}

describe('tokens in a text', () => {
  it.each([
    ['403 {"token": "abc", "code": "no"}', '403 {"token": "[hidden]", "code": "no"}'],
    ['{"apiKey":"", "key":null}', '{"apiKey":"", "key":null}'],
    ['{"password": 271828, "n": 3}', '{"password": "[hidden]", "n": 3}'],
    ['GET https://a.test/x?access=abc%20d&page=2#x', 'GET https://a.test/x?access=[hidden]&page=2#x'],
    ['/x?page=2&access_token=abc', '/x?page=2&access_token=[hidden]'],
    ['user=ann&password=b!c', 'user=ann&password=[hidden]'],
    ['set-cookie: session_token=abc; Path=/', 'set-cookie: session_token=[hidden]; Path=/'],
    ['Bearer abcdefghijklmnop was refused', 'Bearer [hidden] was refused'],
    [`no seat for ${JWT}`, 'no seat for [hidden]'],
    [
      '{"product":"mug","monkey":"see","idempotency-key":"k-1"}',
      '{"product":"mug","monkey":"see","idempotency-key":"k-1"}',
    ],
  ])('%s', (text, expected) => {
    expect(maskTokens(text)).toBe(expected);
  });

  it.each([0, 1, 2, 3])('are found in JSON in JSON, %i deep, which stays JSON', (depth) => {
    const shown = maskTokens(quoted({ a: 'x "y" \\', token: VALUE, after: VALUE }, depth));
    expect(shown).toBe(quoted({ a: 'x "y" \\', token: '[hidden]', after: VALUE }, depth));
  });

  it.each([0, 1, 2])('are hidden wherever the text is cut, and what quotes it stays JSON, %i deep', (depth) => {
    const body = quoted({ token: VALUE }, depth);
    for (let length = 0; length <= body.length; length++) {
      const line = JSON.stringify({ why: body.slice(0, length), after: 1 });
      const shown = maskTokens(line);
      expect(JSON.parse(shown)).toMatchObject({ after: 1 });
      expect(shown).not.toMatch(/s3|cr/);
    }
  });

  it('keep what says where they are from', () => {
    const text = '{"token":"[SHOP_TOKEN]","authorization":"Bearer [account.token]"} /x?token={{account.token | text}}';
    expect(maskTokens(text)).toBe(text);
    expect(maskTokens('{"token":"abc"} ?sig=abc', (name) => `[${name}]`)).toBe('{"token":"[token]"} ?sig=[sig]');
  });

  it('take no time to speak of in a text that is made to', () => {
    const long = 100_000;
    for (const text of [
      '\\'.repeat(long),
      '"'.repeat(long),
      'a'.repeat(long),
      '"token":"'.repeat(long / 10),
      '='.repeat(long),
    ]) {
      const startMs = performance.now();
      maskTokens(text);
      expect(performance.now() - startMs).toBeLessThan(2000);
    }
  });

  it('are not in the excerpt of a body', () => {
    expect(excerptOf({ body: `{"token":"${'x'.repeat(300)}"}` })).toBe('{"token":"[hidden]…');
  });
});
