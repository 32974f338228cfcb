import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import type { Check } from './check.ts';

/** Below this, the default run (about 2,500 viewers) may run out of ports together with its HTTP connections. */
const DEFAULT_RUN_PORTS = 5_000;

export interface PortUse {
  /** First and last ephemeral port, both usable. */
  readonly first: number;
  readonly last: number;
  /** Ports of that range that some IPv4 socket of this machine occupies now. */
  readonly taken: number;
}

/**
 * @param range text of /proc/sys/net/ipv4/ip_local_port_range: first and last port
 * @param sockets text of /proc/net/tcp: local addresses as `0100007F:1F90`, port in hexadecimal
 */
export function parsePortUse(range: string, sockets: string): PortUse {
  const [first, last] = range.trim().split(/\s+/).map(Number);
  const taken = new Set<number>();
  for (const [, hex] of sockets.matchAll(/^\s*\d+: [0-9A-F]{8}:([0-9A-F]{4}) /gm)) {
    const port = Number.parseInt(hex, 16);
    if (port >= first && port <= last) taken.add(port);
  }
  return { first, last, taken: taken.size };
}

function ownPortUse(): PortUse | null {
  try {
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
    return parsePortUse(range, readFileSync('/proc/net/tcp', 'utf8'));
  } catch {
    // Only Linux has these files.
    return null;
  }
}

export function checkPorts(use = ownPortUse()): Check {
  if (!use) {
    return {
      id: 'ports',
      status: 'warn',
      found: 'ephemeral ports: not known on this system',
      meaning: 'every viewer needs one; most systems have 16,000 to 28,000 for one target address',
      remedy: null,
    };
  }
  const free = use.last - use.first + 1 - use.taken;
  return {
    id: 'ports',
    status: free < DEFAULT_RUN_PORTS ? 'warn' : 'ok',
    found: `ephemeral ports ${use.first} to ${use.last}: ${free.toLocaleString('en-US')} free`,
    meaning: 'as many connections to one target address from this machine, viewers and HTTP together',
    remedy: free < DEFAULT_RUN_PORTS ? 'Widen the range: `sysctl -w net.ipv4.ip_local_port_range="1024 65535"`.' : null,
  };
}

/** Whether a server can be bound on the loopback address, as the bundled stub will be. */
export async function checkLoopback(): Promise<Check> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return {
      id: 'loopback',
      status: 'ok',
      found: `loopback: bound 127.0.0.1:${port}`,
      meaning: 'the bundled stub can listen',
      remedy: null,
    };
  } catch (error) {
    return {
      id: 'loopback',
      status: 'fail',
      found: `127.0.0.1 cannot be bound: ${(error as Error).message}`,
      meaning: 'the bundled stub cannot listen',
      remedy: 'Bring the loopback interface up (`ip link set lo up`), or look at what the sandbox forbids.',
    };
  } finally {
    server.close();
  }
}
