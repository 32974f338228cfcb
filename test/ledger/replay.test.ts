import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../sim/ledger/bytes.ts';
import type { HistoryEvent } from '../../sim/ledger/events.ts';
import type { History, Step, Told } from '../../sim/ledger/history.ts';
import { Replay } from '../../sim/ledger/replay.ts';
import * as of from '../../sim/ledger/request-line.ts';
import { RequestLine } from '../../sim/ledger/request-line.ts';
import { ANN, begin, end, hostEvents } from './events-rig.ts';
import { cue, EPOCH_OFFSET_MS } from './rig.ts';

/** Files by shard, the coordinator's first; added one after the other. */
function replay(host: readonly HistoryEvent[], ...workers: readonly (readonly HistoryEvent[])[]): History {
  const all = new Replay();
  for (const event of host) all.add(event, -1);
  for (const [shard, events] of workers.entries()) for (const event of events) all.add(event, shard);
  return all.finish(true);
}

const worker = (...events: HistoryEvent[]): HistoryEvent[] => [begin(0), ...events, end(60_000)];
const EMPTY = worker();

describe('a replay', () => {
  const history = replay(hostEvents(), worker(...ANN), EMPTY);

  it('knows the run', () => {
    expect(history).toMatchObject({
      runId: 'run',
      fromMs: 500,
      untilMs: 60_000,
      epochOffsetMs: EPOCH_OFFSET_MS,
      gaps: [],
    });
    expect(history.show.products[0].id).toBe('mug');
  });

  it('joins requests and answers into the steps of a purchase', () => {
    expect(history.purchases).toHaveLength(1);
    const { id, viewerId, productId, steps } = history.purchases[0];
    expect({ id, viewerId, productId }).toEqual({ id: 'ann/1', viewerId: 'ann', productId: 'mug' });
    expect(steps.map(({ kind, attempt, key, units }) => [kind, attempt, key, units])).toEqual([
      ['view', 0, null, null],
      ['cart', 0, 'run/ann/1/cart', 1],
      ['pay', 0, 'odd key', null],
      ['pay', -1, 'odd key', null],
    ]);
    expect(plainStep(steps[1])).toEqual({
      kind: 'cart',
      attempt: 0,
      key: 'run/ann/1/cart',
      units: 1,
      coupon: 'TEN',
      sentMs: 3000,
      told: {
        atMs: 3030,
        status: 'ok',
        code: 'ok',
        httpStatus: 201,
        unsent: false,
        cartId: 'c-1',
        orderId: null,
        paymentId: null,
        units: 1,
        priceMinor: 500,
        discountMinor: 0,
        amountMinor: null,
      },
    });
    expect(steps[2].told).toBeNull();
    expect(steps[3].told).toMatchObject({ status: 'unknown', unsent: true, httpStatus: null });
  });

  it('joins enter and leave into a visit', () => {
    expect(history.visits).toEqual([
      {
        viewerId: 'ann',
        roomId: 'main',
        enteredMs: 1000,
        firstSeq: 10,
        end: {
          atMs: 30_000,
          how: 'left',
          lastSeq: 110,
          received: 99,
          duplicates: 0,
          reordered: 0,
          missing: [[20, 20]],
          cueIds: ['drop'],
          lateMessages: 0,
        },
      },
    ]);
  });

  it('is the same however the files are interleaved', () => {
    const files = [hostEvents(), worker(...ANN), EMPTY].map((events, i) => ({ events, shard: i - 1 }));
    const mixed = new Replay();
    for (let i = 0; i < 20; i++) {
      for (const { events, shard } of files.toReversed()) if (i < events.length) mixed.add(events[i], shard);
    }
    expect(plain(mixed.finish())).toEqual(plain(history));
  });

  it('passes over answers to nothing, second answers, leaves without an enter, and events of later versions', () => {
    const told = ANN[5] as Extract<HistoryEvent, { e: 'told' }>;
    const late = [
      { ...told, at: 9000, o: 'rejected' as const },
      { ...told, p: 'bob/1' },
    ];
    const left: HistoryEvent = { e: 'leave', at: 9000, v: 'bob', r: 'main', h: 'left', q: 1, n: 1, c: [] };
    const later = { e: 'hologram', at: 9000 } as unknown as HistoryEvent;
    expect(plain(replay(hostEvents(), worker(...ANN, ...late, left, later), EMPTY))).toEqual(plain(history));
  });

  it('passes over steps of later versions', () => {
    const later = { e: 'sent', at: 5000, v: 'ann', p: 'ann/1', s: 'giveaway', a: 0, x: 'mug' } as unknown;
    const told = { e: 'told', at: 5100, p: 'ann/1', s: 'giveaway', a: 0, o: 'ok', c: 'ok' } as unknown;
    const alone = { e: 'sent', at: 5000, v: 'bob', p: 'bob/1', s: 'giveaway', a: 0, x: 'mug' } as unknown;
    const events = [later, told, alone] as HistoryEvent[];
    expect(plain(replay(hostEvents(), worker(...ANN, ...events), EMPTY))).toEqual(plain(history));
  });

  it('keeps names that are numbers as their text', () => {
    const numbered = [
      { e: 'enter', at: 100, v: 7, r: 1, q: 0 },
      { e: 'sent', at: 200, v: 7, p: '7/1', s: 'pay', a: 0, x: 12 },
      { e: 'told', at: 300, p: '7/1', s: 'pay', a: 0, o: 'ok', c: 'ok', order: 123, pay: 0, cart: null },
      { e: 'leave', at: 400, v: 7, r: 1, h: 'left', q: 0, n: 0, c: [] },
      { e: 'stock', at: 500, x: 12, left: 3 },
    ] as unknown as HistoryEvent[];
    const { purchases, visits, stock } = replay(hostEvents(), worker(...numbered), EMPTY);
    expect(purchases[0]).toMatchObject({ viewerId: '7', productId: '12' });
    expect(purchases[0].steps[0].told).toMatchObject({ orderId: '123', paymentId: '0', cartId: null });
    expect(visits).toMatchObject([{ viewerId: '7', roomId: '1', end: { atMs: 400 } }]);
    expect(stock[0].productId).toBe('12');
  });

  it('does not take letters for the bytes of others', () => {
    const steps = ['cart', 'checkout', 'pay'] as const;
    const names = ['Ã©', 'é', 'é'];
    const events = steps.flatMap((s, i): HistoryEvent[] => [
      { e: 'sent', at: i, v: 'ann', p: 'ann/1', s, a: 0, x: 'mug' },
      { e: 'told', at: i, p: 'ann/1', s, a: 0, o: 'ok', c: 'ok', order: names[i] },
    ]);
    const { purchases } = replay(hostEvents(), worker(...events), EMPTY);
    expect(purchases[0].steps.map(({ told }) => told?.orderId)).toEqual(names);
  });

  it('keeps the cues of later visits when those of one cannot be read', () => {
    const all = new Replay();
    for (const event of [...hostEvents(), ...worker(...EMPTY)]) all.add(event, -1);
    const viewers = ['ann', 'bob', 'cid'];
    for (const v of viewers) all.add({ e: 'enter', at: 1000, v, r: 'main', q: 0 }, 0);
    expect(() => all.addLine('leave', leaveLine('ann', '["a""b"]'), 0)).toThrow('JSON');
    all.addLine('leave', leaveLine('bob', '["drop"]'), 0);
    all.addLine('leave', leaveLine('cid', '["drop"]'), 0);
    expect(all.finish().visits.map(({ end }) => end?.cueIds)).toEqual([undefined, ['drop'], ['drop']]);
  });

  it('keeps the purchases of two devices of a viewer apart', () => {
    const sent = (p: string): HistoryEvent => ({
      e: 'sent',
      at: 2000,
      v: 'ann',
      p,
      s: 'cart',
      a: 0,
      x: 'mug',
      k: `run/${p}/cart`,
    });
    const { purchases } = replay(hostEvents(), worker(sent('ann/1'), sent('ann/1b')), EMPTY);
    expect(purchases.map(({ id, viewerId }) => [id, viewerId])).toEqual([
      ['ann/1', 'ann'],
      ['ann/1b', 'ann'],
    ]);
  });

  it('keeps visits apart by connection', () => {
    const enter = (at: number): HistoryEvent => ({ e: 'enter', at, v: 'ann', r: 'main', q: 5 });
    const leave = (at: number): HistoryEvent => ({ e: 'leave', at, v: 'ann', r: 'main', h: 'lost', q: 9, n: 4, c: [] });
    const { visits } = replay(hostEvents(), worker(enter(1000), leave(2000), enter(3000)), EMPTY);
    expect(visits.map(({ enteredMs, end }) => [enteredMs, end?.atMs ?? null])).toEqual([
      [1000, 2000],
      [3000, null],
    ]);
  });

  it('holds each stock figure once, in order of time', () => {
    const stock = (at: number, left: number, seen?: number): HistoryEvent => {
      return { e: 'stock', at, ...(seen === undefined ? {} : { seen }), x: 'mug', left };
    };
    const history = replay(
      hostEvents(),
      worker(stock(2000, 8, 2090), stock(3000, 7, 3050)),
      worker(stock(1000, 9), stock(2000, 8, 2040)),
    );
    expect(history.stock.map(({ publishedAtMs, left, seenAtMs }) => [publishedAtMs, left, seenAtMs])).toEqual([
      [1000, 9, 1000],
      [2000, 8, 2040],
      [3000, 7, 3050],
    ]);
  });

  it('remembers any number of steps', () => {
    const sent = Array.from({ length: 5000 }, (_, i): HistoryEvent => {
      return { e: 'sent', at: i, v: 'ann', p: `ann/${i % 7}`, s: 'cart', a: Math.floor(i / 7), x: 'mug', u: i };
    });
    const { purchases } = replay(hostEvents(), worker(...sent), EMPTY);
    expect(purchases[3].steps.map(({ units }) => units)).toEqual(sent.flatMap((_, i) => (i % 7 === 3 ? [i] : [])));
    expect(purchases[3].steps.every(({ told }) => told === null)).toBe(true);
  });

  it('needs a show and a window that began', () => {
    const early = new Replay();
    early.add(begin(-1), -1);
    expect(early.hasBegun).toBe(false);
    expect(() => early.finish()).toThrow('window never began');
  });
});

