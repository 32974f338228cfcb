import { createHmac } from 'node:crypto';
import type { ChatServer } from './chat-server.ts';
import { freePort, ServerProcess } from './server-process.ts';

/** Signs the tokens of its clients. */
const SECRET = 'secret of the tokens';
/** `X-API-Key` of its HTTP API. */
export const CENTRIFUGE_API_KEY = 'key of the api';

/** The server of tools/centrifuge, which speaks Centrifugo's protocol. Clients without a token are let in; those with a bad one are not. */
export class TestCentrifuge implements ChatServer {
  /** Of its HTTP API. */
  readonly origin: string;
  readonly url: string;
  private readonly process: ServerProcess;

  private constructor(program: string, port: number, pingMs: number) {
    this.origin = `http://127.0.0.1:${port}`;
    this.url = `ws://127.0.0.1:${port}/connection/websocket`;
    const keys = ['-secret', SECRET, '-api-key', CENTRIFUGE_API_KEY];
    const options = ['-listen', `127.0.0.1:${port}`, '-ping', `${pingMs}ms`];
    this.process = new ServerProcess([program, ...options, ...keys], /listening on/);
  }

  /** `program` is what `needService('centrifuge')` found. */
  static async start(program: string, { pingMs = 25_000 }: { pingMs?: number } = {}): Promise<TestCentrifuge> {
    const centrifuge = new TestCentrifuge(program, await freePort(), pingMs);
    await centrifuge.process.start();
    return centrifuge;
  }

  async viewers(): Promise<number> {
    const headers = { 'x-api-key': CENTRIFUGE_API_KEY };
    const answer = await fetch(`${this.origin}/api/info`, { method: 'POST', headers, body: '{}' });
    const { result } = (await answer.json()) as { result: { nodes: { num_clients: number }[] } };
    return result.nodes[0].num_clients;
  }

  kill(): Promise<void> {
    return this.process.end('SIGKILL');
  }
}

/** A token that lets its bearer in. */
export function centrifugeToken(claims: { readonly sub: string; readonly exp?: number }, secret = SECRET): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
