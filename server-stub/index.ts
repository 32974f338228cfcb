import { startInstance } from './instance.ts';
import { startInstances } from './instances/instances.ts';
import { resolveSettings, type StubOptions } from './options.ts';

export type { StubOptions } from './options.ts';

export interface Stub {
  /** Base URL, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly adminToken: string;
  /** Sends every viewer away (1001) and stops. Takes at most about 1.5 s, whatever the viewers do; 3 s while its store or its bus is away. */
  close(): Promise<void>;
}

/**
 * Starts the reference backend: rooms over WebSocket, the shop and the admin API over HTTP, on one port.
 * With `processes` above 1 it starts that many others, which hold the sockets; rooms and shop stay in this one.
 * With `instances` above 1 it starts that many whole stubs, on one port, which share store and bus.
 * @throws RangeError on an option that cannot be; Error with `code` (EADDRINUSE, EACCES, ...) when it cannot listen, `UNAVAILABLE` when
 * its store or its bus is away.
 */
export async function startStub(options: StubOptions = {}): Promise<Stub> {
  const settings = resolveSettings(options);
  const { instances, host, adminToken } = settings;
  const running = await (instances === 1 ? startInstance(settings) : startInstances(settings));
  const { port } = running;
  return { url: `http://${reachable(host)}:${port}`, port, adminToken, close: () => running.close() };
}

/** A host that clients on this machine can put into a URL. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
