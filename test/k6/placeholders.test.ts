import { describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, fillIn } from '../../sim/k6/placeholders.ts';

/** Filled in from these; the names that were missing beside it. */
function filled(value: unknown, environment: Readonly<Record<string, string>>): [unknown, string[]] {
  const missing = new Set<string>();
  return [fillIn(value, (name) => environment[name], missing), [...missing]];
}

describe('placeholders', () => {
  it('are filled in wherever they stand, and nothing else is changed', () => {
    const value = { a: 'Bearer ${KEY}', b: [1, true, null, '${KEY}:${USER_2}'], c: { d: '$KEY ${key} ${} {KEY}' } };
    const before = structuredClone(value);
    expect(filled(value, { KEY: 'k', USER_2: 'u' })).toEqual([
      { a: 'Bearer k', b: [1, true, null, 'k:u'], c: { d: '$KEY ${key} ${} {KEY}' } },
      [],
    ]);
    expect(value).toEqual(before);
  });

  it('that nobody can fill in are named, once each', () => {
    expect(filled(['${A}', '${B} ${A}'], { B: 'b' })).toEqual([['', 'b '], ['A']]);
  });

  it('of the host are empty where there is none: pods need no such right', () => {
    expect(filled({ adminToken: `\${${ADMIN_TOKEN}}` }, {})).toEqual([{ adminToken: '' }, []]);
    expect(filled(`\${${ADMIN_TOKEN}}`, { [ADMIN_TOKEN]: 'secret' })).toEqual(['secret', []]);
  });

  it('in what was filled in stay as they are: a secret says nothing about others', () => {
    expect(filled('${A}', { A: '${B} $& $1', B: 'b' })).toEqual(['${B} $& $1', []]);
  });
});
