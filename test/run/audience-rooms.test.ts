import { expect, it, onTestFinished, vi } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Target } from '../../sim/targets/combine.ts';
import { withMarker } from '../../sim/targets/marker.ts';
import type { Payload, RoomMessage, RoomTarget } from '../../sim/targets/target.ts';
import { epochMs } from '../../sim/live/clock.ts';
import { audienceRig } from './audience-rig.ts';
import { stubAt } from './stub-target.ts';

/** A machine that is full takes its time. */
const SOON = { timeout: 20_000 };

/** A room that says `welcome`, `ask`, `no`, or chat; nothing in it has a number. */
function plainRoom(origin: string, other: Partial<RoomTarget> = {}): RoomTarget {
  return {
    line: 'socket',
    abilities: { numbers: 'markers', times: true, sampled: false, cues: false },
    origin,
    connect: () => ({ url: origin.replace('http', 'ws') }),
    say: (intent) => (intent.kind === 'chat' ? intent.text : null),
    decode: (frame, emit) => words(String(frame), emit),
    ...other,
  };
}

function words(frame: string, emit: (message: RoomMessage) => void): void {
  if (frame.includes('"welcome"')) emit({ kind: 'welcome', seq: null, openCueIds: [] });
  else if (frame === 'ask') emit({ kind: 'ask', what: 'who', data: 'data' });
  else if (frame === 'no') emit({ kind: 'refused', code: 'refused', reason: 'not you' });
  else emit({ kind: 'chat', seq: null, publishedAtMs: null, from: 'x', text: frame });
}

const plain =
  (other: Partial<RoomTarget> = {}, target: Partial<Target> = {}) =>
  (origin: string): Target => ({ ...stubAt(origin), room: plainRoom(origin, other), ...target });

/** Chat number `n` of a worker; `before`: what its sender had said before. */
const chat = (n: number, before = 0): string =>
  withMarker('hi', { run: 'test', shard: 0, n, before, sentAtMs: epochMs() });

/** What the visits got, by viewer. */
function visits(rig: Awaited<ReturnType<typeof audienceRig>>, lastSeq: number) {
  rig.audience.close([lastSeq]);
  return Object.fromEntries(
    rig.history.events.flatMap((event) =>
      event.e === 'leave'
        ? [[event.v, { received: event.n, missing: event.m ?? [], again: event.d, late: event.o }]]
        : [],
    ),
  );
}

it('what one viewer heard of chat without numbers was due to the others', async () => {
  const rig = await audienceRig(plain());
  const [ana, ben] = [await rig.joins(0), await rig.joins(1)];
  for (const text of [chat(1), chat(2, 1), chat(3, 2)]) {
    ana.raw(text);
    if (!text.includes('.2.1.')) ben.raw(text);
    await ana.received();
  }
  await ben.received();
  const got = visits(rig, 3);
  expect(got['feed-0']).toMatchObject({ received: 3, missing: [] });
  expect(got['feed-1']).toMatchObject({ received: 2, missing: [[2, 2]] });
});

it('a message that comes twice, or after what its sender said later, is noticed; the order of two senders is not judged', async () => {
  const rig = await audienceRig(plain());
  const [ana, ben, eve] = [await rig.joins(0), await rig.joins(1), await rig.joins(2)];
  const [one, two, other] = [chat(1), chat(2, 1), chat(3)];
  for (const text of [one, two, other, other]) ana.raw(text);
  await ana.received();
  for (const text of [two, one, other]) ben.raw(text);
  for (const text of [other, one, two]) eve.raw(text);
  await Promise.all([ben.received(), eve.received()]);
  const got = visits(rig, 3);
  expect(got['feed-0']).toEqual({ received: 3, missing: [], again: 1, late: undefined });
  expect(got['feed-1']).toEqual({ received: 3, missing: [], again: undefined, late: 1 });
  expect(got['feed-2']).toEqual({ received: 3, missing: [], again: undefined, late: undefined });
});

