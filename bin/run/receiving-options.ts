import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { share } from '../../sim/scenario/schema/scalars.ts';

/**
 * `--probes`: a share above 0, such as `10%`.
 *
 * @throws InvalidArgumentError, which commander turns into a usage error that names the option
 */
export function probeShare(text: string): number {
  const parsed = share.safeParse(/^[\d.]+$/.test(text) ? Number(text) : text);
  if (parsed.success && parsed.data > 0) return parsed.data;
  throw new InvalidArgumentError('Expected a share above 0, such as 10% or 0.1: without probes no lag is measured.');
}

/** `--local-addresses`: IP addresses of this machine, with commas between. Throws as `probeShare` does. */
export function addressList(text: string): readonly string[] {
  const addresses = text.split(',').map((part) => part.trim());
  const wrong = addresses.filter((address) => !isOurs(address));
  if (wrong.length === 0) return addresses;
  throw new InvalidArgumentError(
    `Expected addresses of this machine with commas between, such as 127.0.0.2,127.0.0.3. Not one: ${wrong.join(', ')}.`,
  );
}

function isOurs(address: string): boolean {
  // On Linux the whole of 127.0.0.0/8 is the loopback's, though the interface names one address only.
  if (isIP(address) === 4 && address.startsWith('127.')) return true;
  return Object.values(networkInterfaces()).some((some) => some?.some((own) => own.address === address));
}
