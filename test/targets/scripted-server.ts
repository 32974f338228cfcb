import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A WebSocket server that plays a part: what it heard is for the test to look at. */
export interface ScriptedServer {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Frames of text as they came, of all clients. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

/** `answer`: what is sent back to a frame. `greeting`: what is sent to a client that has just come. */
export async function startScriptedServer(
  answer: (frame: string) => readonly string[],
  greeting: readonly string[] = [],
): Promise<ScriptedServer> {
  const heard: string[] = [];
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    for (const frame of greeting) socket.send(frame);
    socket.on('message', (data: Buffer) => {
      const frame = data.toString('utf8');
      heard.push(frame);
      for (const back of answer(frame)) socket.send(back);
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    heard,
    close: async () => {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
