import { Centrifuge } from 'centrifuge';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { commands, heardIn } from '../../../sim/targets/centrifugo/protocol.ts';
import { startScriptedServer, type ScriptedServer } from '../scripted-server.ts';

describe('the official client', () => {
  let server: ScriptedServer;
  let client: Centrifuge;
  afterEach(async () => {
    client.disconnect();
    await server.close();
  });

  /** A server that says yes to everything, and pushes what was published to who published it. */
  function answer(frame: string): string[] {
    const lines = frame.split('\n').map((line) => JSON.parse(line) as { id?: number; publish?: { data: unknown } });
    return lines.flatMap(({ id, ...command }) => {
      const [what] = Object.keys(command);
      if (id === undefined) return [];
      const result = what === 'connect' ? { client: 'c', version: '0', ping: 25, pong: true } : {};
      const reply = JSON.stringify({ id, [what]: result });
      const pub = { channel: 'room-1', pub: { data: command.publish?.data } };
      return what === 'publish' ? [`${reply}\n${JSON.stringify({ push: pub })}\n`, '{}'] : [reply];
    });
  }

  it('sends what we send, and hears what we hear', async () => {
    server = await startScriptedServer(answer);
    client = new Centrifuge(server.url, {
      websocket: WebSocket,
      token: 'secret',
      data: { device: 'phone' },
      name: 'flashcrowd',
    });
    const channel = client.newSubscription('room-1', { token: 'of-room-1', data: { from: 'link' } });
    const published = new Promise<unknown>((resolve) => channel.on('publication', ({ data }) => resolve(data)));
    channel.subscribe();
    client.connect();
    await channel.ready();
    await channel.publish({ text: 'hi \u{1f525}\n' });
    expect(await published).toEqual({ text: 'hi \u{1f525}\n' });

    const theirs = server.heard.flatMap((frame) => frame.split('\n')).map((line) => JSON.parse(line) as object);
    const ours = [
      commands.connect({ token: 'secret', data: { device: 'phone' }, name: 'flashcrowd' }),
      commands.subscribe({ channel: 'room-1', token: 'of-room-1', data: { from: 'link' } }),
      commands.publish('room-1', { text: 'hi \u{1f525}\n' }, null),
    ].map((line) => JSON.parse(line) as object);
    // It asks besides for shorter pushes (`flag`), which is an offer that a server may pass over.
    expect(theirs.slice(0, 3)).toMatchObject(ours);

    const heard = ours.map((command) => answer(JSON.stringify(command)).flatMap(heardIn));
    expect(heard).toEqual([
      [{ kind: 'connected' }],
      [{ kind: 'subscribed', offset: null }],
      [
        { kind: 'publication', data: { text: 'hi \u{1f525}\n' }, offset: null, timeMs: null, user: '' },
        { kind: 'ping' },
      ],
    ]);
  });

  it('answers a ping as we do', async () => {
    server = await startScriptedServer((frame) => [...answer(frame), ...(frame.includes('connect') ? ['{}'] : [])]);
    client = new Centrifuge(server.url, { websocket: WebSocket });
    client.connect();
    await client.ready();
    await expect.poll(() => server.heard.at(-1)).toBe(commands.pong());
    expect(heardIn('{}')).toEqual([{ kind: 'ping' }]);
  });
});

it('reads several replies of one frame, and no frame at all', () => {
  expect(
    heardIn('{"id":1,"connect":{}}\n\n{}\n{"push":{"channel":"a","pub":{"data":1,"offset":7,"info":{"user":"u"}}}}\n'),
  ).toEqual([
    { kind: 'connected' },
    { kind: 'ping' },
    { kind: 'publication', data: 1, offset: 7, timeMs: null, user: 'u' },
  ]);
  expect(heardIn('\n')).toEqual([]);
});

it('knows where a channel that counts begins', () => {
  expect(heardIn('{"id":2,"subscribe":{"recoverable":true,"epoch":"x","offset":41}}')).toEqual([
    { kind: 'subscribed', offset: 41 },
  ]);
  expect(heardIn('{"id":2,"subscribe":{"positioned":true,"epoch":"x"}}')).toEqual([{ kind: 'subscribed', offset: 0 }]);
});

it('says why a viewer is not let in, or thrown out', () => {
  expect(heardIn('{"id":1,"error":{"code":101,"message":"unauthorized"}}')).toEqual([
    { kind: 'refused', code: 'refused', reason: 'unauthorized (101)' },
  ]);
  expect(heardIn('{"id":2,"error":{"code":111,"message":"too many requests"}}')).toMatchObject([{ code: 'throttled' }]);
  expect(heardIn('{"push":{"disconnect":{"code":3500,"reason":"invalid token"}}}')).toMatchObject([
    { reason: 'invalid token (3500)' },
  ]);
  expect(heardIn('{"push":{"channel":"a","unsubscribe":{"code":2000,"reason":"server unsubscribe"}}}')).toMatchObject([
    { kind: 'refused', reason: 'server unsubscribe (2000)' },
  ]);
});

it('hands back the ref of what was published', () => {
  const { id } = JSON.parse(commands.publish('a', 'x', 17)) as { id: number };
  expect(heardIn(`{"id":${id},"publish":{}}`)).toEqual([{ kind: 'published', ref: 17, ok: true, code: 'ok' }]);
  expect(heardIn(`{"id":${id},"error":{"code":103,"message":"permission denied"}}`)).toEqual([
    { kind: 'published', ref: 17, ok: false, code: 'refused' },
  ]);
});

it.each(['null', '[]', '1', '{', '{}\nx'])('throws at %j', (frame) => {
  expect(() => heardIn(frame)).toThrow();
});
