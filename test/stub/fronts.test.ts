import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { startStub } from '../../server-stub/index.ts';
import type { StubReport } from '../../server-stub/main.ts';
import { childrenOf, survivors } from '../e2e/processes.ts';
import { range, Rig, type TestViewer } from './helpers.ts';

const SOON = { timeout: 15_000 };
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo();
});

async function start(options = {}): Promise<Rig> {
  const rig = await Rig.start({ processes: 2, coalesceMs: 0, countEveryMs: 20, ...options });
  cleanUp.push(() => rig.close());
  return rig;
}

function frontsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => (child.commandLine.includes('front-main') ? [child.pid] : []));
}

const viewersOf = async (rig: Rig): Promise<number> => (await rig.request('GET', '/healthz')).body.viewers;

test('whoever comes while the room is busy misses nothing, at whichever front', async () => {
  const rig = await start({ chatPerViewer: { messages: 1000, perMs: 1 } });
  const talker = await rig.viewer('talker');
  const last = 300;
  const late: Promise<TestViewer>[] = [];
  for (const ref of range(1, last)) {
    talker.chat(ref);
    if (ref % 10 === 0) late.push(rig.viewer(`late-${ref}`));
    if (ref % 50 === 0) await talker.next('ack', (ack) => ack.ref === ref);
  }
  const welcomed: number[] = [];
  for (const viewer of await Promise.all(late)) {
    const { seq } = await viewer.next('welcome');
    welcomed.push(seq);
    expect((await viewer.chats(last - seq)).map((chat) => chat.seq)).toEqual(range(seq + 1, last));
    // Nothing of the room came before the welcome.
    expect(viewer.frames[0].t).toBe('welcome');
  }
  expect(welcomed.some((seq) => seq > 0 && seq < last)).toBe(true);
});

test('a front that dies takes its viewers along, and is replaced', async () => {
  const rig = await start();
  const viewers = await Promise.all(range(1, 40).map((i) => rig.viewer(`v${i}`)));
  // The one with more viewers: they are files of the process.
  const files = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
  const [victim, other] = frontsOf(process.pid).toSorted((a, b) => files(b) - files(a));
  process.kill(victim, 'SIGKILL');
  const alive = (): TestViewer[] => viewers.filter(({ ws }) => ws.readyState === ws.OPEN);
  // A kept connection of `fetch` may have ended with the front.
  const known = (): Promise<number> => viewersOf(rig).catch(() => viewers.length);
  await expect.poll(known, SOON).toBeLessThan(viewers.length);
  const left = await known();
  await expect.poll(() => alive().length, SOON).toBe(left);
  await expect.poll(() => frontsOf(process.pid).length, SOON).toBe(2);
  expect(frontsOf(process.pid)).toContain(other);
  const more = await Promise.all(range(41, 60).map((i) => rig.viewer(`v${i}`)));
  more[0].chat(1);
  for (const viewer of [...alive(), ...more]) {
    await viewer.chats(1);
    await viewer.next('count', (count) => count.viewers === left + more.length);
  }
});

async function stubProcess(): Promise<{ child: ChildProcess; fronts: number[] }> {
  const main = fileURLToPath(new URL('../../server-stub/main.ts', import.meta.url));
  const child = fork(main, ['{"processes":2}'], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 2, 'ipc'],
  });
  cleanUp.push(() => child.kill('SIGKILL'));
  const [report] = (await once(child, 'message')) as [StubReport];
  expect(report.type).toBe('ready');
  const fronts = frontsOf(child.pid!);
  expect(fronts).toHaveLength(2);
  return { child, fronts };
}

test('fronts end with the main process, whether it is killed or told to end', async () => {
  const [killed, told] = await Promise.all([stubProcess(), stubProcess()]);
  killed.child.kill('SIGKILL');
  const ended = once(told.child, 'exit');
  told.child.disconnect();
  expect(await ended).toEqual([0, null]);
  expect(await survivors([...killed.fronts, ...told.fronts])).toEqual([]);
});

test('plain HTTP is passed on as it is', async () => {
  const rig = await start();
  const cart = { viewer: 'ann', product: 'serum', units: 2 };
  const made = await rig.request('POST', '/carts', cart, { 'idempotency-key': 'k' });
  expect(made).toMatchObject({ status: 201, body: { units: 2 } });
  expect(await rig.request('POST', '/carts', cart, { 'idempotency-key': 'k' })).toEqual(made);
  expect(await rig.request('GET', '/products/serum')).toMatchObject({ status: 200, body: { left: 3 } });
  expect(await rig.request('GET', '/products/no%20such?x=1')).toMatchObject({ status: 404 });
  expect(await rig.request('POST', '/carts', { viewer: 'ann' })).toMatchObject({ status: 400 });
  expect(await rig.request('POST', '/carts', { text: 'x'.repeat(2e6) })).toMatchObject({ status: 413 });
  expect(await rig.request('GET', '/admin/books')).toMatchObject({ status: 401 });
  // Many at once on few connections, and a body without a length.
  const answers = await Promise.all(range(1, 200).map(() => rig.request('GET', '/products/mask')));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const chunked = request(`${rig.stub.url}/carts`, { method: 'POST', headers: { 'content-type': 'application/json' } });
  chunked.write(JSON.stringify(cart).slice(0, 10));
  chunked.end(JSON.stringify({ ...cart, viewer: 'bob' }).slice(10));
  const [response] = await once(chunked, 'response');
  expect(response.resume().statusCode).toBe(201);
});

test('close leaves no process and no port', async () => {
  const rig = await start();
  const viewer = await rig.viewer('a');
  const before = frontsOf(process.pid);
  expect(before).toHaveLength(2);
  await rig.stub.close();
  expect(await viewer.closed).toEqual({ code: 1001, reason: 'the server is closing' });
  expect(await survivors(before)).toEqual([]);
  const free = createServer().listen(rig.stub.port, '127.0.0.1');
  await once(free, 'listening');
  free.close();
});

test('a port that is taken is told as by one process, and leaves nothing behind', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  cleanUp.push(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(startStub({ port, processes: 2 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(frontsOf(process.pid)).toEqual([]);
});

test('two stubs of one process have a port each', async () => {
  const [a, b] = await Promise.all([start(), start()]);
  expect(a.stub.port).not.toBe(b.stub.port);
  const [inA, inB] = await Promise.all([a.viewer('a'), b.viewer('b')]);
  inA.chat(1, 'only here');
  expect(await inA.chats(1)).toMatchObject([{ seq: 1 }]);
  expect(inB.chatsSoFar()).toEqual([]);
});

test.each([0, 1.5, 65, Number.NaN])('%s processes are refused', async (processes) => {
  await expect(startStub({ processes })).rejects.toThrow(RangeError);
});
