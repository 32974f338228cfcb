import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createClient } from '@redis/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BusListener } from '../../server-stub/bus.ts';
import { createBus } from '../../server-stub/buses/create.ts';
import { nowMs } from '../../server-stub/clock.ts';
import { resolveSettings } from '../../server-stub/options.ts';
import { Unavailable } from '../../server-stub/unavailable.ts';
import { needService } from '../need.ts';
import { TestRedis } from '../services/redis.ts';

const program = needService('redis-server');
const SOON = { timeout: 10_000 };

class Ears implements BusListener {
  readonly cues: string[] = [];
  readonly shows: string[][] = [];
  chat(): void {}
  likes(): void {}
  viewers(): void {}
  stock(): void {}
  cue({ id }: { id: string }): void {
    this.cues.push(id);
  }
  show(rooms: readonly { id: string }[]): void {
    this.shows.push(rooms.map(({ id }) => id));
  }
}

describe.skipIf(!program)('the bus in redis', () => {
  let redis: TestRedis;
  let watcher: ReturnType<typeof createClient>;
  const cleanUp: (() => unknown)[] = [];
  beforeEach(async () => {
    redis = await TestRedis.start(program);
    cleanUp.push(() => redis.remove());
    watcher = createClient({ url: redis.url });
    await watcher.connect();
    cleanUp.push(() => watcher.destroy());
  });
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).reverse()) await undo();
  });

  const bus = (url = redis.url) => createBus(resolveSettings({ bus: url }), nowMs);
  const connections = async () =>
    String(await watcher.sendCommand(['CLIENT', 'LIST']))
      .trim()
      .split('\n').length;

  test('one that gets only one of its connections lets go of that, too', async () => {
    const gate = createServer((inner) => {
      gate.close();
      const outer = connect(Number(new URL(redis.url).port), '127.0.0.1');
      inner.pipe(outer).pipe(inner);
      for (const socket of [inner, outer]) cleanUp.push(() => socket.destroy());
    });
    gate.listen(0, '127.0.0.1');
    await once(gate, 'listening');
    const { port } = gate.address() as AddressInfo;
    await expect(bus(`redis://127.0.0.1:${port}`)).rejects.toThrow(Unavailable);
    await expect.poll(connections, SOON).toBe(1);
  });

  test('a server with too many connections is told as away', async () => {
    await watcher.sendCommand(['CONFIG', 'SET', 'maxclients', '1']);
    await expect(bus()).rejects.toThrow(Unavailable);
  });

  test('one that may not subscribe lets go of both', async () => {
    await watcher.sendCommand(['ACL', 'SETUSER', 'deaf', 'on', '>pw', '~*', '+@all', 'resetchannels']);
    await expect(bus(redis.url.replace('://', '://deaf:pw@'))).rejects.toThrow(/NOPERM/);
    await expect.poll(connections, SOON).toBe(1);
  });

  test('two joins at once tell of the show and of its cues once', async () => {
    const host = await bus();
    cleanUp.push(() => host.close());
    await host.join();
    await host.show(['main']);
    await host.cue({ id: 'p', room: 'main', kind: 'pin' }, nowMs());
    const late = await bus();
    cleanUp.push(() => late.close());
    const ears = new Ears();
    late.listen(ears);
    await Promise.all([late.join(), late.join(), late.join()]);
    expect(ears.shows).toEqual([[], ['main']]);
    expect(ears.cues).toEqual(['p']);
    // And it still listens.
    await host.cue({ id: 'q', room: 'main', kind: 'pin' }, nowMs());
    await expect.poll(() => ears.cues, SOON).toEqual(['p', 'q']);
  });
});
