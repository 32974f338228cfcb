import { describe, expect, it } from 'vitest';
import { substitute } from '../../../sim/targets/config/environment.ts';

const ENV = { SHOP_TOKEN: 'abc123', EMPTY: '', URL: 'http://a' };

describe('the environment in a target file', () => {
  it('is put into every text, and nowhere else', () => {
    const { value } = substitute({ a: ['${SHOP_TOKEN}', 'x${SHOP_TOKEN}y${URL}'], '${URL}': 5, n: null }, ENV);
    expect(value).toEqual({ a: ['abc123', 'xabc123yhttp://a'], '${URL}': 5, n: null });
  });

  it('tells what it took, and where it went', () => {
    const { taken } = substitute({ shop: { headers: { token: 'Bearer ${SHOP_TOKEN}' } } }, ENV);
    expect(taken).toEqual([{ variable: 'SHOP_TOKEN', value: 'abc123', path: ['shop', 'headers', 'token'] }]);
  });

  it('has defaults, also for what is empty, and those are not taken from it', () => {
    const { value, taken, findings } = substitute(
      ['${NONE:-x y}', '${EMPTY:-z}', '${NONE:-}', '${SHOP_TOKEN:-no}'],
      ENV,
    );
    expect(value).toEqual(['x y', 'z', '', 'abc123']);
    expect(taken.map(({ variable }) => variable)).toEqual(['SHOP_TOKEN']);
    expect(findings).toEqual([]);
  });

  it('may be empty when the file asks for no default', () => {
    expect(substitute('a${EMPTY}b', ENV)).toMatchObject({ value: 'ab', findings: [] });
  });

  it('is not put into what it brought', () => {
    expect(substitute('${A}', { A: '${B}', B: 'no' }).value).toBe('${B}');
  });

  it('is left alone behind two dollars', () => {
    expect(substitute('$${SHOP_TOKEN}, $5', ENV).value).toBe('${SHOP_TOKEN}, $5');
  });

  it('says what is missing, where, and which variable may have been meant', () => {
    const { findings } = substitute({ chat: { url: '${SHOP_TOKNE}' } }, ENV);
    expect(findings).toEqual([
      {
        path: ['chat', 'url'],
        message: 'the environment has no SHOP_TOKNE',
        expected: 'SHOP_TOKNE=... before the command, or a default: ${SHOP_TOKNE:-...}',
        hint: 'did you mean "SHOP_TOKEN"?',
      },
    ]);
  });

  it.each(['${}', '${A B}', '${A-b}', '${A', '${9}'])('refuses %s', (text) => {
    const { findings } = substitute({ a: text }, ENV);
    expect(findings).toMatchObject([{ path: ['a'], message: expect.stringContaining('cannot read ${') }]);
  });
});
