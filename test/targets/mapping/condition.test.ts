import { describe, expect, it } from 'vitest';
import { condition, conditionOnValues, type Conditions } from '../../../sim/targets/mapping/condition.ts';

const value = { type: 'chat', code: 'OUT_OF_STOCK', ok: true, left: 0, id: null, price: '12', list: [{ kind: 'a' }] };

describe('a condition', () => {
  it.each<[Conditions, boolean]>([
    [{}, true],
    [{ '$.type': 'chat' }, true],
    [{ '$.type': 'cue' }, false],
    [{ '$.type': ['cue', 'chat'] }, true],
    [{ '$.type': 'chat', '$.ok': false }, false],
    [{ '$.ok': true, '$.left': 0 }, true],
    // YAML and backends do not agree on what is a number.
    [{ '$.price': 12, '$.ok': 'true' }, true],
    [{ '$.code': '/^out/i' }, true],
    [{ '$.code': '/^STOCK/' }, false],
    [{ '$.left': '<= 0' }, true],
    [{ '$.price': '> 12' }, false],
    [{ '$.code': '> 0' }, false],
    [{ '$.type': 'exists' }, true],
    [{ '$.id': 'exists' }, false],
    [{ '$.id': null }, true],
    [{ '$.gone': null }, false],
    [{ '$.id': 'missing', '$.gone': 'missing' }, true],
    [{ '$.list[*].kind': 'a' }, true],
    [{ '$.list': '[object Object]' }, false],
    [[{ '$.type': 'cue' }, { '$.ok': true }], true],
    [[{ '$.type': 'cue' }, { '$.ok': false }], false],
  ])('%j is %s', (rules, expected) => {
    expect(condition(rules)(value)).toBe(expected);
  });

  it.each<[Conditions, number, boolean]>([
    [{ status: 409 }, 409, true],
    [{ status: '409' }, 410, false],
    [{ status: '4xx' }, 499, true],
    [{ status: '4xx' }, 500, false],
    [{ status: '500-599' }, 503, true],
    [{ status: [409, '5xx'] }, 502, true],
    [{ status: 409, '$.type': 'cue' }, 409, false],
  ])('%j on status %i is %s', (rules, status, expected) => {
    expect(condition(rules)(value, status)).toBe(expected);
  });

  it('on a status does not hold where there is none', () => {
    expect(condition({ status: 200 })(value)).toBe(false);
  });

  it.each<Conditions>([{ status: 'bad' }, { status: 4 }, { type: 'chat' }, { '$.code': '/(/' }])(
    '%j cannot be read',
    (rules) => {
      expect(() => condition(rules)).toThrow();
    },
  );

  it('on values takes their names', () => {
    const values = { session: { cart: 'c1' }, units: 2 };
    expect(conditionOnValues({ 'session.cart': 'exists', units: '> 1' })(values)).toBe(true);
    expect(conditionOnValues({ 'session.order': 'exists' })(values)).toBe(false);
  });
});
