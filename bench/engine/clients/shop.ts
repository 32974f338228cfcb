/**
 * Purchases from Node: `shop PORT flashcrowd|request|dispatch`. Commands as those of native/client.c. Every answer is read in whole, for an
 * order that was not read was not confirmed.
 */
import { createInterface } from 'node:readline';
import { Pool, type Dispatcher } from 'undici';
import { HttpClient } from '../../../sim/run/http.ts';

const [port, how] = process.argv.slice(2);
const url = `http://127.0.0.1:${port}`;
const headers = { 'content-type': 'application/json' };
const cart = { viewer: 'bench-000001', product: 'serum', units: 1, note: 'padded to one hundred bytes, as a cart is' };
const request = { method: 'POST', path: '/carts', headers } as const;

const say = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

/** Each makes one POST, and throws unless it was answered by 201. */
function poster(lines: number): () => Promise<void> {
  if (how === 'flashcrowd') return ours(lines);
  const pool = new Pool(url, { connections: lines, pipelining: 1 });
  return how === 'request' ? () => byRequest(pool) : () => byDispatch(pool);
}

function ours(lines: number): () => Promise<void> {
  const http = new HttpClient(url, lines);
  return async () => {
    const result = await http.send({ ...request, body: JSON.stringify(cart) }, 10_000);
    if (!('answer' in result) || result.answer.status !== 201) throw new Error(JSON.stringify(result));
  };
}

async function byRequest(pool: Pool): Promise<void> {
  const { statusCode, body } = await pool.request({ ...request, body: JSON.stringify(cart) });
  await body.text();
  if (statusCode !== 201) throw new Error(`status ${statusCode}`);
}

function byDispatch(pool: Pool): Promise<void> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let text = '';
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => void (status = statusCode),
      onResponseData: (_controller, chunk) => void (text += chunk.toString('utf8')),
      onResponseEnd: () =>
        status === 201 && text.length > 0 ? resolve() : reject(new Error(`status ${status}: ${text}`)),
      onResponseError: (_controller, error) => reject(error),
    };
    pool.dispatch({ ...request, body: JSON.stringify(cart) }, handler);
  });
}

let post: (() => Promise<void>) | undefined;

async function buy(posts: number, lines: number): Promise<void> {
  post ??= poster(lines);
  let begun = 0;
  const buyer = async (): Promise<void> => {
    while (begun++ < posts) await post!();
  };
  await Promise.all(Array.from({ length: lines }, buyer));
  say({ event: 'posted', count: posts });
}

createInterface(process.stdin)
  .on('line', (line) => {
    const [, posts, lines] = line.split(' ');
    buy(Number(posts), Number(lines)).catch((error: Error) => say({ event: 'failed', message: error.message }));
  })
  .on('close', () => process.exit(0));
say({ event: 'loaded' });
