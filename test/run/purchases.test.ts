import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Crowd } from '../../sim/crowd/crowd.ts';
import { ANSWER, INTENT, type AnswerKind, type IntentKind } from '../../sim/crowd/intents.ts';
import { Rows } from '../../sim/crowd/rows.ts';
import { drawTraits } from '../../sim/crowd/viewer.ts';
import { EventClock } from '../../sim/run/clock.ts';
import { HttpClient } from '../../sim/run/http.ts';
import { FUNNEL_FIELDS, type FunnelField } from '../../sim/run/messages.ts';
import { Purchases } from '../../sim/run/purchases.ts';
import { Recorder } from '../../sim/run/recorder.ts';
import { createTarget } from '../../sim/targets/index.ts';
import { compiled } from '../crowd/help.ts';

const TIMEOUT_MS = 250;
const RETRIES = 2;
const SCENARIO = compiled({
  name: 'buyers',
  duration: '1m',
  personas: {
    buyer: { dwell: '1m', units: { 3: 1 }, cardDeclined: 0, timeout: `${TIMEOUT_MS}ms`, retry: { attempts: RETRIES } },
  },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 100 } },
});

interface Asked {
  /** The port that it came from. */
  readonly from: number;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: string;
}
/** What the shop does with a request: answers, or not. */
type Reply = (response: ServerResponse) => void;

const json =
  (status: number, body: unknown): Reply =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const captured = json(201, { payment: 'p1', order: 'o1', amountMinor: 1500, units: 3, status: 'captured' });
const refusing = (status: number, error: string): Reply => json(status, { error, message: error });
const silent: Reply = () => undefined;
const cut: Reply = (response) => void response.socket?.destroy();

/** One viewer who buys from a shop that answers as it is told; the test plays the crowd's part. */
class Rig {
  readonly asked: Asked[] = [];
  readonly purchases: Purchases;
  readonly http: HttpClient;
  row: number;
  private readonly recorder: Recorder;
  private readonly rows = new Rows(4);
  private readonly viewer = { id: 'feed-1', name: 'Ana', roomId: 'main', session: { cart: 'c1', order: 'o1' } };
  private readonly answers: AnswerKind[] = [];
  private wake: () => void = () => undefined;

  constructor(baseUrl: string, runId: string) {
    this.row = this.come();
    const answer = (_row: number, _generation: number, _kind: number, kind: AnswerKind): void => {
      this.answers.push(kind);
      this.wake();
    };
    const crowd = { rows: this.rows, answer } as unknown as Crowd;
    this.recorder = new Recorder(SCENARIO, [], () => this.rows);
    this.http = new HttpClient(baseUrl, 4, { policy: 'per-viewer' });
    this.purchases = new Purchases({
      scenario: SCENARIO,
      target: createTarget({ use: 'stub', baseUrl, adminToken: '' }),
      crowd: () => crowd,
      nudge: () => undefined,
      clock: new EventClock(0),
      recorder: this.recorder,
      http: this.http,
      runId,
    });
    onTestFinished(() => this.http.destroy());
  }

  /** A viewer takes a row: that of one who left, if there is one. */
  come(): number {
    this.row = this.rows.take();
    drawTraits(this.rows, this.row, SCENARIO, 0, 1);
    this.rows.shopCue[this.row] = 0;
    return this.row;
  }

  begin(kind: IntentKind, attempt = 0): void {
    this.purchases.begin(kind, this.row, this.viewer, 0, 0, attempt);
  }

  /** Begins a step and waits for what the crowd is told of it. */
  async step(kind: IntentKind, attempt = 0): Promise<AnswerKind> {
    this.begin(kind, attempt);
    return this.answered();
  }

