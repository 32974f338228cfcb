import { lookup } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostAddresses } from '../../../sim/run/wire/host-addresses.ts';

vi.mock('node:dns', () => ({ lookup: vi.fn<typeof lookup>() }));

type Answer = (error: Error | null, addresses?: { address: string; family: number }[]) => void;

/** The look-ups under way: each answers when the test says so. */
let answers: Answer[] = [];

const answer = (...addresses: string[]): void =>
  answers.shift()!(
    null,
    addresses.map((address) => ({ address, family: 4 })),
  );

/** What `found` was called with, as soon as it was. */
function asked(hosts: HostAddresses, name = 'shop.test'): unknown[] {
  const calls: unknown[] = [];
  hosts.find(name, (addresses, error) => calls.push(error?.message ?? addresses));
  return calls;
}

beforeEach(() => {
  answers = [];
  vi.mocked(lookup).mockReset();
  const ask = (...given: unknown[]): void => void answers.push(given.at(-1) as Answer);
  vi.mocked(lookup).mockImplementation(ask as typeof lookup);
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the addresses of hosts', () => {
  it('are looked up once for all who ask, and kept for 30 s', () => {
    const hosts = new HostAddresses();
    const [first, second] = [asked(hosts), asked(hosts)];
    expect([first, second]).toEqual([[], []]);
    answer('127.0.0.9', '127.0.0.8');
    for (const calls of [first, second, asked(hosts)]) expect(calls).toEqual([['127.0.0.9', '127.0.0.8']]);
    vi.advanceTimersByTime(29_999);
    expect(asked(hosts)).toHaveLength(1);
    expect(lookup).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2);
    const later = asked(hosts);
    answer('127.0.0.7');
    expect(later).toEqual([['127.0.0.7']]);
  });

  it('are not looked up for an address', () => {
    expect(asked(new HostAddresses(), '127.0.0.1')).toEqual([['127.0.0.1']]);
    expect(asked(new HostAddresses(), '::1')).toEqual([['::1']]);
    expect(lookup).not.toHaveBeenCalled();
  });

  it('are asked for again after a failure', () => {
    const hosts = new HostAddresses();
    const first = asked(hosts);
    answers.shift()!(new Error('ENOTFOUND'));
    expect(first).toEqual(['ENOTFOUND']);
    const second = asked(hosts);
    answer('127.0.0.9');
    expect(second).toEqual([['127.0.0.9']]);
  });

  it('begin with the one that answered', () => {
    const hosts = new HostAddresses();
    asked(hosts);
    answer('::1', '127.0.0.9', '127.0.0.8');
    hosts.prefer('shop.test', '127.0.0.9');
    expect(asked(hosts)).toEqual([['127.0.0.9', '::1', '127.0.0.8']]);
  });
});