describe('gaps', () => {
  const cut = [begin(0), ...ANN.slice(0, 5)];

  it('begin with the last that is known of a worker whose file breaks off', () => {
    const gap = { shard: 0, shards: 2, fromMs: 3000, why: 'its history breaks off' };
    expect(replay(hostEvents(), cut, EMPTY).gaps).toEqual([gap]);
  });

  it('are one for a worker that died, and say how', () => {
    const died: HistoryEvent = { e: 'died', shard: 0, how: 'SIGKILL' };
    expect(replay(hostEvents(died), cut, EMPTY).gaps).toEqual([{ shard: 0, shards: 2, fromMs: 3000, why: 'SIGKILL' }]);
  });

  it('begin with the run for a worker that left nothing', () => {
    expect(replay(hostEvents(), EMPTY).gaps).toEqual([{ shard: 1, shards: 2, fromMs: 500, why: 'it left no history' }]);
  });

  it('begin where events could not be written any more', () => {
    const full = [begin(0), ...ANN.slice(0, 5), end(60_000, 12)];
    const gap = { shard: 0, shards: 2, fromMs: 3000, why: '12 events could not be written' };
    expect(replay(hostEvents(), full, EMPTY).gaps).toEqual([gap]);
  });

  it('tell of a coordinator that was ended', () => {
    const { gaps, untilMs } = replay(hostEvents().slice(0, -1), worker(...ANN), EMPTY);
    // It lasted as long as anybody wrote: each cue is there before it goes out.
    expect(gaps).toEqual([{ shard: -1, shards: 2, fromMs: 60_000, why: 'its history breaks off', isCut: true }]);
    expect(untilMs).toBe(60_000);
  });

  it('of a coordinator of which not all was on the disk are of another kind', () => {
    const unsure = new Replay();
    for (const event of hostEvents().slice(0, -1)) unsure.add(event, -1);
    const [host] = unsure.finish().gaps;
    expect(host.shard).toBe(-1);
    expect(host.isCut).toBeUndefined();
  });

  it('of a coordinator that could not write are of another kind', () => {
    const full = [...hostEvents().slice(0, -1), end(60_000, 3)];
    expect(replay(full, worker(...ANN), EMPTY).gaps).toMatchObject([
      { shard: -1, why: '3 events could not be written' },
    ]);
    expect(replay(full, worker(...ANN), EMPTY).gaps[0].isCut).toBeUndefined();
  });
});

