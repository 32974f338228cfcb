import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network of a test's own before a server: it can stop carrying anything, with all connections open, and go on later. */
export class StallingProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private stalled = false;

  private constructor(port: number) {
    this.server = createServer((inner) => this.join(inner, connect(port, '127.0.0.1')));
  }

  /** Before the server at this port of 127.0.0.1. */
  static async before(port: number): Promise<StallingProxy> {
    const proxy = new StallingProxy(port);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What is sent from now on waits, in both directions; also on connections that are made meanwhile. */
  stall(): void {
    this.stalled = true;
    for (const socket of this.sockets) socket.pause();
  }

  resume(): void {
    this.stalled = false;
    for (const socket of this.sockets) socket.resume();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(a: Socket, b: Socket): void {
    this.carry(a, b);
    this.carry(b, a);
  }

  private carry(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    // By hand: a pipe would begin to flow again by itself.
    from.on('data', (chunk) => void to.write(chunk));
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    if (this.stalled) from.pause();
  }
}
