import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpClients } from '../../../sim/run/http-clients.ts';
import { PollWire, type Polling, type Timers } from '../../../sim/run/wire/poll-wire.ts';
import { answering, closedPort, LONG_MS, until } from '../http-rig.ts';
import { Viewer } from './rig.ts';

/** Timers that go off when they are told to. */
class HandTimers implements Timers {
  /** Of each that was started: how long it was to be. */
  readonly waitsMs: number[] = [];
  private readonly running = new Map<number, () => void>();

  start(callback: () => void, inMs: number): number {
    this.running.set(this.waitsMs.push(inMs), callback);
    return this.waitsMs.length;
  }

  stop(timer: unknown): void {
    this.running.delete(timer as number);
  }

  get count(): number {
    return this.running.size;
  }

  /** The only one that runs. */
  fire(): void {
    const [[timer, callback], ...others] = this.running;
    if (others.length > 0) throw new Error('more than one timer runs');
    this.running.delete(timer);
    callback();
  }
}

/** Status, and headers or a body. */
type Reply = readonly [status: number, body?: string, headers?: Record<string, string>];

interface Room {
  readonly viewer: Viewer;
  readonly wire: PollWire;
  readonly timers: HandTimers;
  /** Paths, in the order in which they came. */
  readonly asked: string[];
}

const heard = ({ viewer }: Room, count: number): Promise<void> => until(() => viewer.messages.length === count);

/** A viewer in a room that answers with these in turn, and with the last one from then on. */
async function room(...replies: Reply[]): Promise<Room> {
  const asked: string[] = [];
  const url = await answering((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.url!);
    const [status, body = '', headers = {}] = replies[Math.min(asked.length, replies.length) - 1];
    response.writeHead(status, headers).end(body);
  });
  return { ...polling(url), asked };
}

const QUESTION: Polling['request'] = (cursor) => ({ method: 'GET', path: `/chat?from=${cursor ?? ''}` });

function polling(origin: string, request = QUESTION): Omit<Room, 'asked'> {
  const http = new HttpClients(4);
  onTestFinished(() => http.destroy());
  const viewer = new Viewer();
  const timers = new HandTimers();
  const wire = new PollWire({ http, origin, request, timeoutMs: LONG_MS, viewer: 1, timers }, viewer);
  viewer.wire = wire;
  return { viewer, wire, timers };
}