describe('the visits of a worker that was killed', () => {
  const enter = (v: string, at: number, q = 10): HistoryEvent => ({ e: 'enter', at, v, r: 'main', q });
  const room = (u: number, q: number | undefined, ...c: string[]): HistoryEvent => ({
    e: 'room',
    at: u + 2000,
    u,
    r: 'main',
    q,
    c,
  });
  const lacks = {
    e: 'here',
    at: 5000,
    u: 3000,
    v: 'bob',
    r: 'main',
    q: 30,
    n: 17,
    d: 1,
    m: [[20, 22]],
    c: [],
  } as const;
  const ends = (...events: HistoryEvent[]) =>
    Object.fromEntries(
      replay(hostEvents(), [begin(0), ...events], EMPTY).visits.map(({ viewerId, end }) => [viewerId, end]),
    );

  it('end when their room was told of last, with what was said of all or of them', () => {
    const found = ends(
      enter('ann', 1000),
      enter('bob', 1000),
      enter('eve', 1000),
      room(2000, 20),
      lacks,
      { e: 'leave', at: 3500, v: 'eve', r: 'main', h: 'left', q: 30, n: 20, c: ['drop'] },
      room(4000, 40, 'drop'),
      enter('zed', 4100),
    );
    const fine = { duplicates: 0, reordered: 0, missing: [], lateMessages: null };
    expect(found).toEqual({
      ann: { ...fine, atMs: 4000, how: 'cut', lastSeq: 40, received: 30, cueIds: ['drop'] },
      bob: {
        ...fine,
        atMs: 4000,
        how: 'cut',
        lastSeq: 30,
        received: 17,
        duplicates: 1,
        missing: [[20, 22]],
        cueIds: [],
      },
      eve: { ...fine, atMs: 3500, how: 'left', lastSeq: 30, received: 20, cueIds: ['drop'] },
      zed: null,
    });
  });

  it('end with what was said of them where no more was to be told', () => {
    const found = ends(enter('bob', 1000), { ...lacks, z: 1 }, room(9000, 90, 'drop'));
    expect(found.bob).toMatchObject({ atMs: 3000, how: 'cut', lastSeq: 30, cueIds: [] });
  });

  it('are due nothing where only the end of a visit tells what was due', () => {
    expect(ends(enter('ann', 1000), room(2000, undefined)).ann).toMatchObject({ lastSeq: 10, received: 0 });
    // Nor what was published before it came.
    expect(ends(enter('ann', 1000, 50), room(2000, 40)).ann).toMatchObject({ lastSeq: 50, received: 0 });
  });

  it('have no end where nothing was told, nor in a file that is whole', () => {
    expect(ends(enter('ann', 1000)).ann).toBeNull();
    expect(ends(enter('ann', 1000), room(2000, 20), end(60_000)).ann).toBeNull();
  });

  it('that ended after all are as their end says', () => {
    const left: HistoryEvent = { e: 'leave', at: 5000, v: 'bob', r: 'main', h: 'left', q: 30, n: 20, c: ['drop'] };
    expect(ends(enter('bob', 1000), lacks, left, room(6000, 60)).bob).toMatchObject({
      how: 'left',
      duplicates: 0,
      missing: [],
    });
  });
});

