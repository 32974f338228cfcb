import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CueRequest, ShowRequest } from '../../server-stub/protocol.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import type { EventClock } from '../../sim/live/clock.ts';
import { Host, type CueLogEntry } from '../../sim/live/host.ts';
import { HttpClients } from '../../sim/run/http-clients.ts';
import { stubAt } from '../run/stub-target.ts';
import { compiled } from '../crowd/help.ts';

const SCENARIO = compiled({
  name: 'hosted',
  duration: '2m',
  personas: {
    fan: { dwell: '2m', funnel: { click: '100%', cart: '100%', checkout: '100%', pay: '100%' }, cardDeclined: 0 },
  },
  audience: { push: { kind: 'push', size: 60, within: '5s' } },
  products: {
    mug: { title: 'Mug', price: 'USD 5', stock: 1000 },
    hat: { title: 'Hat', price: 'USD 9', stock: 1000 },
  },
  show: [
    { at: '10s', cue: 'pin', product: 'hat' },
    { at: '10s', cue: 'call', say: '1' },
    { at: '20s', cue: 'drop', product: 'hat', units: 3, countdown: 0 },
    { at: '30s', cue: 'drop', product: 'mug', units: 500, price: 'USD 4', countdown: 0 },
    { at: '40s', cue: 'price', product: 'mug', price: 'USD 3' },
    { at: '60s', cue: 'raid', size: 5 },
    { at: '90s', cue: 'pin', product: 'mug' },
  ],
});

type Reply = (response: ServerResponse) => void;
const taken: Reply = (response) => void response.writeHead(202).end('{}');
const answering =
  (status: number): Reply =>
  (response) =>
    void response.writeHead(status).end('{"error":"bad_request"}');
const cut: Reply = (response) => void response.socket?.destroy();

/** A backend that notes what it is asked and when it answered, and answers as it is told. */
class Backend {
  readonly log: string[] = [];
  readonly cues: CueRequest[] = [];
  show: ShowRequest | undefined;
  readonly baseUrl: string;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
  }

  receive(path: string, body: string): string {
    if (path === '/admin/show') {
      this.show = JSON.parse(body) as ShowRequest;
      return 'show';
    }
    if (path === '/admin/faults') return `faults ${body}`;
    const cue = JSON.parse(body) as CueRequest;
    this.cues.push(cue);
    return cue.id;
  }
}

