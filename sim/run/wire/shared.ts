import { Connector } from '../http/connector.ts';
import { TimeLimits } from '../http/time-limits.ts';
import { Deadlines } from '../../live/deadlines.ts';
import { HostAddresses } from './host-addresses.ts';
import { LocalAddresses } from './local-addresses.ts';
import { Proxies } from './proxy.ts';
import { Tls, type TlsSettings } from './tls.ts';

/** As much as the system reads at a time at most. */
const READ_BYTES = 64 * 1024;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2000;
const MAX_MESSAGE_BYTES = 1024 * 1024;

export interface DialerOptions {
  readonly tls?: TlsSettings;
  /** `User-Agent` of handshakes that do not name one. */
  readonly userAgent?: string;
  readonly localAddresses?: LocalAddresses;
  readonly handshakeTimeoutMs?: number;
  readonly maxMessageBytes?: number;
}

/** What the lines of a dialer have in common. */
export class Shared {
  readonly tls: Tls;
  readonly userAgent: string | null;
  readonly proxies = new Proxies();
  /** For connections that go through a proxy, and for lines that are heard over HTTP. */
  readonly connector: Connector;
  readonly localAddresses: LocalAddresses;
  readonly handshakeTimeoutMs: number;
  readonly closeTimeoutMs = CLOSE_TIMEOUT_MS;
  readonly maxMessageBytes: number;
  /** Every line reads into this; it is used again as soon as the read has been looked through. */
  readonly readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);
  readonly handshakes: Deadlines;
  readonly closings = new Deadlines(CLOSE_TIMEOUT_MS);
  readonly hosts = new HostAddresses();

  constructor(options: DialerOptions) {
    this.tls = new Tls(options.tls);
    this.localAddresses = options.localAddresses ?? new LocalAddresses();
    this.connector = new Connector(this.localAddresses, new TimeLimits(), this.tls, this.proxies);
    this.userAgent = options.userAgent ?? null;
    this.handshakeTimeoutMs = options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS;
    this.maxMessageBytes = options.maxMessageBytes ?? MAX_MESSAGE_BYTES;
    this.handshakes = new Deadlines(this.handshakeTimeoutMs);
  }
}
