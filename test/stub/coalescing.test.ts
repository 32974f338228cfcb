import { expect, test } from 'vitest';
import type { ServerFrame } from '../../server-stub/protocol.ts';
import { Limiter } from '../../server-stub/rooms/limiter.ts';
import { Viewer } from '../../server-stub/rooms/viewer.ts';
import { range } from './helpers.ts';
import { loneRoom } from './lone-room.ts';

/** A room of one, and what is written to them. */
function roomOfOne(coalesceMs: number) {
  const room = loneRoom(coalesceMs);
  const writes: ServerFrame[] = [];
  let wake = (): void => {};
  const line = {
    send(frame: Buffer) {
      const headerBytes = frame[1] === 126 ? 4 : 2;
      writes.push(JSON.parse(frame.toString('utf8', headerBytes)) as ServerFrame);
      wake();
      return true;
    },
    close: () => {},
  };
  const viewer = new Viewer({ id: 'a', name: 'a' }, line, new Limiter(100, 1));
  room.enter(viewer, () => 0);
  const chat = (ref: number): void => room.receive(viewer, { t: 'chat', ref, text: 'hi' });
  const chatWrites = (): ServerFrame[] => writes.filter(({ t }) => t === 'chat' || t === 'batch');
  const nextWrite = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  return { chat, chatWrites, nextWrite, room };
}

test('in a busy room ten messages become one frame and one write', async () => {
  const { chat, chatWrites, nextWrite, room } = roomOfOne(20);
  chat(0);
  for (const ref of range(1, 10)) chat(ref);
  expect(chatWrites()).toMatchObject([{ t: 'chat', seq: 1 }]);
  await nextWrite();
  expect(chatWrites()).toMatchObject([{ t: 'chat' }, { t: 'batch', m: range(2, 11).map((seq) => ({ seq })) }]);
  room.close('over');
});

test('with 0 each of them is a write of its own, at once', () => {
  const { chat, chatWrites } = roomOfOne(0);
  for (const ref of range(1, 10)) chat(ref);
  expect(chatWrites()).toMatchObject(range(1, 10).map((seq) => ({ t: 'chat', seq })));
});
