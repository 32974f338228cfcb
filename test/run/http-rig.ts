import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { HttpClient, type HttpOptions } from '../../sim/run/http.ts';

/** Long enough to count as never. */
export const LONG_MS = 20_000;
export const GET = { method: 'GET', path: '/' } as const;

/** Starts it on a free port, until the end of the test. */
export async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function client(baseUrl: string, connections = 1, options: HttpOptions = {}): HttpClient {
  const http = new HttpClient(baseUrl, connections, options);
  onTestFinished(() => http.destroy());
  return http;
}

export const answering = (listener: RequestListener): Promise<string> => listen(createHttpServer(listener));
export const speaking = (onConnection: (socket: Socket) => void): Promise<string> => listen(createServer(onConnection));

/** A port that was free a moment ago. */
export async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** Waits for what events bring about. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
