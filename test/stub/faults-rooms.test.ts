import { afterEach, describe, expect, test } from 'vitest';
import { FaultRig, FAULT_SHOW } from './fault-rig.ts';
import { range, type TestViewer } from './helpers.ts';

/** Each message alone, and stock at once. */
const QUICK = { coalesceMs: 0, stockEveryMs: 10 };

let shop: FaultRig;
afterEach(() => shop.close());

const seqs = (viewer: TestViewer): number[] => viewer.chatsSoFar().map((chat) => chat.seq);

/** One message after the other, each acknowledged before the next. */
async function say(viewer: TestViewer, refs: readonly number[]): Promise<void> {
  for (const ref of refs) {
    viewer.chat(ref);
    await viewer.next('ack', (ack) => ack.ref === ref);
  }
}

/** Ends the faults with a message that everybody gets: what has not come by then never comes. */
async function lastWord(viewers: readonly TestViewer[], ref: number): Promise<void> {
  await shop.set({});
  viewers[0].chat(ref);
  const isLast = (viewer: TestViewer) => viewer.next('chat', (chat) => chat.text === `message ${ref}`);
  await Promise.all(viewers.map(isLast));
}

async function start(faults: Record<string, number | null>, show = FAULT_SHOW): Promise<TestViewer[]> {
  shop = await FaultRig.start(faults, QUICK, show);
  return [await shop.rig.viewer('a'), await shop.rig.viewer('b')];
}

describe('chat', () => {
  test('chat_dropped: the frame is not sent, and the sender is told that all went well', async () => {
    const viewers = await start({ chat_dropped: 1 });
    await say(viewers[0], [1, 2]);
    expect(await shop.counts()).toEqual({ chat_dropped: 4 });
    await lastWord(viewers, 3);
    expect(viewers.map(seqs)).toEqual([[3], [3]]);
    expect((await shop.rig.books()).rooms[0]).toMatchObject({ messages: 3, lastSeq: 3 });
  });

  test('chat_dropped at a rate loses as many deliveries as it counts', async () => {
    const viewers = await start({ chat_dropped: 0.2 });
    for (const ref of range(1, 20)) viewers[0].chat(ref);
    await viewers[0].next('ack', (ack) => ack.ref === 20);
    const { chat_dropped: lost } = await shop.counts();
    expect(lost).toBeGreaterThan(0);
    await shop.set({});
    viewers[1].chat(21);
    const isLast = (viewer: TestViewer) => viewer.next('chat', (chat) => chat.from === 'b');
    await Promise.all(viewers.map(isLast));
    expect(viewers.flatMap(seqs)).toHaveLength(42 - lost);
  });

  test('chat_duplicated: the frame is sent twice', async () => {
    const viewers = await start({ chat_duplicated: 1 });
    await say(viewers[0], [1]);
    expect(await shop.counts()).toEqual({ chat_duplicated: 2 });
    await lastWord(viewers, 2);
    expect(viewers.map(seqs)).toEqual([
      [1, 1, 2],
      [1, 1, 2],
    ]);
  });

  test('chat_reordered: the frame comes after the next one', async () => {
    const viewers = await start({ chat_reordered: 1 });
    await say(viewers[0], [1, 2, 3]);
    // The third waits for a fourth, and is not counted before.
    expect(await shop.counts()).toEqual({ chat_reordered: 2 });
    await say(viewers[0], [4]);
    expect(await shop.counts()).toEqual({ chat_reordered: 4 });
    await lastWord(viewers, 5);
    expect(viewers.map(seqs)).toEqual([
      [2, 1, 4, 3, 5],
      [2, 1, 4, 3, 5],
    ]);
  });

  test('chat_delayed: one viewer in eight gets it 2.5 s later, in order', async () => {
    const viewers = await start({ chat_delayed: 1 });
    const startedMs = performance.now();
    await say(viewers[1], [1, 2]);
    await viewers[1].chats(2);
    expect(seqs(viewers[0])).toEqual([]);
    expect(await shop.counts()).toEqual({ chat_delayed: 2 });
    await viewers[0].chats(2);
    expect(performance.now() - startedMs).toBeGreaterThan(2400);
    expect(seqs(viewers[0])).toEqual([1, 2]);
  });

  test('gifts are chat, and likes are not', async () => {
    const [a] = await start({ chat_dropped: 1 });
    a.send({ t: 'gift', ref: 1, gift: 'rose' });
    a.send({ t: 'like', n: 3 });
    await a.next('likes', (likes) => likes.total === 3);
    expect(a.chatsSoFar()).toEqual([]);
    expect(await shop.counts()).toEqual({ chat_dropped: 2 });
  });

  test('all faults of chat together lose nobody and end when they are switched off', async () => {
    const viewers = await start({ chat_duplicated: 0.5, chat_reordered: 0.5, chat_delayed: 1 });
    await say(viewers[0], range(1, 10));
    await lastWord([viewers[1]], 11);
    await viewers[0].next('chat', (chat) => chat.seq === 11);
    for (const viewer of viewers) expect(new Set(seqs(viewer))).toEqual(new Set(range(1, 11)));
  });
});

