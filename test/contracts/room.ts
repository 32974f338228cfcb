import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { OutcomeCode, TargetPart } from '../../sim/targets/target.ts';
import type { ChatServer, OfficialClient } from '../services/chat-server.ts';
import { range } from '../stub/helpers.ts';
import { RoomViewer, type RoomViewerOptions } from './room-viewer.ts';

/** An adapter and the real server that it was written for. */
export interface RoomCase {
  /** A server that pings about every second, or wants to hear from its clients as often. */
  readonly start: () => Promise<ChatServer>;
  /** One that lets in nobody with the login of `refused`; without it, that is the server of `start`. */
  readonly startGuarded?: () => Promise<ChatServer>;
  readonly adapter: (server: ChatServer) => TargetPart;
  /** With a login that is wrong. */
  readonly refused: (guarded: ChatServer) => TargetPart;
  /** How it is told: by a message of the room, or by the end of its line alone (answer to the handshake, close code). */
  readonly refusal: { readonly said: readonly [OutcomeCode] } | { readonly status: number } | { readonly code: number };
  readonly official: (server: ChatServer, room: string) => Promise<OfficialClient>;
  /** Who does not answer is sent away. */
  readonly wantsAnswers: boolean;
  /** Nobody stays connected. */
  readonly isPolled?: boolean;
  /** Chat is answered with a yes or a no, over the line. */
  readonly acknowledges: boolean;
}

const TEXTS = [
  'hello',
  '爆单了 ¿qué? ñandú',
  '🔥👩‍👩‍👧‍👦𝒳 four bytes each',
  '"quoted" \\ back \\n slash \'single\' {{text}} ${TEXT}',
  'two\nlines\r\nand\ttab',
  '<b>&amp;</b> %20 +',
  '[1,2] {"type":"chat"}',
];
const BURST = 200;

/** What every room does for its viewers, whatever it speaks; against its real server, with its makers' own client as the other side. */
export function roomContract(room: RoomCase): void {
  let server: ChatServer;
  let guarded: ChatServer;
  let rooms = 0;
  beforeAll(async () => {
    server = await room.start();
    guarded = (await room.startGuarded?.()) ?? server;
  });
  afterAll(async () => {
    await server.kill();
    if (guarded !== server) await guarded.kill();
  });

  /** A room that no other test has. */
  const someRoom = (): string => `room${++rooms}`;
  const enter = async (roomId: string, options: Partial<RoomViewerOptions> = {}): Promise<RoomViewer> => {
    const viewer = new RoomViewer(room.adapter(server), { id: 'viewer', ...options, roomId });
    onTestFinished(() => viewer.leave());
    return viewer.in();
  };
  const enterOfficially = async (roomId: string): Promise<OfficialClient> => {
    const client = await room.official(server, roomId);
    onTestFinished(() => client.close());
    return client;
  };

  const present = async (count: number): Promise<void> => {
    await expect.poll(() => server.viewers?.(), { timeout: 10_000 }).toBe(count);
  };

  test('a viewer says something and hears it back, letter by letter', async () => {
    const viewer = await enter(someRoom());
    for (const text of TEXTS) await viewer.say(text);
    expect(await viewer.texts(TEXTS.length)).toEqual(TEXTS);
    expect(new Set(viewer.chatsSoFar().map(({ from }) => from))).toEqual(new Set(['viewer']));
  });

  test('two viewers hear each other, in order, and nobody else', async () => {
    const [here, elsewhere] = [someRoom(), someRoom()];
    const [a, b, other] = [await enter(here, { id: 'a' }), await enter(here, { id: 'b' }), await enter(elsewhere)];
    await other.say('elsewhere');
    for (const turn of range(1, 10)) {
      await a.say(`a ${turn}`);
      // Each waits for the other, so that there is one order only.
      await b.chats(2 * turn - 1);
      await b.say(`b ${turn}`);
      await a.chats(2 * turn);
    }
    const all = range(1, 10).flatMap((turn) => [`a ${turn}`, `b ${turn}`]);
    expect(await a.texts(20)).toEqual(all);
    expect(await b.texts(20)).toEqual(all);
    expect(await other.texts(1)).toEqual(['elsewhere']);
  });

  test("the makers' client hears what a viewer says", async () => {
    const roomId = someRoom();
    const [viewer, client] = [await enter(roomId), await enterOfficially(roomId)];
    for (const text of TEXTS) await viewer.say(text);
    const heard = await client.heard.atLeast(TEXTS.length);
    expect(heard.map(({ from, text }) => ({ from, text }))).toEqual(TEXTS.map((text) => ({ from: 'viewer', text })));
  });

  test("a viewer hears what the makers' client says", async () => {
    const roomId = someRoom();
    const [viewer, client] = [await enter(roomId), await enterOfficially(roomId)];
    for (const text of TEXTS) await client.say(text);
    expect(await viewer.texts(TEXTS.length)).toEqual(TEXTS);
    expect(viewer.chatsSoFar()[0].from).toBe('official');
  });

  test.runIf(room.acknowledges)('what a viewer says is acknowledged by its number', async () => {
    const viewer = await enter(someRoom());
    for (const ref of [await viewer.say('one'), await viewer.say('two')]) {
      expect(await viewer.ack(ref)).toMatchObject({ ref, ok: true });
    }
  });

  test.runIf(room.wantsAnswers)('who answers the pings stays, and who does not is sent away', async () => {
    const roomId = someRoom();
    const [viewer, mute] = [await enter(roomId), await enter(roomId, { id: 'mute', isMute: true })];
    await mute.ended;
    // It came first, so that it would be the first to go.
    expect(viewer.hasEnded).toBe(false);
    await viewer.say('still here');
    expect(await viewer.texts(1)).toEqual(['still here']);
  });

  test('who may not enter is refused', async () => {
    const viewer = new RoomViewer(room.refused(guarded), { id: 'viewer', roomId: someRoom() });
    onTestFinished(() => viewer.leave());
    const ending = await viewer.ended;
    const said = viewer.heard.items.flatMap((message) => (message.kind === 'refused' ? [message.code] : []));
    expect({ ...ending, said }).toMatchObject(room.refusal);
    expect(viewer.heard.items.map(({ kind }) => kind)).not.toContain('welcome');
  });

  test.skipIf(room.isPolled)('the server notices who leaves', async () => {
    // Those of other tests are gone first.
    await present(0);
    const roomId = someRoom();
    const [a, b] = [await enter(roomId, { id: 'a' }), await enter(roomId, { id: 'b' })];
    await present(2);
    await a.leave();
    await present(1);
    await b.say('alone');
    await b.chats(1);
    expect(a.chatsSoFar()).toEqual([]);
    expect(a.hasEnded).toBe(false);
  });

  test(`a burst of ${BURST} messages arrives complete and in order`, async () => {
    const roomId = someRoom();
    const [a, b] = [await enter(roomId, { id: 'a' }), await enter(roomId, { id: 'b' })];
    const texts = range(1, BURST).map((n) => `message ${n} 🔥`);
    // Over a line that returns at once; a request is answered first, because requests may overtake each other.
    for (const text of texts) await a.say(text);
    expect(await b.texts(BURST)).toEqual(texts);
    expect(await a.texts(BURST)).toEqual(texts);
  });

  test('when the server is killed the line ends', async () => {
    const own = await room.start();
    const viewer = new RoomViewer(room.adapter(own), { id: 'viewer', roomId: someRoom() });
    await viewer.in();
    await own.kill();
    expect(await viewer.ended).toMatchObject({ code: 1006, status: null });
  });
}
