/** The adapter that docs/adapters.md shows: its types hold, it loads, and it plays a viewer in front of a shop. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { converse } from '../../sim/live/converse.ts';
import { HttpClients } from '../../sim/run/http-clients.ts';
import { loadAdapterModule } from '../../sim/targets/config/module.ts';
import { createTarget } from '../../sim/targets/index.ts';
import type { Target } from '../../sim/targets/combine.ts';
import { withMarker } from '../../sim/targets/marker.ts';
import type { ShopIntent, ShopOutcome } from '../../sim/targets/target.ts';
import { RoomViewer } from '../contracts/room-viewer.ts';
import { blocksOf } from '../docs/pages.ts';
import { ROOT } from '../tidy/files.ts';
import { startExampleShop, type ExampleShop } from './example-shop.ts';
import { messagesOf } from './fuzz.ts';
import { someone } from './viewer.ts';

const TIMEOUT_MS = 5000;
const TSC = path.join(ROOT, 'node_modules/typescript/bin/tsc');

const [example, withOptions] = blocksOf('docs/adapters.md').filter(({ language }) => language === 'ts');
const folder = mkdtempSync(path.join(tmpdir(), 'flashcrowd-adapter-'));
const file = path.join(folder, 'my-shop.ts');
const fileWithOptions = path.join(folder, 'with-options.ts');
const http = new HttpClients(4);
let shop: ExampleShop;
let target: Target;

beforeAll(async () => {
  // As an author has it, who has installed zod.
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(file, example.text);
  writeFileSync(fileWithOptions, withOptions.text);
  shop = await startExampleShop({ stock: 2 });
  const { use } = await loadAdapterModule(file);
  const part = { use, serves: 'all', options: { origin: shop.origin } } as const;
  target = await createTarget({ name: 'my-shop', parts: [part], tls: { ca: null, insecure: false }, accounts: [] });
});
afterAll(async () => {
  await http.destroy();
  await shop.close();
  rmSync(folder, { recursive: true });
});

it('is complete in 80 lines', () => {
  expect(example.label).toBe('my-shop.ts');
  expect(example.text.split('\n').length).toBeLessThanOrEqual(80);
});

it('has types that hold', async () => {
  const config = path.join(folder, 'tsconfig.json');
  const compilerOptions = { paths: { flashcrowd: [path.join(ROOT, 'sim/targets/define.ts')] } };
  const extended = path.join(ROOT, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include: ['*.ts'] }));
  await promisify(execFile)(process.execPath, [TSC, '--noEmit', '-p', config]);
});

it('is checked by its options, where it has some', async () => {
  const { schema } = await loadAdapterModule(fileWithOptions);
  expect(schema?.safeParse({ origin: 'http://127.0.0.1:1', token: 't' }).success).toBe(true);
  expect(schema?.safeParse({ origin: 'nowhere' }).success).toBe(false);
  expect((await loadAdapterModule(file)).schema).toBeNull();
});

describe('its room', () => {
  const enter = (id: string): Promise<RoomViewer> =>
    new RoomViewer({ name: 'my-shop', health: null, room: target.room! }, { id, roomId: 'main' }).in();

  it('lets viewers hear each other, and their markers', async () => {
    const [ann, bob] = [await enter('ann'), await enter('bob')];
    const text = withMarker('hi "there" 🔥\nsecond line', {
      run: 'test',
      shard: 0,
      n: 1,
      before: 0,
      sentAtMs: 1_772_366_400_000,
    });
    await ann.say(text);
    for (const viewer of [ann, bob]) expect(await viewer.chats(1)).toMatchObject([{ from: 'ann', text, seq: null }]);
    await Promise.all([ann.leave(), bob.leave()]);
  });

  it('answers what the protocol asks', async () => {
    const ann = await enter('ann');
    shop.ping();
    await shop.ponged;
    await ann.leave();
  });

  it('does not say what cannot be said, and refuses what is malformed', () => {
    expect(target.room?.say({ kind: 'like', count: 1 }, someone())).toBeNull();
    expect(() => messagesOf(target.room!, 'what?')).toThrow('not a line of my-shop');
  });
});

describe('its shop', () => {
  const product = { productId: 'serum', idempotencyKey: 'k' } as const;
  const steps: readonly ShopIntent[] = [
    { kind: 'view', productId: 'serum' },
    { kind: 'cart', units: 1, ...product },
    { kind: 'checkout', ...product },
    { kind: 'pay', card: 'good', ...product },
  ];

  /** Outcomes up to the first that is not ok. */
  async function buy(id: string): Promise<ShopOutcome[]> {
    const viewer = someone({ id });
    const outcomes: ShopOutcome[] = [];
    for (const step of steps) {
      // oxlint-disable-next-line no-await-in-loop -- one step after the other is what a purchase is
      const done = await converse(http, target.shop!.origin, target.shop!.step(step, viewer), TIMEOUT_MS);
      if (!('end' in done)) throw new Error(`${step.kind}: ${done.failure}`);
      outcomes.push(done.end);
      if (done.end.status !== 'ok') break;
    }
    return outcomes;
  }

  it('sells what there is, asks until an order is decided, and says sold out', async () => {
    const ok = { status: 'ok', code: 'ok' };
    const paid = { ...ok, orderId: 'o1', paymentId: 'o1', amountMinor: 1990 };
    expect(await buy('ann')).toEqual([ok, ok, ok, paid]);
    expect(shop.questions).toBe(3);
    expect(await buy('bob')).toMatchObject([ok, ok, ok, { orderId: 'o2' }]);
    expect(await buy('eve')).toEqual([ok, { status: 'rejected', code: 'sold_out' }]);
  });
});
