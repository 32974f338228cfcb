import { describe, expect, it } from 'vitest';
import { FlashcrowdError } from '../../../sim/errors.ts';
import { judgeHosts, reachOf, reachOfAddress, requireConsent } from '../../../sim/targets/config/safety.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  'db.local': ['192.168.1.7'],
  'shop.example.com': ['203.0.113.5'],
  'split.example.com': ['10.0.0.1', '203.0.113.5'],
  'mixed.internal': ['127.0.0.1', '10.0.0.1'],
};
const resolve = async (host: string): Promise<readonly string[]> => {
  if (!Object.hasOwn(NAMES, host)) throw new Error('ENOTFOUND');
  return NAMES[host];
};
const direct = (): boolean => false;

function refusal(
  judged: Parameters<typeof requireConsent>[0],
  owned: string[] = [],
  insecure = false,
): FlashcrowdError | null {
  try {
    requireConsent(judged, { owned, insecure });
    return null;
  } catch (error) {
    if (error instanceof FlashcrowdError) return error;
    throw error;
  }
}

describe('how far an address is', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.255.1', 'private'],
    ['169.254.1.1', 'private'],
    ['fd12:3456::1', 'private'],
    ['fe80::1', 'private'],
    ['::ffff:10.1.2.3', 'private'],
    ['172.15.255.255', 'public'],
    ['172.32.0.1', 'public'],
    ['192.169.0.1', 'public'],
    ['11.0.0.1', 'public'],
    ['100.64.0.1', 'public'],
    ['8.8.8.8', 'public'],
    ['2001:db8::1', 'public'],
    ['fec0::1', 'public'],
    ['::ffff:8.8.8.8', 'public'],
  ] as const)('%s is %s', (address, reach) => {
    expect(reachOfAddress(address)).toBe(reach);
  });
});

describe('how far a host is', () => {
  it.each([
    ['localhost', 'loopback'],
    ['[::1]', 'loopback'],
    ['localhost.', 'loopback'],
    ['db.local', 'private'],
    ['mixed.internal', 'private'],
    ['shop.example.com', 'public'],
    ['split.example.com', 'public'],
  ] as const)('%s is %s', async (host, reach) => {
    expect(await reachOf(host, resolve)).toBe(reach);
  });

  it('nobody knows of a name without addresses', async () => {
    expect(await reachOf('empty', async () => [])).toBe('public');
    await expect(reachOf('nowhere', resolve)).rejects.toThrow('ENOTFOUND');
  });

  it('is judged once for each host; a proxy may know names that we do not', async () => {
    const urls = ['https://shop.example.com/', 'wss://shop.example.com:8443/', 'http://nowhere/', 'http://inside/'];
    const judged = await judgeHosts(
      urls.map((url) => new URL(url)),
      resolve,
      (url) => url.hostname === 'inside',
    );
    expect(judged).toEqual([
      { host: 'shop.example.com', reach: 'public' },
      { host: 'nowhere', reach: null },
      { host: 'inside', reach: 'public' },
    ]);
    expect(await judgeHosts([new URL('http://[::1]:80/')], resolve, direct)).toEqual([
      { host: '::1', reach: 'loopback' },
    ]);
  });
});

describe('consent', () => {
  const PUBLIC = { host: 'shop.example.com', reach: 'public' } as const;
  const PRIVATE = { host: '10.0.0.1', reach: 'private' } as const;
  const LOOPBACK = { host: 'localhost', reach: 'loopback' } as const;

  it('is not needed on this machine and in private networks', () => {
    expect(refusal([LOOPBACK, PRIVATE], [], true)).toBeNull();
  });

  it('is needed for every other host, and says how to give it', () => {
    const error = refusal([LOOPBACK, PUBLIC, { host: 'cdn.example.com', reach: 'public' }], ['cdn.example.com']);
    expect(error).toMatchObject({ code: 'TARGET_NOT_OWNED', exitCode: 104 });
    expect(error?.message).toContain('shop.example.com');
    expect(error?.problems).toHaveLength(1);
    expect(error?.problems[0].expected).toContain('--i-own-this-target shop.example.com');
  });

  it('is for one host, not for those below or beside it', () => {
    expect(refusal([PUBLIC], ['example.com'])).not.toBeNull();
    expect(refusal([PUBLIC], ['www.shop.example.com'])).not.toBeNull();
    expect(refusal([PUBLIC], ['SHOP.example.com'])).toBeNull();
    expect(refusal([{ host: '2001:db8::1', reach: 'public' }], ['[2001:db8::1]'])).toBeNull();
  });

  it('does not reach as far as certificates that nobody looks at', () => {
    const error = refusal([PRIVATE, PUBLIC], ['shop.example.com'], true);
    expect(error).toMatchObject({ code: 'TARGET_NOT_OWNED' });
    expect(error?.problems[0].path).toBe('tls.insecure');
  });

  it('is not asked for what does not exist', () => {
    expect(refusal([{ host: 'nowhere', reach: null }, PUBLIC])).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      exitCode: 122,
    });
  });
});
