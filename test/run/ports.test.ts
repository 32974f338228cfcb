import { expect, it } from 'vitest';
import { isLoopback, ownPorts, parsePorts } from '../../sim/run/ports.ts';

it('counts on nine tenths of the range, both ends included', () => {
  expect(parsePorts('32768\t60999\n')).toBe(25_408);
  expect(parsePorts('40000 40009')).toBe(9);
});

it('knows those of this machine, or that it does not know', () => {
  const ports = ownPorts();
  expect(ports === Infinity || (Number.isInteger(ports) && ports > 0 && ports < 65_536)).toBe(true);
});

it.each([
  ['http://127.0.0.1:8080', true],
  ['https://127.9.8.7', true],
  ['http://localhost:8080', false],
  ['http://[::1]:8080', false],
  ['http://127.example.com', false],
  ['http://10.0.0.1', false],
])('%s is a loopback that can be reached from many addresses: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
