import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Limiter } from '../../server-stub/rooms/limiter.ts';
import { SocketLine } from '../../server-stub/rooms/line.ts';
import { Viewer } from '../../server-stub/rooms/viewer.ts';
import { Rig, type TestViewer } from './helpers.ts';
import { loneRoom } from './lone-room.ts';

const TEXT = 'x'.repeat(15_000);
/** The kernel takes a few MiB before anything waits in the process: 1,500 messages are 22 MiB. */
const MAX_MESSAGES = 1500;

let rig: Rig;
afterEach(() => rig?.close());

/** Chats until the books say that somebody was dropped. @returns messages it took. */
async function chatUntilDrop(talker: TestViewer): Promise<number> {
  for (let ref = 1; ref <= MAX_MESSAGES; ref++) {
    talker.chat(ref, TEXT);
    await talker.next('ack', (ack) => ack.ref === ref);
    talker.frames.length = 0;
    if (ref % 20 === 0 && (await rig.books()).rooms[0].slowConsumersDropped > 0) return ref;
  }
  throw new Error(`nobody was dropped after ${MAX_MESSAGES} messages`);
}

const OPTIONS = {
  coalesceMs: 0,
  maxBufferedBytes: 200_000,
  maxChatChars: 16_000,
  chatPerViewer: { messages: MAX_MESSAGES, perMs: 1 },
};

test.each([1, 2])(
  'a socket that is never read is dropped, and the others miss nothing: %i process(es)',
  async (processes) => {
    rig = await Rig.start({ ...OPTIONS, processes, countEveryMs: 20 });
    const deaf = connect(rig.stub.port, '127.0.0.1');
    deaf.on('error', () => {});
    deaf.write(
      'GET /rooms/main/ws?viewer=deaf HTTP/1.1\r\nHost: stub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(deaf, 'data');
    deaf.pause();
    const talker = await rig.viewer('talker');
    const listener = await rig.viewer('listener');
    const sent = await chatUntilDrop(talker);
    const chats = await listener.chats(sent);
    expect(chats[sent - 1].seq).toBe(sent);
    expect((await rig.books()).rooms[0]).toMatchObject({ slowConsumersDropped: 1, peakViewers: 3, lastSeq: sent });
    await listener.next('count', (count) => count.viewers === 2);
    deaf.destroy();
  },
);

test.each([1, 2])('a slow consumer who wakes up in time is told why: %i process(es)', async (processes) => {
  rig = await Rig.start({ ...OPTIONS, processes });
  const sleeper = await rig.viewer('sleeper');
  sleeper.ws.pause();
  const talker = await rig.viewer('talker');
  await chatUntilDrop(talker);
  sleeper.ws.resume();
  expect(await sleeper.closed).toEqual({ code: 4008, reason: 'slow consumer' });
});

/** A socket whose kernel takes nothing. */
function stuckSocket() {
  return {
    writableLength: 0,
    write(frame: Buffer) {
      this.writableLength += frame.length;
    },
  };
}

test('no more than maxBufferedBytes ever wait for a viewer who does not read', () => {
  const room = loneRoom(0);
  const closes: number[] = [];
  const ws = { readyState: WebSocket.OPEN, close: (code: number) => closes.push(code) } as unknown as WebSocket;
  const stuck = stuckSocket();
  const viewer = new Viewer(
    { id: 'a', name: 'a' },
    new SocketLine(ws, stuck as unknown as Socket, 5000),
    new Limiter(1, 1),
  );
  room.enter(viewer, () => 0);
  let mostBytes = 0;
  for (let i = 0; i < 200; i++) {
    room.publishCue({ t: 'cue', id: `c${i}`, kind: 'call', at: i, text: 'x'.repeat(i) });
    mostBytes = Math.max(mostBytes, stuck.writableLength);
  }
  expect(mostBytes).toBeGreaterThan(4000);
  expect(mostBytes).toBeLessThanOrEqual(5000);
  expect(closes).toEqual([4008]);
  expect(room.viewerCount).toBe(0);
});

test('one large frame makes nobody slow', () => {
  const room = loneRoom(0);
  const ws = { readyState: WebSocket.OPEN, close: () => {} } as unknown as WebSocket;
  const empty = { writableLength: 0, write: () => true } as unknown as Socket;
  room.enter(new Viewer({ id: 'a', name: 'a' }, new SocketLine(ws, empty, 100), new Limiter(1, 1)), () => 0);
  room.publishCue({ t: 'cue', id: 'c', kind: 'call', at: 0, text: 'x'.repeat(1000) });
  expect(room.viewerCount).toBe(1);
});

test('the limiter allows so many in any window, not only in fixed ones', () => {
  const limiter = new Limiter(3, 1000);
  const allowed = [0, 900, 950, 960, 1000, 1001, 1899, 1900, 1950].map((atMs) => limiter.allow(atMs));
  expect(allowed).toEqual([true, true, true, false, true, false, false, true, true]);
  expect(new Limiter(0, 1000).allow(5)).toBe(false);
});