async function backend(reply: (id: string) => Reply = () => taken): Promise<Backend> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const id = shop.receive(request.url!, body);
      shop.log.push(`asked ${id}`);
      response.on('finish', () => shop.log.push(`answered ${id}`));
      reply(id)(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const shop = new Backend(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return shop;
}

const SILENT_LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

function host(shop: Backend, fromMs: number, forMs: number): Host {
  const made = new Host(stubAt(shop.baseUrl, 't'), SCENARIO, fromMs, forMs, SILENT_LOG, new HttpClients(8));
  onTestFinished(() => made.close());
  return made;
}

/** Event time, told by the test; every look at it is a millisecond later. */
function clockAt(startMs: number) {
  let nowMs = startMs;
  const now = (): number => nowMs++;
  const clock = { now, msUntil: (eventMs: number) => eventMs - now() } as unknown as EventClock;
  return { clock, set: (ms: number) => (nowMs = ms) };
}

/** Plays until `count` cues have been answered. */
function play(one: Host, clock: EventClock, count: number): Promise<CueLogEntry[]> {
  const given: CueLogEntry[] = [];
  return new Promise((resolve) => {
    one.play(clock, (entry) => {
      given.push(entry);
      if (given.length === count) resolve(given);
    });
  });
}

describe('the timeline of a host', () => {
  it('gives two cues of one moment one after the other, however late the first is answered', async () => {
    const shop = await backend((id) =>
      // Long enough for the second to overtake, if it could.
      id === 'pin:hat#1' ? (response) => void setTimeout(() => taken(response), 150) : taken,
    );
    const { clock } = clockAt(10_000);
    const [pin, call] = await play(host(shop, 10_000, 1000), clock, 2);
    expect(shop.log.slice(0, 3)).toEqual(['asked pin:hat#1', 'answered pin:hat#1', 'asked call:1#1']);
    expect(pin).toMatchObject({ status: 'done', freeMs: 10_000 });
    expect(call.status).toBe('done');
    expect(call.sentMs).toBeGreaterThan(pin.answeredMs!);
    // It could not have been given before: the wait is the backend's, not the host's.
    expect(call.freeMs).toBeGreaterThan(pin.answeredMs!);
    expect(call.freeMs).toBeLessThan(call.sentMs!);
  });

  it.each([
    ['a 500: it may have been carried out', answering(500), false],
    ['a 503', answering(503), false],
    ['a 409: it was not', answering(409), true],
    ['a 401', answering(401), true],
    ['no answer at all', cut, false],
  ])('notes a cue as failed on %s, and goes on', async (_, reply, refused) => {
    const shop = await backend((id) => (id === 'pin:hat#1' ? reply : taken));
    const [pin, call] = await play(host(shop, 10_000, 1000), clockAt(10_000).clock, 2);
    expect(pin).toMatchObject({ status: 'failed', refused });
    expect(pin.sentMs).not.toBeNull();
    expect(call).toMatchObject({ status: 'done', refused: false });
  });

  it('notes a cue as failed when nobody listens any more', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await new Promise((resolve) => gone.close(resolve));
    const [pin] = await play(host(new Backend(baseUrl), 10_000, 1000), clockAt(10_000).clock, 1);
    expect(pin).toMatchObject({ status: 'failed', refused: false });
  });

  it('asks the backend for nothing when a raid comes', async () => {
    const shop = await backend();
    const [raid] = await play(host(shop, 60_000, 1000), clockAt(60_000).clock, 1);
    expect(raid).toMatchObject({ status: 'done', refused: false });
    expect(shop.log).toEqual([]);
  });

  it('holds the cues of the window only, and waits for their moment', async () => {
    const shop = await backend();
    const one = host(shop, 15_000, 25_000);
    expect(one.cues.map(({ index }) => SCENARIO.cues[index].id)).toEqual(['drop:hat#1', 'drop:mug#1']);
    const [drop] = await play(one, clockAt(19_990).clock, 1);
    expect(drop.sentMs).toBeGreaterThanOrEqual(20_000);
    expect(shop.cues.map(({ id }) => id)).toEqual(['drop:hat#1']);
  });

  it('ends with stop(): a cue that is waited for is not given, though its moment has come', async () => {
    const shop = await backend();
    const one = host(shop, 60_500, 59_500);
    const { clock, set } = clockAt(60_500);
    one.play(clock, () => expect.unreachable('a cue was given'));
    set(95_000);
    one.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(one.cues).toMatchObject([{ status: 'not_reached', sentMs: null }]);
    expect(shop.log).toEqual([]);
  });

  it('ends with stop() in the middle of a cue: that one is finished, the next is not given', async () => {
    const shop = await backend((id) => (response) => {
      if (id === 'pin:hat#1') one.stop();
      taken(response);
    });
    const one = host(shop, 10_000, 1000);
    const [pin] = await play(one, clockAt(10_000).clock, 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(pin.status).toBe('done');
    expect(one.cues[1]).toMatchObject({ status: 'not_reached', sentMs: null });
    expect(shop.cues.map(({ id }) => id)).toEqual(['pin:hat#1']);
  });
});

describe('the preparation of a shop', () => {
  it('puts prices in force into the show, and no price into the cues that stand', async () => {
    const shop = await backend();
    const warm = warmStart(SCENARIO, 50_000);
    await host(shop, 50_000, 10_000).prepare(warm, {});
    expect(shop.log[0]).toBe('asked show');
    expect(Object.fromEntries(shop.show!.products.map(({ id, priceMinor }) => [id, priceMinor]))).toEqual({
      mug: 300,
      hat: 900,
    });
    expect(shop.cues.map(({ id }) => id)).toEqual(['pin:hat#1', 'drop:mug#1']);
    for (const cue of shop.cues) expect(cue).not.toHaveProperty('priceMinor');
  });

  it('opens a drop that stands with the units that are left of it, and leaves a sold-out one closed', async () => {
    const shop = await backend();
    const warm = warmStart(SCENARIO, 50_000);
    expect(warm.offeredUnits[1]).toBe(0);
    expect(warm.stockLeft[1]).toBe(997);
    await host(shop, 50_000, 10_000).prepare(warm, {});
    const drop = shop.cues.find(({ kind }) => kind === 'drop')!;
    expect(drop.units).toBe(warm.offeredUnits[0]);
    expect(drop.units).toBeLessThan(500);
    expect(shop.cues.map(({ id }) => id)).not.toContain('drop:hat#1');
    expect(shop.show!.products).toMatchObject([
      { id: 'mug', stock: warm.stockLeft[0], open: false },
      { id: 'hat', stock: 997, open: false },
    ]);
  });

  it('switches faults off again whose answer was lost: the shop may have them on', async () => {
    const on = JSON.stringify({ faults: { wrong_price: 0.5 } });
    const shop = await backend((id) => (id === `faults ${on}` ? cut : taken));
    const one = host(shop, 50_000, 10_000);
    await expect(one.prepare(warmStart(SCENARIO, 50_000), { wrong_price: 0.5 })).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
    });
    await one.mend();
    expect(shop.log).toContain('asked faults {"faults":{}}');
  });

  it.each([
    ['refuses the show', 'show', answering(401), 'TARGET_REFUSED', /PUT .*\/admin\/show: 401/],
    ['does not answer', 'show', cut, 'TARGET_UNREACHABLE', /stopped answering/],
    ['refuses a cue that stands', 'pin:hat#1', answering(409), 'TARGET_REFUSED', /POST .*\/admin\/cues: 409/],
  ])('fails when the backend %s', async (_, what, reply, code, why) => {
    const shop = await backend((id) => (id === what ? reply : taken));
    const error = await host(shop, 50_000, 10_000)
      .prepare(warmStart(SCENARIO, 50_000), {})
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(why) });
  });
});