it('what was on its way when a viewer came was not due to it', async () => {
  const rig = await audienceRig(plain());
  const ana = await rig.joins(0);
  const onItsWay = chat(1);
  const ben = await rig.joins(1);
  ana.raw(onItsWay);
  await ana.received();
  ben.raw(chat(2));
  ana.raw(chat(2));
  await Promise.all([ana.received(), ben.received()]);
  expect(visits(rig, 2)['feed-1']).toMatchObject({ missing: [] });
});

it('answers what the protocol asks, and a viewer who is refused does not come in', async () => {
  const reply = vi.fn<NonNullable<RoomTarget['reply']>>(() => ['me', new Uint8Array([33])]);
  const rig = await audienceRig(plain({ opened: () => ['hello'], reply }));
  const ana = await rig.joins(0);
  ana.raw('ask');
  await ana.received();
  await ana.received();
  expect(ana.heard).toEqual(['hello', 'me', '!']);
  expect(reply).toHaveBeenCalledWith('who', expect.objectContaining({ id: 'feed-0' }), 'data');
  ana.raw('no');
  await rig.lost(0);
});

it('units of a protocol that are cut anywhere are put together again', async () => {
  /** A unit: one byte for its length, and the text. */
  const wholeBytes = (bytes: Uint8Array): number => {
    let at = 0;
    while (at < bytes.length && at + 1 + bytes[at] <= bytes.length) at += 1 + bytes[at];
    return at;
  };
  const decode = (payload: Payload, emit: (message: RoomMessage) => void): void => {
    if (typeof payload === 'string') return words(payload, emit);
    for (let at = 0; at < payload.length; at += 1 + payload[at]) {
      words(String.fromCharCode(...payload.subarray(at + 1, at + 1 + payload[at])), emit);
    }
  };
  const isWhole = (bytes: Uint8Array): number => (bytes[0] === 123 ? bytes.length : wholeBytes(bytes));
  const rig = await audienceRig(plain({ wholeBytes: isWhole, decode }));
  const ana = await rig.joins(0);
  const units = Buffer.concat(
    [chat(1), chat(2, 1), chat(3, 2)].flatMap((text) => [Buffer.from([text.length]), Buffer.from(text)]),
  );
  for (const [from, to] of [
    [0, 5],
    [5, 40],
    [40, units.length],
  ])
    ana.raw(units.subarray(from, to));
  await ana.received();
  expect(visits(rig, 3)['feed-0']).toMatchObject({ received: 3, missing: [] });
});

it('chat that is said by request, and refused, is counted as rejected', async () => {
  const said: string[] = [];
  const server = createServer((request, response) => {
    said.push(request.url ?? '');
    response.writeHead(429).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rig = await audienceRig(plain({ say: () => ({ method: 'POST', path: '/say', origin }) }));
  await rig.joins(0);
  expect(rig.audience.send(0, { kind: 'chat', text: 'hi', ref: 0 })).toBe(true);
  await vi.waitFor(() => expect(JSON.stringify(rig.taken())).toContain('chat_rejected'), SOON);
  expect(said).toEqual(['/say']);
});

it('a viewer who is not signed in does not come into the room', async () => {
  const arrive = (): { end: { ok: boolean; code: 'refused' } } => ({ end: { ok: false, code: 'refused' } });
  const rig = await audienceRig(plain({}, { arrivals: [{ origin: 'http://127.0.0.1:1', arrive }] }));
  rig.audience.enter(0, 0, 0);
  await rig.lost(0);
  expect(rig.room.newest).toBeUndefined();
});

it('without a room everybody is in at once, and nobody can say anything', async () => {
  const rig = await audienceRig((origin) => ({ ...stubAt(origin), room: null }));
  rig.audience.enter(0, 0, 0);
  await vi.waitFor(() => expect(rig.audience.isConnected(0)).toBe(true), SOON);
  expect(rig.audience.send(0, { kind: 'chat', text: 'hi', ref: 0 })).toBe(false);
});

it('keeps the lines of a room that wants to hear something now and then', async () => {
  const rig = await audienceRig(plain({ heartbeat: { everyMs: 160, payload: 'beat' } }));
  const ana = await rig.joins(1);
  await vi.waitFor(() => expect(ana.heard).toContain('beat'), SOON);
});
