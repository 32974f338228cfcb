import net, { type AddressInfo, type Server } from 'node:net';

/** The parts of Node's handle below a server that are used here. */
interface Handle {
  getsockname(out: Partial<AddressInfo>): number;
  close(): void;
}

interface Internals {
  /** @returns the error number when it fails. */
  _createServerHandle?: (address: string, port: number, addressType: 4 | 6) => Handle | number;
}

/**
 * A port that several processes listen on. This process binds it and keeps it, so that a front can be replaced, but
 * accepts nobody: the kernel gives a new connection to a front that is awake.
 *
 * `node:cluster` makes its shared handles in the same way. It is not used itself, because it has one state for the whole
 * process: two stubs with `port: 0` would get the same port.
 */
export class SharedPort {
  readonly port: number;
  private readonly handle: Handle;

  private constructor(handle: Handle, port: number) {
    this.handle = handle;
    this.port = port;
  }

  /** @throws Error with `code` (EADDRINUSE, EACCES, ...) */
  static async bind(host: string, port: number): Promise<SharedPort> {
    const { _createServerHandle } = net as unknown as Internals;
    if (_createServerHandle === undefined) throw new Error('this version of Node cannot share a port among processes');
    const free = await tryAddress(host, port);
    const handle = _createServerHandle(free.address, free.port, free.family === 'IPv6' ? 6 : 4);
    const bound: Partial<AddressInfo> = {};
    // A port that is taken is noticed late: a socket that could not be bound would listen on any port.
    if (typeof handle === 'number' || handle.getsockname(bound) !== 0 || bound.port !== free.port) {
      if (typeof handle !== 'number') handle.close();
      throw Object.assign(new Error(`listen EADDRINUSE: ${host}:${free.port} was taken`), { code: 'EADDRINUSE' });
    }
    return new SharedPort(handle, free.port);
  }

  /** For `send` of a child process. It takes handles too, but its types do not say so. */
  asSendHandle(): Server {
    return this.handle as unknown as Server;
  }

  close(): void {
    this.handle.close();
  }
}

/** Listens for a moment: that looks the host up, finds a free port, and fails with the same words as one process does. */
async function tryAddress(host: string, port: number): Promise<AddressInfo> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return address;
}
