import { describe, expect, it } from 'vitest';
import { namedHosts as namedInK6 } from '../../sim/k6/script/named.ts';
import { namedHosts as namedInNode } from '../../sim/run/named-hosts.ts';

const HOSTS = ['Shop.test', '127.0.0.1', '::1', '[2001:DB8::2]'];

const NAMED = [
  'http://shop.test',
  'https://shop.test/',
  'wss://SHOP.test:8443/rooms/main?viewer=1#x',
  'ws://shop.test.:80/x',
  'http://shop.test?to=http://evil.test',
  'http://shop.test/@evil.test',
  'http://127.0.0.1:8080/',
  'http://[::1]:8080/a',
  'http://[2001:db8::2]',
];

/** What reads like a named host to one parser, and goes elsewhere with another; or goes nowhere at all. */
const HOSTILE = [
  'http://evil.test/',
  'http://evil.test/shop.test',
  'http://shop.test.evil.test/',
  'http://evilshop.test/',
  'http://shop.test@evil.test/',
  'http://shop.test:80@evil.test/',
  'http://evil.test\\@shop.test/',
  'http://evil.test#@shop.test/',
  'http://evil.test?@shop.test/',
  'http://evil.test:80#shop.test',
  'http://[::2]/',
  'http://[::1].evil.test/',
  'http://127.0.0.1.evil.test/',
  '//shop.test/',
  'shop.test',
  'ftp://shop.test/',
  'file:///etc/passwd',
  'javascript:shop.test',
  'http:///shop.test',
  'http://',
  '',
];

/** A named host, in a way that readers of URLs do not agree on: turned away to be safe. */
const ODD = [
  'http://shop.test\\@evil.test/',
  'http://shop.test\\.evil.test/',
  'http://user@shop.test/',
  'http://user:word@127.0.0.1/',
  'http:shop.test',
  'http:/shop.test/',
  'http://shop.test:80x/',
  'http://shop.test:/evil',
  ' http://shop.test/',
  'http://sh\top.test/',
  'http://shop.test\n.evil.test/',
  'http://shop%2etest/',
  'http://2130706433/',
  'http://0x7f.1/',
];

describe('hosts that were named', () => {
  it('are the only ones that k6 sends to', () => {
    const isNamed = namedInK6(HOSTS);
    expect(NAMED.filter((url) => !isNamed(url))).toEqual([]);
    expect([...HOSTILE, ...ODD].filter(isNamed)).toEqual([]);
  });

  it('are all that k6 and Node agree on: k6 lets nothing pass that Node would not', () => {
    const inK6 = namedInK6(HOSTS);
    const inNode = namedInNode(HOSTS);
    expect(NAMED.filter((url) => !inNode(url))).toEqual([]);
    expect([...NAMED, ...HOSTILE, ...ODD].filter((url) => inK6(url) && !inNode(url))).toEqual([]);
  });

  it('that are none at all let nothing pass, and null lets all', () => {
    expect(NAMED.filter(namedInK6([]))).toEqual([]);
    expect(HOSTILE.every(namedInK6(null))).toBe(true);
  });
});