  async answered(): Promise<AnswerKind> {
    while (this.answers.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.answers.shift()!;
  }

  leave(): void {
    this.purchases.left(this.row);
    this.rows.give(this.row);
  }

  /** What was booked since the last call. */
  booked() {
    const { metrics, funnel } = this.recorder.take(0, 0);
    const of = (field: FunnelField): number => funnel[FUNNEL_FIELDS.indexOf(field)];
    const { orders = 0, orders_unknown: unknown = 0, orders_rejected: rejected = 0, gmv = 0 } = metrics.counters;
    return { orders, unknown, rejected, gmv, unitsPaid: of('unitsPaid'), unitsUnknown: of('unitsUnknown'), of };
  }
}

async function rig(replies: readonly Reply[], runId = 'run1'): Promise<Rig> {
  const left = [...replies];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const key = request.headers['idempotency-key'] as string | undefined;
      shop.asked.push({ from: request.socket.remotePort!, path: request.url!, key, body });
      left.shift()!(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const shop = new Rig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, runId);
  return shop;
}

const PAID = { orders: 1, unknown: 0, rejected: 0, gmv: 1500, unitsPaid: 3, unitsUnknown: 0 };
const UNKNOWN = { orders: 0, unknown: 1, rejected: 0, gmv: 0, unitsPaid: 0, unitsUnknown: 3 };
const NOTHING = { orders: 0, unknown: 0, rejected: 0, gmv: 0, unitsPaid: 0, unitsUnknown: 0 };

describe('an idempotency key', () => {
  it('is the same when a step is tried again, and so is the request', async () => {
    const shop = await rig([cut, json(503, {}), captured]);
    for (let attempt = 0; attempt <= RETRIES; attempt++) await shop.step(INTENT.pay, attempt);
    const [first, ...others] = shop.asked;
    expect(first).toMatchObject({ path: '/payments', body: '{"viewer":"feed-1","order":"o1","card":"tok_good"}' });
    expect(first.key).toMatch(/./);
    const same = { path: first.path, key: first.key, body: first.body };
    expect(others).toMatchObject([same, same]);
  });

  it('is another for another step, and for another run', async () => {
    const cart = json(201, { cart: 'c1', priceMinor: 500, units: 3, expiresAt: 1 });
    const order = json(201, { order: 'o1', amountMinor: 1500, units: 3, expiresAt: 1 });
    const shop = await rig([cart, order, captured]);
    for (const kind of [INTENT.cart, INTENT.checkout, INTENT.pay]) expect(await shop.step(kind)).toBe(ANSWER.ok);
    const other = await rig([captured], 'run2');
    await other.step(INTENT.pay);
    const keys = [...shop.asked, ...other.asked].map((request) => request.key);
    expect(new Set(keys).size).toBe(4);
  });
});

describe('a payment without a definite answer', () => {
  it.each([
    ['a time-out', silent],
    ['a cut line', cut],
    ['a server error', json(500, { error: 'internal' })],
    ['an answer that cannot be read', json(201, undefined)],
  ])('(%s) is booked as nothing yet; tried again and paid, it is one order', async (_, reply) => {
    const shop = await rig([reply, captured]);
    expect(await shop.step(INTENT.pay)).toBe(ANSWER.unsure);
    expect(shop.booked()).toMatchObject(NOTHING);
    expect(await shop.step(INTENT.pay, 1)).toBe(ANSWER.ok);
    expect(shop.booked()).toMatchObject(PAID);
    shop.leave();
    shop.purchases.end();
    expect(shop.booked()).toMatchObject(NOTHING);
  });

  it('is unknown after the last try', async () => {
    const shop = await rig([cut, cut, cut]);
    for (let attempt = 0; attempt <= RETRIES; attempt++) await shop.step(INTENT.pay, attempt);
    const booked = shop.booked();
    expect(booked).toMatchObject(UNKNOWN);
    expect(booked.of('lostUnknown')).toBe(1);
    shop.purchases.end();
    expect(shop.booked()).toMatchObject(NOTHING);
  });

  it('is unknown when the viewer leaves, or the run ends, before it is tried again', async () => {
    const leaving = await rig([silent]);
    await leaving.step(INTENT.pay);
    leaving.leave();
    expect(leaving.booked()).toMatchObject(UNKNOWN);

    const ending = await rig([silent]);
    await ending.step(INTENT.pay);
    ending.purchases.end();
    expect(ending.booked()).toMatchObject(UNKNOWN);
  });

  it('is unknown when the run ends while it is under way', async () => {
    const shop = await rig([silent]);
    shop.begin(INTENT.pay);
    while (shop.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await shop.http.destroy();
    shop.purchases.end();
    expect(shop.booked()).toMatchObject(UNKNOWN);
  });

  it('is settled by an answer that comes after the viewer has left', async () => {
    let answer = (): void => undefined;
    const later: Reply = (response) => (answer = () => captured(response));
    const shop = await rig([cut, later]);
    await shop.step(INTENT.pay);
    shop.begin(INTENT.pay, 1);
    while (shop.asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
    shop.leave();
    expect(shop.booked()).toMatchObject(NOTHING);
    answer();
    await shop.answered();
    expect(shop.booked()).toMatchObject(PAID);
  });

  it.each([
    ['the first try is still under way', refusing(409, 'in_progress')],
    ['too many requests', refusing(429, 'throttled')],
  ])(
    'stays unknown when the last word is "%s": that does not undo what an earlier try may have done',
    async (_, last) => {
      const shop = await rig([silent, last, last]);
      for (let attempt = 0; attempt <= RETRIES; attempt++)
        expect(await shop.step(INTENT.pay, attempt)).toBe(ANSWER.unsure);
      expect(shop.booked()).toMatchObject(UNKNOWN);
    },
  );

  it('is definite when a later try is refused for good', async () => {
    const shop = await rig([silent, refusing(402, 'card_declined')]);
    await shop.step(INTENT.pay);
    expect(await shop.step(INTENT.pay, 1)).toBe(ANSWER.no);
    const booked = shop.booked();
    expect(booked).toMatchObject({ ...NOTHING, rejected: 1 });
    expect(booked.of('lostDeclined')).toBe(1);
  });
});

describe('the connection of a viewer', () => {
  it('is its own, from its first request to its leaving', async () => {
    const declined = refusing(402, 'card_declined');
    const shop = await rig([declined, declined, declined]);
    const first = shop.row;
    for (let i = 0; i < 2; i++) await shop.step(INTENT.pay);
    shop.leave();
    expect(shop.come()).toBe(first);
    await shop.step(INTENT.pay);
    const [a, b, other] = shop.asked.map(({ from }) => from);
    expect(b).toBe(a);
    expect(other).not.toBe(a);
  });
});

describe('a definite answer', () => {
  it.each([
    ['sold_out', 409, 'lostSoldOut'],
    ['not_open', 409, 'lostSoldOut'],
    ['limit_reached', 409, 'lostFailed'],
    ['expired', 410, 'lostFailed'],
  ] as const)('"%s" ends the purchase and is booked once', async (error, status, loss) => {
    const shop = await rig([refusing(status, error)]);
    expect(await shop.step(INTENT.cart)).toBe(ANSWER.no);
    const booked = shop.booked();
    expect(booked).toMatchObject({ ...NOTHING, rejected: 1 });
    expect(booked.of(loss)).toBe(1);
    expect(booked.of('carted')).toBe(0);
  });

  it('to an extra tap moves nobody along the funnel', async () => {
    const product = json(200, { id: 'mug', title: 'Mug', priceMinor: 500, currency: 'USD', left: 9, open: true });
    const shop = await rig([product, product]);
    expect(await shop.step(INTENT.view)).toBe(ANSWER.ok);
    shop.begin(INTENT.view, -1);
    while (shop.http.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(shop.asked).toHaveLength(2);
    expect(shop.booked().of('clicked')).toBe(1);
  });
});
