import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** A network of its own, in which an address has 60 ephemeral ports. */
const FEW_PORTS =
  'ip link set lo up && echo "40000 40059" > /proc/sys/net/ipv4/ip_local_port_range && exec "$0" --import tsx "$@"';
const SCRIPT = fileURLToPath(new URL('http-ports-script.ts', import.meta.url));
const THREE = '127.0.0.1,127.0.0.2,127.0.0.3';

function canUnshare(): boolean {
  const { status } = spawnSync('unshare', [
    '-rn',
    'sh',
    '-c',
    'ip link set lo up && test -w /proc/sys/net/ipv4/ip_local_port_range',
  ]);
  if (status === 0) return true;
  const why = 'no network namespace: this test needs util-linux, iproute2, and the right to make user namespaces';
  if (process.env.CI) throw new Error(why);
  process.stderr.write(`skipped: ${why}\n`);
  return false;
}

interface Outcome {
  readonly answered: number;
  readonly failures: readonly string[];
  readonly from: Readonly<Record<string, number>>;
}

function play(viewers: number, taken: number, addresses: string): Outcome {
  const args = [process.execPath, SCRIPT, String(viewers), String(taken), addresses];
  const { stdout, stderr } = spawnSync('unshare', ['-rn', 'sh', '-c', FEW_PORTS, ...args], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Outcome;
}

describe.skipIf(!canUnshare())('where an address has 60 ports', () => {
  it('150 connections are made from three', () => {
    expect(play(150, 0, THREE)).toEqual({
      answered: 150,
      failures: [],
      from: { '127.0.0.1': 50, '127.0.0.2': 50, '127.0.0.3': 50 },
    });
  });

  it('the others step in for one that has fewer left, to the last port', () => {
    expect(play(150, 30, THREE)).toEqual({
      answered: 150,
      failures: [],
      from: { '127.0.0.1': 60, '127.0.0.2': 30, '127.0.0.3': 60 },
    });
  });

  it('the rest is refused when there is none left', () => {
    const { answered, failures } = play(150, 0, '127.0.0.1');
    expect(answered).toBe(60);
    expect(failures).toEqual(Array.from({ length: 90 }, () => 'refused EADDRINUSE'));
  });
});