test('cue_missed: the cue is not sent, and who comes later is told', async () => {
  const viewers = await start({ cue_missed: 1 });
  await shop.rig.cue({ id: 'pin', kind: 'pin', product: 'serum' });
  expect(await shop.counts()).toEqual({ cue_missed: 2 });
  await lastWord(viewers, 1);
  expect(viewers.flatMap((viewer) => viewer.frames.filter((frame) => frame.t === 'cue'))).toEqual([]);
  expect((await (await shop.rig.viewer('late')).next('welcome')).cues).toMatchObject([{ id: 'pin' }]);
});

test('stale_stock pushes an older figure of the same drop, higher than the last one, and only then counts', async () => {
  const [viewer] = await start({ stale_stock: 1 });
  const drop = async (id: string, units: number) => {
    await shop.rig.cue({ id, kind: 'drop', product: 'mask', units });
    await viewer.next('stock', (stock) => stock.product === 'mask' && stock.left === units);
  };
  await drop('d1', 6);
  expect(await shop.counts()).toEqual({ stale_stock: 0 });
  // Said once more, 6 would be no news.
  await shop.cart('a', 'mask', { units: 2 });
  await viewer.next('stock', (stock) => stock.product === 'mask' && stock.left === 4);
  expect(await shop.counts()).toEqual({ stale_stock: 0 });
  viewer.frames.length = 0;
  await shop.cart('b', 'mask');
  expect(await viewer.next('stock')).toMatchObject({ product: 'mask', left: 6 });
  expect(await shop.counts()).toEqual({ stale_stock: 1 });
  expect((await shop.rig.request('GET', '/products/mask')).body.left).toBe(3);
  await shop.rig.cue({ id: 'c', kind: 'close', product: 'mask' });
  // The drop before had more, but it is over.
  await drop('d2', 3);
  expect(await shop.counts()).toEqual({ stale_stock: 1 });
});

test('mass_disconnect cuts a third of the viewers, again and again', async () => {
  shop = await FaultRig.start({}, QUICK);
  const viewers = await Promise.all(range(1, 9).map((i) => shop.rig.viewer(`v${i}`)));
  const codes = viewers.map(async (viewer) => (await viewer.closed).code);
  await shop.set({ mass_disconnect: 1 });
  await Promise.race(codes);
  const { mass_disconnect: count } = await shop.counts();
  await shop.set({});
  let left = 9;
  for (let i = 0; i < count; i++) left -= Math.ceil(left / 3);
  expect(left).toBeLessThan(9);
  const { body } = await shop.rig.request('GET', '/healthz');
  expect(body.viewers).toBe(left);
  // No close frame: the line was cut.
  expect(await Promise.race(codes)).toBe(1006);
});
