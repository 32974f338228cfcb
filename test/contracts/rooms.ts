import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { StubOptions } from '../../server-stub/index.ts';
import { range, Rig, SHOW, TestViewer } from '../stub/helpers.ts';

/** Each message alone, and everything else soon. */
const QUICK = { coalesceMs: 0, likesEveryMs: 20, countEveryMs: 10, stockEveryMs: 10 };
/** Messages wait for each other for long. */
const JOINING = { coalesceMs: 400, maxChatChars: 10_000 };

/** What viewers of a room may rely on, however many processes hold their sockets. */
export function roomsContract(processes: number): void {
  let rig: Rig;
  const rigs = new Map<StubOptions, Rig>();
  /** A new show. Stubs are used again, because processes take a second to start. */
  const start = async (options: StubOptions = QUICK, show = SHOW) => {
    const known = rigs.get(options);
    rig = known ?? (await Rig.start({ processes, ...options }));
    rigs.set(options, rig);
    await rig.setShow(show);
  };
  afterAll(() => Promise.all([...rigs.values()].map((rig) => rig.close())));

  test('every one of 50 viewers gets every message, in sequence, without a gap', async () => {
    await start({ coalesceMs: 5 });
    const viewers = await Promise.all(range(1, 50).map((i) => rig.viewer(`v${i}`)));
    for (const viewer of viewers) for (const ref of [1, 2, 3]) viewer.chat(ref);
    const all = await Promise.all(viewers.map((viewer) => viewer.chats(150)));
    for (const chats of all) expect(chats.map((chat) => chat.seq)).toEqual(range(1, 150));
    // All saw the same text under the same number.
    expect(new Set(all.map((chats) => JSON.stringify(chats))).size).toBe(1);
    for (const viewer of viewers) expect((await viewer.next('ack', (ack) => ack.ref === 3)).ok).toBe(true);
    expect((await rig.books()).rooms[0]).toMatchObject({ id: 'main', messages: 150, lastSeq: 150, peakViewers: 50 });
  });

  test('messages and viewers stay in their room', async () => {
    await start();
    const main = await rig.viewer('a');
    const side = await rig.viewer('b', 'side');
    main.chat(1);
    side.chat(1, 'here');
    expect((await side.chats(1))[0]).toMatchObject({ seq: 1, from: 'b', text: 'here' });
    expect(side.chatsSoFar()).toHaveLength(1);
  });

  test('messages that follow another soon are joined into a batch', async () => {
    await start(JOINING);
    const viewer = await rig.viewer('a');
    for (const ref of range(1, 5)) viewer.chat(ref);
    await viewer.chats(5);
    const carriers = viewer.frames.filter((frame) => frame.t === 'chat' || frame.t === 'batch');
    expect(carriers[0]).toMatchObject({ t: 'chat', seq: 1 });
    const batches = carriers.filter((frame) => frame.t === 'batch');
    expect(batches.length).toBeGreaterThan(0);
    for (const batch of batches) expect(batch.m.length).toBeGreaterThan(1);
    expect(carriers.length).toBeLessThan(5);
  });

  test('with coalesceMs 0 each message goes alone', async () => {
    await start();
    const viewer = await rig.viewer('a');
    for (const ref of range(1, 5)) viewer.chat(ref);
    await viewer.chats(5);
    expect(viewer.frames.filter((frame) => frame.t === 'chat')).toHaveLength(5);
  });

  test('who comes while messages wait gets exactly those after the number in the welcome', async () => {
    await start(JOINING);
    const early = await rig.viewer('early');
    early.chat(1);
    early.chat(2);
    await early.next('ack', (ack) => ack.ref === 2);
    const late = await rig.viewer('late');
    const { seq } = await late.next('welcome');
    early.chat(3);
    const chats = await late.chats(3 - seq);
    expect(chats.map((chat) => chat.seq)).toEqual(range(seq + 1, 3));
  });

  test('a frame of more than 64 KiB, and letters outside ASCII, arrive whole', async () => {
    await start(JOINING);
    const viewer = await rig.viewer('a');
    const text = '爆单了🔥'.repeat(700);
    for (const ref of range(1, 12)) viewer.chat(ref, text);
    const chats = await viewer.chats(12);
    expect(chats.every((chat) => chat.text === text)).toBe(true);
    const largest = Math.max(...viewer.frames.map((frame) => Buffer.byteLength(JSON.stringify(frame))));
    expect(largest).toBeGreaterThan(65_536);
  });

  test('a late comer is told the last pin and the drops that can still be bought', async () => {
    await start();
    await rig.cue({ id: 'p1', kind: 'pin', product: 'serum' });
    await rig.cue({ id: 'p2', kind: 'pin', product: 'mask', text: 'look' });
    await rig.cue({ id: 'call', kind: 'call', text: 'type 1' });
    await rig.cue({ id: 'count', kind: 'countdown', product: 'mask', seconds: 3 });
    await rig.cue({ id: 'd1', kind: 'drop', product: 'mask', units: 1, priceMinor: 990 });
    await rig.cue({ id: 'd2', kind: 'drop', product: 'serum' });
    const standing = async (id: string, room?: string) =>
      (await (await rig.viewer(id, room)).next('welcome')).cues.map((cue) => cue.id);
    expect(await standing('a')).toEqual(['p2', 'd1', 'd2']);
    expect(await standing('b', 'side')).toEqual([]);
    await rig.request('POST', '/carts', { viewer: 'a', product: 'mask', units: 1 });
    expect(await standing('c')).toEqual(['p2', 'd2']);
    await rig.cue({ id: 'x', kind: 'close', product: 'serum', room: 'side' });
    expect(await standing('d')).toEqual(['p2']);
  });

  test('a cue reaches the room once, however often it is posted', async () => {
    await start();
    const viewer = await rig.viewer('a');
    const drop = { id: 'd', kind: 'drop', product: 'mask', units: 2, priceMinor: 990 } as const;
    expect((await rig.cue(drop)).status).toBe(202);
    expect((await rig.cue(drop)).status).toBe(200);
    await rig.cue({ id: 'end', kind: 'giveaway' });
    await viewer.next('cue', (cue) => cue.id === 'end');
    const cues = viewer.frames.filter((frame) => frame.t === 'cue');
    expect(cues).toMatchObject([{ id: 'd', kind: 'drop', product: 'mask', units: 2, priceMinor: 990 }, { id: 'end' }]);
    expect(cues[0]).not.toHaveProperty('room');
    expect((await rig.books()).rooms[0].cues).toBe(2);
  });

  test('gifts share the sequence with chat', async () => {
    await start();
    const viewer = await rig.viewer('a');
    viewer.chat(1);
    viewer.send({ t: 'gift', ref: 2, gift: 'rose' });
    expect(await viewer.chats(2)).toMatchObject([{ seq: 1 }, { seq: 2, from: 'a', text: '', gift: 'rose' }]);
  });

  test('likes are added up and told together', async () => {
    await start();
    const [a, b] = await Promise.all([rig.viewer('a'), rig.viewer('b')]);
    for (let i = 0; i < 30; i++) a.send({ t: 'like', n: 2 });
    b.send({ t: 'like', n: 40 });
    await b.next('likes', (likes) => likes.total === 100);
    expect(b.frames.filter((frame) => frame.t === 'likes').length).toBeLessThan(31);
    expect((await rig.books()).rooms[0].likes).toBe(100);
  });

  test('the count of viewers follows them', async () => {
    await start();
    const a = await rig.viewer('a');
    const b = await rig.viewer('b');
    await a.next('count', (count) => count.viewers === 2);
    expect((await rig.request('GET', '/healthz')).body).toEqual({ ok: true, viewers: 2, pid: process.pid });
    a.frames.length = 0;
    b.ws.close();
    await a.next('count', (count) => count.viewers === 1);
  });

  test('the same viewer may be connected twice, as in a reconnect', async () => {
    await start();
    const [first, second] = [await rig.viewer('a'), await rig.viewer('a')];
    second.chat(1);
    await Promise.all([first.chats(1), second.chats(1)]);
    first.ws.close();
    await first.closed;
    second.chat(2);
    expect(await second.chats(2)).toHaveLength(2);
  });

  test('too many, too long and empty messages are told to their sender only', async () => {
    await start({ coalesceMs: 0, chatPerViewer: { messages: 3, perMs: 60_000 }, maxChatChars: 10 });
    const [a, b] = await Promise.all([rig.viewer('a'), rig.viewer('b')]);
    a.chat(1, '   ');
    a.chat(2, 'eleven char');
    for (const ref of range(3, 6)) a.chat(ref, 'hi');
    const codes = await Promise.all(
      range(1, 6).map(async (ref) => (await a.next('ack', (ack) => ack.ref === ref)).code),
    );
    expect(codes).toEqual(['empty', 'too_long', undefined, undefined, undefined, 'throttled']);
    b.chat(1, 'mine');
    expect((await b.chats(4)).map((chat) => chat.from)).toEqual(['a', 'a', 'a', 'b']);
  });

  test('stock is pushed at once when it reaches 0, and seldom otherwise', async () => {
    // So seldom that only the figure 0 can arrive within this test.
    await start({ stockEveryMs: 60_000 });
    const viewer = await rig.viewer('v', 'side');
    for (const buyer of ['a', 'b', 'c']) {
      await rig.request('POST', '/carts', { viewer: buyer, product: 'serum', units: buyer === 'c' ? 1 : 2 });
    }
    expect(await viewer.next('stock')).toMatchObject({ product: 'serum', left: 0 });
    expect(viewer.frames.filter((frame) => frame.t === 'stock')).toHaveLength(1);
  });

  test('stock that comes back when carts expire is pushed too', async () => {
    await start(QUICK, { ...SHOW, holdMs: 50 });
    const viewer = await rig.viewer('v');
    await rig.request('POST', '/carts', { viewer: 'a', product: 'serum', units: 2 });
    await viewer.next('stock', (stock) => stock.left === 3);
    const back = await viewer.next('stock', (stock) => stock.left === 5);
    expect(back).toMatchObject({ product: 'serum', left: 5 });
  });

  test('closing a drop is not told as sold out', async () => {
    await start();
    const viewer = await rig.viewer('v');
    await rig.cue({ id: 'd', kind: 'drop', product: 'mask', units: 2 });
    await viewer.next('stock', (stock) => stock.product === 'mask' && stock.left === 2);
    await rig.cue({ id: 'c', kind: 'close', product: 'mask' });
    await rig.cue({ id: 'd2', kind: 'drop', product: 'mask', units: 1 });
    await viewer.next('stock', (stock) => stock.product === 'mask' && stock.left === 1);
    const left = viewer.frames.flatMap((frame) =>
      frame.t === 'stock' && frame.product === 'mask' ? [frame.left] : [],
    );
    expect(left).toEqual([2, 1]);
  });

  test('a room that does not exist is closed with 4404', async () => {
    await start();
    expect(await new TestViewer(rig.socketUrl('a', 'nowhere')).closed).toEqual({ code: 4404, reason: 'no such room' });
  });

  test.each([
    ['no JSON', 'hello'],
    ['no object', 'null'],
    ['an unknown kind', '{"t":"dance","ref":1}'],
    ['likes below 1', '{"t":"like","n":0}'],
    ['a text that is a number', '{"t":"chat","ref":1,"text":5}'],
    ['no ref', '{"t":"chat","text":"hi"}'],
    ['binary', Buffer.from('{"t":"like","n":1}')],
  ])('a malformed frame closes the line with 4400: %s', async (_, frame) => {
    await start();
    const viewer = await rig.viewer('a');
    viewer.ws.send(frame);
    expect((await viewer.closed).code).toBe(4400);
    expect((await rig.request('GET', '/healthz')).body.viewers).toBe(0);
  });

  test('a frame that is too large closes the line, and the room goes on', async () => {
    await start();
    const [a, b] = await Promise.all([rig.viewer('a'), rig.viewer('b')]);
    a.chat(1, 'x'.repeat(20_000));
    expect((await a.closed).code).toBe(1009);
    b.chat(1);
    await b.chats(1);
  });

  test.each([
    ['/rooms/main', 404],
    ['/', 404],
    ['/rooms/main/ws', 400],
    ['/rooms/%E0%A4%A/ws?viewer=a', 400],
  ])('an upgrade to %s is turned down with %i', async (path, status) => {
    await start();
    const ws = new WebSocket(rig.stub.url.replace('http', 'ws') + path);
    ws.on('error', () => {});
    const [request, response] = await once(ws, 'unexpected-response');
    expect(response.statusCode).toBe(status);
    request.destroy();
  });

  test('a new show sends the viewers of the old one away', async () => {
    await start();
    const viewer = await rig.viewer('a');
    expect((await rig.admin('PUT', '/admin/show', SHOW)).status).toBe(409);
    await rig.admin('PUT', '/admin/show', { ...SHOW, force: true });
    expect((await viewer.closed).code).toBe(1001);
    expect((await (await rig.viewer('b')).next('welcome')).viewers).toBe(1);
  });

  test('close tells everybody 1001, and does not wait for those who never answer', async () => {
    // Not one that others use.
    await start({});
    const viewer = await rig.viewer('a');
    const deaf = await rig.viewer('deaf');
    deaf.ws.pause();
    const silent = connect(rig.stub.port, '127.0.0.1');
    silent.on('error', () => {});
    await once(silent, 'connect');
    const startedMs = performance.now();
    await Promise.all([rig.stub.close(), rig.stub.close()]);
    expect(performance.now() - startedMs).toBeLessThan(3000);
    expect(await viewer.closed).toEqual({ code: 1001, reason: 'the server is closing' });
    await expect(rig.request('GET', '/healthz')).rejects.toThrow('fetch failed');
    silent.destroy();
  });
}
