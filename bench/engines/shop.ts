/** The bundled stub, on the server's core: `flashcrowd serve`. */
import { randomBytes } from 'node:crypto';
import { ended, hasEnded, start } from '../engine/children.ts';
import { sleep } from '../engine/processes.ts';
import { FLASHCROWD } from './places.ts';

const START_AT_MOST_MS = 30_000;
const SAYS = /stub shop at (\S+)/;

export interface Shop {
  readonly url: string;
  readonly adminToken: string;
  end(): Promise<void>;
}

/** `coalesceMs`: 0: each message of a room is a frame of its own. Throws Error when it does not start. */
export async function openShop(coalesceMs: number): Promise<Shop> {
  const adminToken = randomBytes(16).toString('hex');
  const args = [FLASHCROWD, 'serve', '--port', '0', '--coalesce', String(coalesceMs)];
  const child = start('server', process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FLASHCROWD_ADMIN_TOKEN: adminToken },
  });
  let said = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (said += text));
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended(child);
  };
  for (const until = performance.now() + START_AT_MOST_MS; performance.now() < until; await sleep(20)) {
    const url = SAYS.exec(said)?.[1];
    if (url !== undefined) return { url, adminToken, end };
    if (hasEnded(child)) break;
  }
  await end();
  throw new Error('the shop did not start');
}
