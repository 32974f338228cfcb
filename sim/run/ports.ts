import { readFileSync } from 'node:fs';

/** Of the ephemeral ports of an address: those to count on. Others run on this machine too, and what has just ended keeps its port for a minute. */
const USABLE_SHARE = 0.9;
/** Past half of them, the kernel searches long for each that is free. */
const EASY_SHARE = 0.5;

/** Reads the text of /proc/sys/net/ipv4/ip_local_port_range: first and last port. How many connections an address is good for. */
export function parsePorts(text: string): number {
  const [first, last] = text.trim().split(/\s+/).map(Number);
  return Math.floor((last - first + 1) * USABLE_SHARE);
}

/** That of this machine: how many connections to one backend can be made from one address. `Infinity` where it is not known. */
export function ownPorts(): number {
  try {
    return parsePorts(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'));
  } catch {
    // Only Linux has this file.
    return Infinity;
  }
}

/** Where the whole of 127.0.0.0/8 can be connected from. By name it may be ::1, and of that there is one. */
export function isLoopback(baseUrl: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(new URL(baseUrl).hostname);
}

/** Addresses of the loopback for so many connections to one of its ports; none when the system's own choice will do. */
export function loopbackAddresses(connections: number, portsEach: number): readonly string[] {
  if (connections <= portsEach) return [];
  const count = Math.ceil(connections / (portsEach * EASY_SHARE));
  return Array.from({ length: count }, (_, i) => `127.0.${Math.floor(i / 250)}.${(i % 250) + 1}`);
}
