import { expect, it } from 'vitest';
import { statusOf, whyNot } from '../../bin/target/asking.ts';

it('a host that was not named is the target file to mend, and not a backend that is away', () => {
  const refused = { failure: 'refused', queuedMs: 0, requests: 1 } as const;
  const notNamed = { ...refused, code: 'HOST_NOT_NAMED' };
  expect([statusOf(notNamed), statusOf(refused)]).toEqual(['failed', 'unreachable']);
  expect(whyNot(notNamed)).toMatch(/goes to a host that the target file does not name; put it into `owned`/);
  expect(whyNot({ ...refused, code: 'ECONNREFUSED' })).toBe('no connection: ECONNREFUSED');
});