describe('a room that is polled', () => {
  it('is asked at once, open from the first answer on, and heard', async () => {
    const chat = await room([200, 'für 5 €']);
    expect(chat.wire.isOpen).toBe(false);
    await heard(chat, 1);
    expect([chat.viewer.events, chat.viewer.messages, chat.wire.isOpen]).toEqual([
      ['opened', 'message'],
      ['für 5 €'],
      true,
    ]);
    expect(chat.asked).toEqual(['/chat?from=']);
    expect(chat.wire.send()).toBe(false);
    expect(chat.wire.poll()).toBe(false);
  });

  it('is asked again when it says, and from where', async () => {
    const chat = await room([200, 'one'], [200, 'two']);
    chat.viewer.onMessage = (text) => text === 'one' && chat.wire.again(1700, 'c1');
    await heard(chat, 1);
    expect([chat.timers.waitsMs.at(-1), chat.timers.count]).toEqual([1700, 1]);
    chat.timers.fire();
    await heard(chat, 2);
    expect(chat.asked).toEqual(['/chat?from=', '/chat?from=c1']);
    // It says nothing this time: five seconds, and from the same place.
    expect([chat.timers.waitsMs.at(-1), chat.timers.count]).toEqual([5000, 1]);
    chat.timers.fire();
    await heard(chat, 3);
    expect(chat.asked.at(-1)).toBe('/chat?from=c1');
    expect(chat.viewer.events.filter((event) => event === 'opened')).toHaveLength(1);
  });

  it('is not asked more than ten times a second', async () => {
    const chat = await room([200, 'one']);
    chat.viewer.onMessage = () => chat.wire.again(0, 'c');
    await heard(chat, 1);
    expect([chat.timers.waitsMs.at(-1), chat.timers.count]).toEqual([100, 1]);
  });

  it('is asked once at a time', async () => {
    const chat = await room([200, 'one']);
    chat.wire.again(100, 'early');
    expect(chat.timers.count).toBe(0);
    await heard(chat, 1);
    chat.timers.fire();
    await heard(chat, 2);
    expect(chat.asked).toEqual(['/chat?from=', '/chat?from=early']);
  });

  it('says nothing when nothing is new', async () => {
    const chat = await room([200, 'one'], [304], [200, 'two']);
    await heard(chat, 1);
    chat.timers.fire();
    await until(() => chat.timers.waitsMs.length === 2);
    expect(chat.viewer.messages).toEqual(['one']);
    chat.timers.fire();
    await heard(chat, 2);
  });

  it.each<[string, Reply, number]>([
    ['seconds', [429, '', { 'retry-after': '30' }], 30_000],
    [
      'a date',
      [429, '', { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT', date: 'Fri, 31 Dec 1999 23:59:49 GMT' }],
      10_000,
    ],
    ['a date that is over', [429, '', { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }], 100],
    ['a day, of which an hour is kept', [429, '', { 'retry-after': '86400' }], 3_600_000],
    ['nonsense', [429, '', { 'retry-after': 'soon' }], 5000],
    ['nothing', [429], 5000],
  ])('is left alone when that is too often, for as long as it says: %s', async (_name, refusal, waitMs) => {
    const chat = await room(refusal, refusal, refusal, [200, 'one']);
    for (let i = 1; i <= 3; i++) {
      await until(() => chat.timers.waitsMs.length === i);
      expect(chat.timers.waitsMs.at(-1)).toBe(waitMs);
      chat.timers.fire();
    }
    await heard(chat, 1);
    expect(chat.viewer.events).toEqual(['opened', 'message']);
  });

  it.each([302, 404, 500, 503])('is lost after three answers of %i in a row', async (status) => {
    const chat = await room([200, 'one'], [status], [status], [200, 'two'], [status], [429], [status], [status]);
    for (let i = 1; i <= 7; i++) {
      await until(() => chat.timers.waitsMs.length === i);
      chat.timers.fire();
    }
    const reason = `3 questions failed in a row, the last one with ${status}`;
    expect(await chat.viewer.whenClosed).toEqual({ code: 1006, reason, status });
    expect(chat.viewer.events).toEqual(['opened', 'message', 'message', 'closed']);
    expect([chat.timers.count, chat.wire.isOpen, chat.asked.length]).toEqual([0, false, 8]);
  });

  it('is lost when nobody answers', async () => {
    const chat = polling(await closedPort());
    for (let i = 1; i <= 2; i++) {
      await until(() => chat.timers.waitsMs.length === i);
      chat.timers.fire();
    }
    const reason = '3 questions failed in a row, the last one with refused ECONNREFUSED';
    expect(await chat.viewer.whenClosed).toEqual({ code: 1006, reason, status: null });
    expect(chat.viewer.events).toEqual(['closed']);
  });

  it('is lost when the target cannot make the question', async () => {
    const request = (): never => {
      throw new Error('no such account');
    };
    const chat = polling('http://127.0.0.1:1', request);
    expect(chat.viewer.events).toEqual([]);
    expect(await chat.viewer.whenClosed).toEqual({ code: 1006, reason: 'no such account', status: null });
    expect(chat.timers.count).toBe(0);
  });

  it('is not heard while it is paused', async () => {
    const chat = await room([200, 'one'], [200, 'two']);
    await heard(chat, 1);
    chat.wire.pause();
    chat.timers.fire();
    await until(() => chat.asked.length === 2);
    // Long enough for another room to be heard.
    await heard(await room([200, 'other']), 1);
    expect(chat.viewer.messages).toEqual(['one']);
    chat.wire.resume();
    await heard(chat, 2);
    expect(chat.timers.count).toBe(1);
  });

  it('is not asked by a viewer who has left', async () => {
    const chat = await room([200, 'one']);
    await heard(chat, 1);
    chat.wire.close();
    chat.wire.again(100, 'late');
    expect(chat.timers.count).toBe(0);
    const other = await room([200, 'one']);
    await until(() => other.asked.length === 1);
    other.wire.cut();
    await heard(await room([200, 'third']), 1);
    expect([other.viewer.events, other.timers.count]).toEqual([[], 0]);
  });

  it('is left when what it says is refused', async () => {
    const chat = await room([200, 'one']);
    chat.viewer.onMessage = () => chat.wire.fail(1002, 'no such message');
    expect(await chat.viewer.whenClosed).toEqual({ code: 1002, reason: 'no such message', status: null });
    expect(chat.timers.count).toBe(0);
  });
});

it('asks again by itself', async () => {
  let asked = 0;
  const url = await answering((_, response) => response.end(String(++asked)));
  const http = new HttpClients(1);
  onTestFinished(() => http.destroy());
  const viewer = new Viewer();
  const request = (): { method: 'GET'; path: string } => ({ method: 'GET', path: '/' });
  const wire = new PollWire({ http, origin: url, request, timeoutMs: LONG_MS, viewer: 1 }, viewer);
  viewer.onMessage = () => wire.again(1, 'next');
  await until(() => viewer.messages.length === 2);
  wire.cut();
});
