import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { HERE } from './certificates.ts';
import { listen } from './rig.ts';

const VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** The proxy variables are these and no others, until the end of the test. */
export function withProxies(variables: Readonly<Record<string, string>>): void {
  for (const name of VARIABLES) vi.stubEnv(name, variables[name]);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** A proxy that leads every name to this machine, and writes down what it was asked for. */
export class ConnectProxy {
  /** Of each CONNECT in turn: `shop.test:80`. */
  readonly asked: string[] = [];
  readonly credentials: (string | undefined)[] = [];
  /** In the place of 200. */
  refusal: number | null = null;
  /** What the target is to have said by the time of the answer, in the same packet. */
  early = '';
  port = 0;
  private readonly server: Server;

  constructor(isSecure = false) {
    this.server = isSecure ? createSecureServer(HERE) : createServer();
    this.server.on('connect', (request: IncomingMessage, socket: Socket) => this.lead(request, socket));
    // Whoever asks otherwise than by CONNECT is told so.
    this.server.on('request', (_, response) => response.writeHead(405).end());
  }

  async start(): Promise<this> {
    this.port = await listen(this.server);
    return this;
  }

  private lead({ url = '', headers }: IncomingMessage, socket: Socket): void {
    this.asked.push(url);
    this.credentials.push(headers['proxy-authorization']);
    socket.on('error', () => undefined);
    if (this.refusal !== null) {
      socket.end(`HTTP/1.1 ${this.refusal} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const target = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      socket.write(`HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n${this.early}`);
      socket.pipe(target).pipe(socket);
    });
    target.on('error', () => socket.destroy());
    socket.on('close', () => target.destroy());
    target.on('close', () => socket.destroy());
  }
}