describe('a cue', () => {
  it('is known from when it goes out, and then by what became of it', () => {
    const { sentMs, ...rest } = cue('restock', 5000, { units: 3 });
    const going = { e: 'give', ...rest, sentMs, answeredMs: null, status: 'unknown' } as const;
    const cues = (...events: HistoryEvent[]) => replay(hostEvents(...events), EMPTY, EMPTY).cues;
    expect(cues(going)).toMatchObject([{ sentMs: 5000, status: 'unknown', answeredMs: null, units: 3 }]);
    expect(cues(going, { e: 'cue', ...rest, sentMs })).toEqual([{ ...rest, sentMs }]);
  });
});

/** A leave at 2 s, as it is found in a file. */
function leaveLine(viewerId: string, cues: string): RequestLine {
  const texts = [[of.VIEWER, viewerId] as const, [of.ROOM, 'main'] as const, [of.HOW, 'left'] as const];
  const line = new RequestLine().clear(bytesOf([...texts.map(([, text]) => text), cues].join('')));
  let end = 0;
  for (const [place, text] of [...texts, [of.CUES, cues] as const]) {
    line.from[place] = end;
    line.until[place] = end += text.length;
  }
  line.numbers.set([2000], of.AT);
  line.numbers.set([0, 0], of.SEQ);
  return line;
}

/** With the steps that a purchase makes when it is asked. */
function plain(history: History): unknown {
  return {
    ...history,
    purchases: history.purchases.map(({ id, viewerId, productId, steps }) => [
      id,
      viewerId,
      productId,
      steps.map(plainStep),
    ]),
  };
}

/** Every field of a step: one of the table makes them when it is asked. */
function plainStep({ kind, attempt, key, units, coupon, sentMs, told }: Step): Step {
  return { kind, attempt, key, units, coupon, sentMs, told: told && plainTold(told) };
}

function plainTold(told: Told): Told {
  const { atMs, status, code, httpStatus, unsent, cartId, orderId, paymentId } = told;
  const { units, priceMinor, discountMinor, amountMinor } = told;
  const names = { cartId, orderId, paymentId };
  return { atMs, status, code, httpStatus, unsent, ...names, units, priceMinor, discountMinor, amountMinor };
}
